"""Hostile bytes and text from outside: a bounded JSON reader and a text cleaner. No meaning here.

What is refused is a `PayloadError` with a sentence for a person; what is merely odd is read and
noted, because a badly written alert must still reach somebody.
"""

from __future__ import annotations

import codecs
import json
import math
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

MAX_DEPTH = 64
MAX_NODES = 50_000
REPLACEMENT = "\ufffd"

_WIDE_MARKS = (b"\xff\xfe", b"\xfe\xff")
_ONE_BRACKET_KIND = bytes.maketrans(b"{}", b"[]")
_ALL_BUT_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))
_BIG_NUMBER = re.compile(rb"[0-9]{19}|[eE]\+?[0-9]{3}")
_HOSTILE_ESCAPE = re.compile(r"\x00|\\u(?:0000|[dD][89a-fA-F])")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_INT64 = 2**63


class PayloadError(ValueError):
    """The body is not a JSON document within the bounds. The message is a plain sentence."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """A parsed body, and plain sentences about what was odd in it."""

    value: object
    notes: tuple[str, ...] = ()


def load_json(body: bytes, *, max_depth: int = MAX_DEPTH, max_nodes: int = MAX_NODES) -> Loaded:
    """Read one JSON document, in time and memory that the size of `body` bounds.

    Depth and node count are taken from the raw bytes before the parser sees them. Kept and noted:
    invalid UTF-8 (U+FFFD), duplicate keys (the last one wins), NaN and infinities (null),
    integers outside 64 bits (the text of their digits). NUL and lone surrogates become U+FFFD,
    since PostgreSQL's text cannot hold them.
    """
    notes: list[str] = []
    text = _decode(body, notes)
    structure = _outside_strings(text.encode("utf-8", "replace"))
    _check_bounds(structure, max_depth=max_depth, max_nodes=max_nodes)
    value = _parse(text, notes, careful=_BIG_NUMBER.search(structure) is not None)
    if _HOSTILE_ESCAPE.search(text):
        value = _scrub(value)
    return Loaded(value, tuple(dict.fromkeys(notes)))


def clean_text(value: str, limit: int) -> str:
    """Text that may be stored and shown: no control characters but tab and newline, no lone
    surrogates, at most `limit` characters (the last one is an ellipsis when something was cut)."""
    if not value.isprintable():
        value = value[: 4 * limit + 4]  # what is cut off anyway need not be cleaned
        value = value.replace("\r\n", "\n").replace("\r", "\n")
        value = _CONTROL.sub("", value)
    return value if len(value) <= limit else value[: limit - 1] + "…"


def _decode(body: bytes, notes: list[str]) -> str:
    if not body.removeprefix(codecs.BOM_UTF8).strip(b" \t\r\n\0"):
        raise PayloadError("The body is empty.")
    if body.startswith(_WIDE_MARKS) or b"\0" in body[:4]:
        raise PayloadError("The body is UTF-16 or UTF-32; JSON is sent as UTF-8.")
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        notes.append(
            f"The body is not valid UTF-8 at byte {error.start}; "
            "the bytes that are not text were replaced."
        )
        return body.decode("utf-8-sig", "replace")


def _outside_strings(body: bytes) -> bytes:
    r"""The document without its strings, by C-level steps only.

    A run of backslashes starts outside of an escape, so taking away `\\` pairs and then `\"`
    leaves exactly the quotation marks that open and close strings.
    """
    plain = body.replace(b"\\\\", b"").replace(b'\\"', b"") if b"\\" in body else body
    return b'""'.join(plain.split(b'"')[::2])


def _check_bounds(structure: bytes, *, max_depth: int, max_nodes: int) -> None:
    brackets = structure.translate(_ONE_BRACKET_KIND, _ALL_BUT_BRACKETS)
    nodes = structure.count(b",") + brackets.count(b"[") + 1
    too_deep = PayloadError(f"The body is nested more than {max_depth} levels deep.")
    if b"[" * (max_depth + 1) in brackets:
        raise too_deep
    if nodes > max_nodes:
        raise PayloadError(f"The body has about {nodes:,} values; at most {max_nodes:,} are read.")
    for _ in range(max_depth):  # each round takes away the innermost level
        fewer = brackets.replace(b"[]", b"")
        if len(fewer) == len(brackets):
            break
        brackets = fewer
    if b"[]" in brackets or brackets.count(b"[") > max_depth:
        raise too_deep


def _parse(text: str, notes: list[str], *, careful: bool) -> object:
    # A JSONDecoder without special hooks for numbers stays in C for every number.
    decoder = json.JSONDecoder(
        object_pairs_hook=_pairs_hook(notes),
        parse_constant=_constant_hook(notes),
        parse_int=_int_hook(notes) if careful else None,
        parse_float=_float_hook(notes) if careful else None,
        strict=False,
    )
    try:
        value: object = decoder.decode(text)
    except json.JSONDecodeError as error:
        raise PayloadError(_sentence(error)) from None
    return value


def _sentence(error: json.JSONDecodeError) -> str:
    where = f"line {error.lineno}, column {error.colno}"
    if error.msg.startswith("Extra data"):
        return f"The body holds more than one JSON document: the next one starts at {where}."
    if error.pos >= len(error.doc.rstrip()) or error.msg.startswith("Unterminated string"):
        return f"The body ends in the middle of its JSON document, at {where}: it was cut off."
    if error.pos == 0:
        return f"The body is not JSON: it starts with {error.doc.lstrip()[:20]!r}."
    return f"The body is not JSON: {error.msg[:1].lower()}{error.msg[1:]} at {where}."


def _pairs_hook(notes: list[str]) -> Callable[[list[tuple[str, object]]], dict[str, object]]:
    def build(pairs: list[tuple[str, object]]) -> dict[str, object]:
        result = dict(pairs)
        if len(result) != len(pairs):
            double = Counter(name for name, _ in pairs).most_common(1)[0][0]
            notes.append(f"The key {clean_text(double, 80)!r} stands twice; the last one counts.")
        return result

    return build


def _constant_hook(notes: list[str]) -> Callable[[str], None]:
    def replace(name: str) -> None:
        notes.append(f"{name} is not a JSON number; it was read as null.")

    return replace


def _int_hook(notes: list[str]) -> Callable[[str], int | str]:
    def convert(digits: str) -> int | str:
        if len(digits) <= 20 and -_INT64 <= (number := int(digits)) < _INT64:
            return number
        notes.append("An integer beyond 64 bits was kept as the text of its digits.")
        return digits

    return convert


def _float_hook(notes: list[str]) -> Callable[[str], float | None]:
    def convert(digits: str) -> float | None:
        number = float(digits)
        if math.isinf(number):
            notes.append("A number too large for a computer was read as null.")
            return None
        return number

    return convert


def _scrub(value: object) -> object:
    """The same value with NUL and lone surrogates replaced; depth is bounded by the reader."""
    if isinstance(value, str):
        return _UNSTORABLE.sub(REPLACEMENT, value)
    if isinstance(value, list):
        return [_scrub(item) for item in value]
    if isinstance(value, dict):
        return {_UNSTORABLE.sub(REPLACEMENT, name): _scrub(item) for name, item in value.items()}
    return value
