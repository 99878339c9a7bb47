"""How long a shift lasts, and the error that a wrong schedule raises. Nothing about people here."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from oncall.wallclock import DAY, WEEK

MAX_SHIFT = timedelta(days=3650)
_LENGTH = re.compile(r"([0-9]{1,6}) ?([hdw])", re.ASCII)
_UNITS = {"h": timedelta(hours=1), "d": DAY, "w": WEEK}


class ScheduleError(ValueError):
    """A schedule, or a question to one, that cannot be right; the message is for its author."""


@dataclass(frozen=True)
class ShiftLength:
    """A number of hours, days or weeks, written `12h`, `1d`, `2w`."""

    count: int
    unit: Literal["h", "d", "w"]

    def __post_init__(self) -> None:
        if self.unit not in _UNITS:
            raise ScheduleError(f"A shift is counted in h, d or w, not in {self.unit!r}.")
        if self.count < 1:
            raise ScheduleError("A shift must be longer than zero.")
        if self.count > MAX_SHIFT // _UNITS[self.unit]:
            raise ScheduleError(f"A shift may last at most {MAX_SHIFT.days} days.")

    @classmethod
    def parse(cls, text: str) -> ShiftLength:
        match = _LENGTH.fullmatch(text.strip().lower())
        if match is None:
            raise ScheduleError(
                f"{text[:40]!r} is not a shift length: write hours, days or weeks as 12h, 1d or 1w."
            )
        unit: Literal["h", "d", "w"] = "h" if match[2] == "h" else "d" if match[2] == "d" else "w"
        return cls(int(match[1]), unit)

    @property
    def elapsed(self) -> timedelta:
        return self.count * _UNITS[self.unit]

    @property
    def days(self) -> int:
        """Whole days by the wall clock, or 0 where the shift is elapsed time."""
        return 0 if self.elapsed % DAY else self.elapsed // DAY

    def __str__(self) -> str:
        return f"{self.count}{self.unit}"
