"""Stretches of time that a report is about, read from words like `90d` or `2026-Q3`. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import Literal

from core.errors import Invalid

Bucket = Literal["day", "week", "month", "year"]
DEFAULT = "90d"
OFFERED = (
    ("30d", "Last 30 days"),
    ("90d", "Last 90 days"),
    ("365d", "Last 12 months"),
    ("all", "Everything"),
)
FIRST = date(2000, 1, 1)
"""No incident is about an earlier time."""
MAX_DAYS = 3_660
_DAYS = re.compile(r"([0-9]{1,4})d", re.ASCII)
_QUARTER = re.compile(r"([0-9]{4})-[Qq]([1-4])", re.ASCII)
_MONTH = re.compile(r"([0-9]{4})-([0-9]{2})", re.ASCII)
_YEAR = re.compile(r"([0-9]{4})", re.ASCII)
_RANGE = re.compile(r"([0-9-]{10})\.\.([0-9-]{10})", re.ASCII)
_HOW = "Write 90d, 2026, 2026-10, 2026-Q3, 2026-01-01..2026-03-31 or all."


@dataclass(frozen=True, slots=True)
class Period:
    """From `start` (inclusive) to `end` (exclusive), in the reader's zone. `words` is how it is
    written in an address, `label` how it is said."""

    words: str
    label: str
    start: datetime
    end: datetime
    zone: tzinfo

    @property
    def zone_name(self) -> str:
        """As PostgreSQL takes it."""
        return str(getattr(self.zone, "key", None) or "UTC")

    @property
    def bucket(self) -> Bucket:
        """How its charts are cut: never more than some fifteen pieces that can be told apart."""
        days = (self.end - self.start).days
        if days <= 15:
            return "day"
        if days <= 105:
            return "week"
        return "month" if days <= 480 else "year"

    def before(self) -> tuple[datetime, datetime]:
        """The stretch of the same length just before, to compare with."""
        return self.start - (self.end - self.start), self.start

    def buckets(self) -> list[datetime]:
        """The start of each piece, as `date_trunc` in the same zone gives it."""
        if self.words == "all":
            return []
        found, day = [], self._floor(self.start.astimezone(self.zone).date())
        while (moment := _midnight(day, self.zone)) < self.end:
            found.append(moment)
            day = self._next(day)
        return found

    def _floor(self, day: date) -> date:
        if self.bucket == "week":
            return day - timedelta(days=day.weekday())
        if self.bucket == "month":
            return day.replace(day=1)
        return day.replace(month=1, day=1) if self.bucket == "year" else day

    def _next(self, day: date) -> date:
        if self.bucket == "month":
            return (day + timedelta(days=32)).replace(day=1)
        if self.bucket == "year":
            return day.replace(year=day.year + 1)
        return day + timedelta(days=7 if self.bucket == "week" else 1)

    def name_of(self, moment: datetime) -> str:
        return self.day_name(moment.astimezone(self.zone).date())

    def day_name(self, day: date) -> str:
        if self.bucket in ("day", "week"):
            return f"{day.day} {day:%b}"
        return f"{day:%b}" if self.bucket == "month" else f"{day:%Y}"


def read_period(words: str, *, now: datetime, zone: tzinfo) -> Period:
    """Raises `Invalid` naming `period` for what is not one, ends before it begins, or begins in
    the future."""
    words = words.strip() or DEFAULT
    try:
        first, after, label = _days_of(words, now.astimezone(zone).date())
    except (ValueError, OverflowError) as error:
        raise _refused(_HOW) from error
    if words != "all" and (after - first).days > MAX_DAYS:
        raise _refused("Ten years are the longest. Write all for everything.")
    start = max(_midnight(first, zone), _midnight(FIRST, zone))
    end = min(_midnight(after, zone), _midnight(now.astimezone(zone).date(), zone) + _DAY)
    if start >= end:
        raise _refused("It has not begun yet, or ends before it begins.")
    return Period(words=words, label=label, start=start, end=end, zone=zone)


_DAY = timedelta(days=1)


def last_quarter(today: date) -> str:
    """The quarter that ended last, for example `2026-Q3`."""
    quarter = (today.month - 1) // 3
    return f"{today.year}-Q{quarter}" if quarter else f"{today.year - 1}-Q4"


def _days_of(words: str, today: date) -> tuple[date, date, str]:
    """First day, the day after the last, and the label."""
    tomorrow = today + _DAY
    if words == "all":
        return FIRST, tomorrow, "Everything"
    if found := _DAYS.fullmatch(words):
        days = int(found[1])
        if days < 1:
            raise ValueError(words)
        return (
            tomorrow - timedelta(days=days),
            tomorrow,
            f"Last {days} days" if days > 1 else "Today",
        )
    if found := _QUARTER.fullmatch(words):
        year, quarter = int(found[1]), int(found[2])
        first = date(year, 3 * quarter - 2, 1)
        return first, _months_on(first, 3), f"Quarter {quarter} of {year}"
    if found := _MONTH.fullmatch(words):
        first = date(int(found[1]), int(found[2]), 1)
        return first, _months_on(first, 1), f"{first:%B %Y}"
    if found := _YEAR.fullmatch(words):
        first = date(int(found[1]), 1, 1)
        return first, _months_on(first, 12), f"{first.year}"
    if found := _RANGE.fullmatch(words):
        first, last = date.fromisoformat(found[1]), date.fromisoformat(found[2])
        return first, last + _DAY, f"{first} to {last}"
    raise ValueError(words)


def _months_on(first: date, months: int) -> date:
    month = first.month - 1 + months
    return date(first.year + month // 12, month % 12 + 1, 1)


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone)


def _refused(sentence: str) -> Invalid:
    return Invalid(f"This period cannot be read. {sentence}", errors={"period": [sentence]})
