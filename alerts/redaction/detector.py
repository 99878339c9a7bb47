"""Finds keys and personal data in text and puts marks in their place. Pure, linear time.

A mark names what stood there and carries a short keyed digest of it: the same value has the same
mark, so that deduplication and grouping hold, and nobody can look the value up by it.
"""

from __future__ import annotations

import hashlib
import hmac
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from typing import Any

import re2

from alerts.redaction.patterns import KEYS, PERSONAL, Form

MAX_MEMORY = 16 << 20
MAX_OWN = 20
MAX_OWN_BYTES = 2048
OWN = "own-pattern"


class Level(StrEnum):
    """How much a source has redacted."""

    OFF = "off"
    KEYS = "keys"
    PERSONAL = "personal"


@dataclass(frozen=True, slots=True)
class Plan:
    """What is looked for. `secret` keys the digests in the marks."""

    level: Level = Level.KEYS
    own: tuple[str, ...] = ()
    secret: bytes = field(default=b"", repr=False)

    @property
    def forms(self) -> tuple[Form, ...]:
        own = tuple(Form(OWN, f"({pattern})") for pattern in self.own)
        if self.level is Level.OFF:
            return ()
        return (*own, *KEYS, *(PERSONAL if self.level is Level.PERSONAL else ()))


@dataclass(frozen=True, slots=True)
class Found:
    name: str
    start: int
    end: int


class PatternError(ValueError):
    """An own pattern that cannot be used."""


def find(text: bytes, plan: Plan) -> list[Found]:
    """What is to go, in order, not overlapping."""
    if plan.level is Level.OFF or not text:
        return []
    any_of, singly = _compiled(plan.own, plan.level)
    if any_of.search(text) is None:
        return []
    spans = sorted(
        (start, place, end, name)
        for place, (name, pattern, check) in enumerate(singly)
        for start, end in _spans(pattern, text)
        if check is None or check(text[start:end])
    )
    found: list[Found] = []
    for start, _, end, name in spans:
        if end > start and (not found or start >= found[-1].end):
            found.append(Found(name, start, end))
    return found


def redact(text: bytes, plan: Plan) -> tuple[bytes, Counter[str]]:
    """The text with marks in place of what was found, and how many of what."""
    found = find(text, plan)
    if not found:
        return text, Counter()
    parts, last = [], 0
    for one in found:
        parts += [text[last : one.start], mark(one.name, text[one.start : one.end], plan.secret)]
        last = one.end
    parts.append(text[last:])
    return b"".join(parts), Counter(one.name for one in found)


def redact_text(text: str, plan: Plan) -> str:
    """The same for a text; lone surrogates become question marks where something was found."""
    data = text.encode("utf-8", "surrogatepass")
    changed, counts = redact(data, plan)
    return changed.decode("utf-8", "replace") if counts else text


def mark(name: str, value: bytes, secret: bytes) -> bytes:
    digest = hmac.new(secret or b"-", value, hashlib.sha256).hexdigest()[:6]
    return f"[redacted {name} {digest}]".encode()


def check_own(patterns: Sequence[str]) -> list[str]:
    """Sentences about what is wrong with a source's own patterns."""
    problems = []
    if len(patterns) > MAX_OWN:
        problems.append(f"Give at most {MAX_OWN} patterns.")
    for number, pattern in enumerate(patterns[:MAX_OWN], start=1):
        try:
            compiled = _pattern(f"({pattern})", own=True)
            if compiled.search(b"") is not None:
                raise PatternError("It fits nothing at all, and so everywhere")
        except PatternError as error:
            problems.append(f"Pattern {number}: {error}.")
    return problems


def _spans(pattern: Any, text: bytes) -> Iterator[tuple[int, int]]:
    for match in pattern.finditer(text):
        yield match.span(1)


@lru_cache(maxsize=64)
def _compiled(own: tuple[str, ...], level: Level) -> tuple[Any, list[tuple[str, Any, Any]]]:
    """One pattern that says whether anything is there at all, and each by itself."""
    forms = Plan(level, own).forms
    singly = [
        (form.name, _pattern(form.pattern, own=form.name == OWN), form.check) for form in forms
    ]
    any_of = _pattern("|".join(f"(?:{form.pattern})" for form in forms))
    return any_of, singly


def _pattern(pattern: str, *, own: bool = False) -> Any:
    data = pattern.encode("utf-8", "surrogatepass")
    if own and len(data) > MAX_OWN_BYTES:
        raise PatternError(f"A pattern has at most {MAX_OWN_BYTES:,} bytes")
    options = re2.Options()
    options.max_mem = (1 << 20) if own else MAX_MEMORY
    options.log_errors = False
    try:
        return re2.compile(data, options)
    except re2.error as error:
        said = error.args[0] if error.args else "it is no pattern"
        words = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
        raise PatternError(words[:200].rstrip(".")) from None
