"""OpenSLO's duration shorthand. A month, quarter or year has a length only in a calendar."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import timedelta

_SHORTHAND = re.compile(r"([1-9][0-9]{0,5})([mhdwMQY])")
_SECONDS = {"m": 60, "h": 3600, "d": 86_400, "w": 7 * 86_400}
_NOMINAL_DAYS = {"M": 30, "Q": 90, "Y": 365}
_CALENDAR = {
    "day": ("1d",),
    "week": ("1w", "7d"),
    "month": ("1M", "1m"),
    "quarter": ("1Q", "3M"),
    "year": ("1Y", "12M", "4Q"),
}


class DurationError(ValueError):
    """Text that is no duration. The message is a sentence."""


@dataclass(frozen=True, slots=True)
class Shorthand:
    """A whole number and a unit: `m h d w M Q Y` (a small m is minutes, a large one months)."""

    number: int
    unit: str

    @property
    def exact(self) -> bool:
        return self.unit in _SECONDS

    @property
    def calendar_unit(self) -> str:
        """The unit of the calendar that it is, or nothing. `1m` is a month there: see checks."""
        text = f"{self.number}{self.unit}"
        return next((unit for unit, texts in _CALENDAR.items() if text in texts), "")

    @property
    def length(self) -> timedelta:
        """Nominal (30, 90, 365 days) for what only a calendar knows."""
        if self.exact:
            return timedelta(seconds=self.number * _SECONDS[self.unit])
        return timedelta(days=self.number * _NOMINAL_DAYS[self.unit])


def parse_shorthand(text: object) -> Shorthand:
    match = _SHORTHAND.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        raise DurationError("must be a whole number and one of m h d w M Q Y, as 5m, 28d or 1M")
    return Shorthand(int(match[1]), match[2])


def parse_slice(value: object) -> timedelta:
    """A time slice: shorthand, or a bare number of minutes."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        if not 0 < value <= 366 * 1440:
            raise DurationError("must be above 0 minutes and at most a year")
        return timedelta(minutes=value)
    found = parse_shorthand(value)
    if not found.exact:
        raise DurationError("must have a fixed length: use m, h, d or w")
    return found.length


def write_shorthand(length: timedelta) -> str:
    """The shortest text; what is no whole number of minutes is rounded up to one."""
    seconds = math.ceil(length.total_seconds() / 60) * 60
    unit = next(unit for unit in ("w", "d", "h", "m") if seconds % _SECONDS[unit] == 0)
    return f"{max(1, seconds // _SECONDS[unit])}{unit}"


def write_calendar(unit: str) -> str:
    """`1M` for a month."""
    return _CALENDAR[unit][0]
