"""Redacts what was read of a delivery before any of it is stored. No database."""

from __future__ import annotations

import base64
import json
import zlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

from alerts.redaction.detector import Level, Plan, redact, redact_text
from alerts.signals import Link, Reading, Signal
from core.secrets import decrypt, encrypt

MAX_RAW = 4 * 1024 * 1024
"""Larger bodies are not kept beside their redacted form."""

_WORDS = {
    "e-mail": "e-mail address", "iban": "bank account", "card": "card number",
    "us-ssn": "social security number", "phone": "phone number", "password": "password",
    "url-password": "password", "own-pattern": "match of your own patterns",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Redacted:
    """The body to store in place of the one that came, and the raw one sealed ("" for too large).
    `found` counts by name of form."""

    body: bytes
    sealed: str
    found: Mapping[str, int]

    @property
    def note(self) -> str:
        words: Counter[str] = Counter()
        for name, count in self.found.items():
            words[_WORDS.get(name, "key or token")] += count
        parts = [f"{count} × {word}" for word, count in sorted(words.items())]
        return f"Redacted before it was stored: {', '.join(parts)}."


def redact_body(body: bytes, plan: Plan) -> Redacted | None:
    """None when there is nothing to redact. What is not text is not kept, if anything is found."""
    if plan.level is Level.OFF or not body:
        return None
    text = _as_text(body)
    changed, counts = redact(text, plan)
    if not counts:
        return None
    stored = changed if _is_text(body) else b""  # marks would tear a binary form apart
    sealed = seal(body) if len(body) <= MAX_RAW else ""
    return Redacted(stored, sealed, dict(counts))


def redact_reading(reading: Reading, plan: Plan) -> Reading:
    """The same signals with marks in their texts."""
    return replace(reading, signals=tuple(_signal(one, plan) for one in reading.signals))


def seal(body: bytes) -> str:
    return encrypt(base64.b85encode(zlib.compress(body, 6)).decode("ascii"))


def unseal(sealed: str) -> bytes:
    """Raises `SecretUnreadable` when its key is gone."""
    return zlib.decompress(base64.b85decode(decrypt(sealed)))


def _signal(signal: Signal, plan: Plan) -> Signal:
    return replace(
        signal,
        dedup_key=redact_text(signal.dedup_key, plan),
        title=redact_text(signal.title, plan),
        labels=_texts(signal.labels, plan),
        annotations=_texts(signal.annotations, plan),
        links=tuple(Link(redact_text(one.text, plan), redact_text(one.href, plan))
                    for one in signal.links),
    )  # fmt: skip


def _texts(texts: Mapping[str, str], plan: Plan) -> dict[str, str]:
    """Values are looked at beside their names too: `password` says what it holds."""
    found = {}
    for name, value in texts.items():
        changed = redact_text(value, plan)
        if changed == value:
            head = f"{name}: "
            pair = redact_text(head + value, plan)
            changed = pair[len(head) :] if pair.startswith(head) else changed
        found[redact_text(name, plan)] = changed
    return found


def _is_text(body: bytes) -> bool:
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return b"\x00" not in body


def _as_text(body: bytes) -> bytes:
    """JSON that hides characters behind escapes is written out, so that they are seen; what is
    not text is looked at as it is."""
    if b"\\u" not in body or not _is_text(body):
        return body
    try:
        return json.dumps(json.loads(body), ensure_ascii=False).encode("utf-8", "surrogatepass")
    except (ValueError, RecursionError):
        return body
