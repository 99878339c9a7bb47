"""Hints about words that blame people or give models an intent. Suggests, never blocks. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

MAX_HINTS = 20
_SCANNED = 100_000

# (pattern, what to write instead). The words follow from the traps of reviewing afterwards:
# hindsight ("should have"), attribution to a person, and intent ascribed to a model.
_PATTERNS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), advice)
    for pattern, advice in (
        (
            r"\b(?:should|could|ought to|must) (?:have|not have)\b",
            "Say what was known and what was done at that moment.",
        ),
        (r"\bfailed to\b", "Say what happened instead, and what made that likely."),
        (
            r"\b(?:careless(?:ly|ness)?|negligen(?:t|ce)|sloppy|incompetent|stupid(?:ly)?)\b",
            "Describe the conditions, not the person.",
        ),
        (r"\bhuman error\b", "An error is where the inquiry starts: what made it easy to make?"),
        (r"\bobvious(?:ly)?\b", "It is obvious now. Say what could be seen then."),
        (r"\b(?:forgot|neglected) to\b", "Say which step had nothing that reminded of it."),
        (r"\bto blame\b|\b(?:his|her|their) fault\b|\bwhose fault\b", "Name the mechanism."),
        (
            r"\bthe (?:model|agent|assistant|bot) (?:lied|lies|cheated|decided to deceive|"
            r"wanted to|pretended|panicked)\b",
            "Say what it put out, and which mechanism is known.",
        ),
    )
)


@dataclass(frozen=True, slots=True)
class Hint:
    """The words that were found, with their line (from 1), and what to write instead."""

    words: str
    line: int
    advice: str


def hints(text: str, people: Iterable[str] = ()) -> list[Hint]:
    """In the order of the text. `people` are full names: roles serve better than names there."""
    found = []
    text = text[:_SCANNED]
    for pattern, advice in _PATTERNS:
        found += [_hint(text, match, advice) for match in pattern.finditer(text)]
    names = [re.escape(name) for name in people if len(name) >= 3]
    if names:
        named = re.compile(rf"\b(?:{'|'.join(names)})\b")
        advice = "A role says more to later readers than a name."
        found += [_hint(text, match, advice) for match in named.finditer(text)]
    return sorted(found, key=lambda hint: hint.line)[:MAX_HINTS]


def _hint(text: str, match: re.Match[str], advice: str) -> Hint:
    return Hint(match.group(), text.count("\n", 0, match.start()) + 1, advice)
