"""What a check says: a line, and where something is not right the mend."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    OK = "ok"
    WARNING = "warning"
    FAILING = "failing"


@dataclass(frozen=True, slots=True)
class Finding:
    level: Level
    subject: str
    sentence: str
    mend: str = ""


Check = Callable[[], Iterator[Finding]]


def ok(subject: str, sentence: str) -> Finding:
    return Finding(Level.OK, subject, sentence)


def warning(subject: str, sentence: str, mend: str) -> Finding:
    """Works, but somebody should look."""
    return Finding(Level.WARNING, subject, sentence, mend)


def failing(subject: str, sentence: str, mend: str) -> Finding:
    """A promise of AIRE does not hold like this."""
    return Finding(Level.FAILING, subject, sentence, mend)
