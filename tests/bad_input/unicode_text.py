"""BI-U: Unicode and encodings. Stored as they came, shown cleaned, one key for NFC and NFD."""

from __future__ import annotations

from tests.bad_input.corpus import ASIDE, READ, Case, alert, escaped, labelled

GOOD = labelled("Größe")
JSON = "application/json; charset="


def _charset(name: str) -> Case:
    return Case(f"charset={name}", GOOD, headers={"content-type": JSON + name}, outcome=READ)


CASES = [
    Case("NUL in a value", escaped(labels={"alertname": "a\0b"}), outcome=READ),
    Case("NUL in a key", escaped(labels={"a\0b": "v", "alertname": "A"}), outcome=READ),
    Case("lone high surrogate", escaped(labels={"alertname": "a\ud800b"}), outcome=READ),
    Case("lone low surrogate", escaped(labels={"alertname": "a\udc00b"}), outcome=READ),
    Case("invalid UTF-8", GOOD.replace("ö".encode(), b"\xff"), outcome=READ, says="UTF-8"),
    Case("overlong slash", GOOD.replace("ö".encode(), b"\xc0\xaf"), outcome=READ, says="UTF-8"),
    Case("byte order mark", b"\xef\xbb\xbf" + GOOD, outcome=READ),
    Case("UTF-16LE", GOOD.decode().encode("utf-16-le"), outcome=ASIDE, says="UTF-16"),
    Case("UTF-16 with a mark", GOOD.decode().encode("utf-16"), outcome=ASIDE, says="UTF-16"),
    Case("latin-1 said to be UTF-8", GOOD.decode().encode("latin-1"),
         headers={"content-type": JSON + "utf-8"}, outcome=READ, says="UTF-8"),
    *map(_charset, ("bz2_codec", "rot13", "idna", "nonsense")),
    Case("right-to-left override", alert(annotations={"summary": "\u202egnp.exe"}), outcome=READ),
    Case("a run of joiners", labelled("a" + "\u200d" * 5_000), outcome=READ),
    Case("10,000 combining marks", labelled("a" + "\u0301" * 10_000), outcome=READ),
    Case("homoglyphs", labelled("ѕupport-аssistant"), outcome=READ),
    Case("NFC", labelled("Gr\u00f6\u00dfe"), outcome=READ),
    Case("NFD", labelled("Gro\u0308\u00dfe"), outcome=READ),
    Case("a family of emoji", labelled("👨‍👩‍👧‍👦"), outcome=READ),
    Case("private use", labelled("\ue000\U0010fffd"), outcome=READ),
    Case("terminal escapes", alert(annotations={"summary": "\x1b[2J\x1b]0;x\x07"}), outcome=READ),
    Case("line breaks", alert(annotations={"summary": "ok\r\nERROR forged"}), outcome=READ),
    Case("line separators", labelled("a\u2028b\u2029c"), outcome=READ),
    Case("a lone carriage return", labelled("a\rb"), outcome=READ),
]  # fmt: skip
