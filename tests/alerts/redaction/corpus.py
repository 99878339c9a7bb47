# ruff: noqa: E501 - lines as they come
"""Lines with keys and personal data, and lines that only look like it; made anew, never real."""

from __future__ import annotations

import random
import string

ALNUM = string.ascii_letters + string.digits
LOWER_HEX = "0123456789abcdef"
_RANDOM = random.Random(20261127)


def some(size: int, letters: str = ALNUM) -> str:
    """Random, with a digit in it as keys have one."""
    text = "".join(_RANDOM.choice(letters) for _ in range(size - 1))
    return text + (_RANDOM.choice("23456789") if "2" in letters else _RANDOM.choice(letters))


def luhn(prefix: str, size: int) -> str:
    body = prefix + some(size - 1 - len(prefix), string.digits)
    total = 0
    for place, digit in enumerate(reversed(body)):
        number = int(digit) * (2 if place % 2 == 0 else 1)
        total += number - 9 if number > 9 else number
    return body + str(-total % 10)


def iban(country: str, size: int) -> str:
    body = some(size, string.digits)
    number = int("".join(str(int(one, 36)) for one in body + country + "00"))
    return f"{country}{98 - number % 97:02d}{body}"


def grouped(text: str, size: int = 4, sign: str = " ") -> str:
    return sign.join(text[start : start + size] for start in range(0, len(text), size))


def keys() -> list[tuple[str, str]]:
    """(what must go, the line it stands in)"""
    b32, upper = string.ascii_uppercase + "234567", string.ascii_uppercase + string.digits
    made = [
        "AKIA" + some(16, b32), "ASIA" + some(16, b32), "ghp_" + some(36), "gho_" + some(36),
        "github_pat_" + some(82), "glpat-" + some(20), "xoxb-" + some(40), "xapp-1-" + some(40),
        f"hooks.slack.com/services/T{some(8, upper)}/B{some(8, upper)}/{some(24)}",
        "sk-ant-api03-" + some(93), "sk-proj-" + some(60), "sk-" + some(48),
        f"sk-lf-{some(8, LOWER_HEX)}-1111-4222-8333-{some(12, LOWER_HEX)}",
        f"lsv2_pt_{some(32, LOWER_HEX)}_{some(10, LOWER_HEX)}", "hf_" + some(34),
        "r8_" + some(37), "gsk_" + some(52), "pcsk_" + some(60), "dapi" + some(32, LOWER_HEX),
        "AIza" + some(35), "ya29." + some(60), "GOCSPX-" + some(28), "sk_live_" + some(24),
        "rk_test_" + some(24), "SK" + some(32, LOWER_HEX), f"SG.{some(22)}.{some(43)}",
        "npm_" + some(36), "pypi-AgEI" + some(60), "dckr_pat_" + some(27),
        "dop_v1_" + some(64, LOWER_HEX), "NRAK-" + some(27, upper),
        f"glsa_{some(32)}_{some(8, LOWER_HEX)}", "hvs." + some(40), "shpat_" + some(32, LOWER_HEX),
        "lin_api_" + some(40), "aire_" + some(36, string.ascii_lowercase + "234567"),
        f"eyJ{some(30)}.{some(60)}.{some(40)}", f"{_RANDOM.randint(10**8, 10**9)}:AA{some(33)}",
    ]  # fmt: skip
    lines = [
        (key, template.format(key))
        for key in made
        for template in ("could not use {} for the call", '{{"annotations": {{"log": "key={}"}}}}',
                         "https://api.example.org/v1?k={}&x=1", "[{}]")
    ]  # fmt: skip
    for name in ("api_key", "apiKey", "client_secret", "access_token", "X-API-KEY", "privateKey"):
        key = some(32)
        lines += [(key, f'"{name}": "{key}"'), (key, f"{name}={key} failed")]
    for word in ("hunter2!x", "Tr0ub4dor&3", "correct-horse-7"):
        head = word.split("&")[0]
        lines += [(head, f'"password": "{word}"'), (head, f"db_passwd={word}")]
    for scheme in ("Bearer", "Basic"):
        key = some(40)
        lines.append((key, f"Authorization: {scheme} {key}"))
    password = some(14)
    lines.append((password, f"postgres://app:{password}@db.example.org/prod"))
    body = some(64)
    lines.append((body, f"-----BEGIN RSA PRIVATE KEY-----\n{body}\n-----END RSA PRIVATE KEY-----"))
    return lines


def personal() -> list[tuple[str, str]]:
    cards = [luhn(*one) for one in (("4", 16), ("51", 16), ("2221", 16), ("37", 15), ("6011", 16))]
    values = [
        *(f"{first}.{last}@{host}" for first in ("ana", "ben", "li") for last in ("ruiz", "okafor")
          for host in ("example.org", "mail.example.co.uk")),
        *cards, *(grouped(card) for card in cards if len(card) == 16),
        *(grouped(card, sign="-") for card in cards if len(card) == 16),
        iban("DE", 18), grouped(iban("DE", 18)), iban("NL", 14), iban("FR", 23),
        "078-05-1120", "219-09-9999", "+49 30 1234567", "+1 (415) 555-0132", "+44 20 7946 0958",
        "+31-6-12345678", "(212) 555-0187", "212-555-0187", "+919812345678",
    ]  # fmt: skip
    return [
        (value, template.format(value))
        for value in values
        for template in ("the user wrote {} in the prompt", '{{"input": "call {}"}}', "contact: {}")
    ]


def harmless() -> list[str]:
    """What alerts are full of and must stay readable."""
    lines = [
        "2026-11-27T12:00:00.123456Z started", "1732707600", "1732707600123", "1732707600123456789",
        "0.5036120380000284", "value 3357.506669999566 above 0.05", "10.0.12.7:9093", "fe80::1%eth0",
        "sk-learn pipeline failed", "sk-lf is the prefix", "the api key is missing", "password reset",
        "http_requests_total{job=\"api\"} 5", "token_count=4096 limit=8192", "tokens: 128000",
        "secret rotation due", "max_tokens=100000000000", "model gpt-4o-2024-08-06", "v1.2.3-rc.4",
        "arn:aws:iam::123456789012:role/reader", "build 20261127.1234567890", "pod api-7d9f8b6c5d-x2x",
        "GPU 4: Xid 79", "ratio 4/5, 80.0 %", "INC-1042", "order 1234-5678", "latency_p99=1234567890",
        "api_key=your_api_key_goes_here1", "AKIAIOSFODNN7", "ssn ratio 000-12-3456", "user@localhost",
        "@channel please look", "evidently==0.7.21", "Bearer authentication is required",
        "https://grafana.example.org/d/abc/slo?from=1732707600000&to=1732711200000",
    ]  # fmt: skip
    for _ in range(80):
        lines.append(f"uuid {'-'.join(some(size, LOWER_HEX) for size in (8, 4, 4, 4, 12))}")
        lines.append(f"sha256:{some(64, LOWER_HEX)}")
        lines.append(f"fingerprint {some(16, LOWER_HEX)} trace {some(32, LOWER_HEX)}")
        lines.append(f"score 0.{some(16, string.digits)}")
    return lines
