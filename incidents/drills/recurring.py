"""When a drill comes back, as a rule and in words. Pure; no database."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Final

from alerts.noise.windows import RuleError, next_occurrence

DAYS: Final[Mapping[str, str]] = {
    "MO": "Monday",
    "TU": "Tuesday",
    "WE": "Wednesday",
    "TH": "Thursday",
    "FR": "Friday",
    "SA": "Saturday",
    "SU": "Sunday",
}
EVERY: Final[Mapping[str, tuple[str, str]]] = {
    "week": ("FREQ=WEEKLY;BYDAY={day}", "Every {day}"),
    "fortnight": ("FREQ=WEEKLY;INTERVAL=2;BYDAY={day}", "Every second {day}"),
    "month": ("FREQ=MONTHLY;BYDAY=1{day}", "The first {day} of each month"),
    "quarter": (
        "FREQ=MONTHLY;BYMONTH=1,4,7,10;BYDAY=1{day}",
        "The first {day} of each quarter",
    ),
}
"""Recurrences with a name: the rule, and how it is said."""

_HOURLY = re.compile(r"FREQ=HOURLY|BYHOUR", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Recurring:
    """At `at` on the days of `rule` (RFC 5545), from `starts_on`, in the wall-clock time of a
    zone."""

    rule: str
    starts_on: date
    at: time
    time_zone: str

    def after(self, moment: datetime) -> datetime | None:
        """The next time, in UTC; None when the rule has ended. Raises `RuleError`."""
        if _HOURLY.search(self.rule):
            raise RuleError("A drill comes at most once a day; its hour is given beside the rule.")
        first = datetime.combine(self.starts_on, self.at)
        return next_occurrence(first, self.rule, self.time_zone, after=moment)

    @property
    def words(self) -> str:
        """“Every Wednesday at 14:00, Europe/Berlin”; a rule without a name as it is written."""
        every, day = named(self.rule)
        days = EVERY[every][1].format(day=DAYS[day]) if every else self.rule
        return f"{days} at {self.at:%H:%M}, {self.time_zone}"


def rule_of(every: str, day: str) -> str:
    return EVERY[every][0].format(day=day)


def named(rule: str) -> tuple[str, str]:
    """(name, day of the week) of a rule, or two empty texts for one of its author's own."""
    for every in EVERY:
        for day in DAYS:
            if rule_of(every, day) == rule:
                return every, day
    return "", ""
