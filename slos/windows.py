"""When a window starts, and how a stretch of time is put together from days, hours and raw
measurements. Pure: no database.

A window (start, end] holds what ended in it. Windows of a day or longer start on the full hour,
so that they are made of whole hours; shorter ones are exact.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
_MONTHS = {"month": 1, "quarter": 3, "year": 12}

Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Window:
    """The window of an objective: `seconds` long when rolling, else a calendar unit in a zone."""

    kind: str = "rolling"
    seconds: int = 28 * 86_400
    unit: str = ""
    zone: str = "UTC"

    @property
    def length(self) -> timedelta:
        """Exact when rolling, nominal for a calendar unit."""
        return timedelta(seconds=self.seconds)

    def span(self, at: datetime) -> Span:
        """Start and end of the window that `at` lies in. A rolling one ends at `at`."""
        if self.kind == "rolling":
            return rolling_start(at, self.length), at
        return calendar_span(at, unit=self.unit, zone=ZoneInfo(self.zone))


def rolling_start(at: datetime, length: timedelta) -> datetime:
    start = at - length
    return floor_hour(start) if length >= DAY else start


def calendar_span(at: datetime, *, unit: str, zone: ZoneInfo) -> Span:
    """The day, week (from Monday), month, quarter or year in `zone` that holds the moments up to
    `at`: midnight still belongs to the period that ends with it."""
    local = (at - timedelta(microseconds=1)).astimezone(zone).date()
    if unit == "day":
        first, after = local, local + DAY
    elif unit == "week":
        first = local - timedelta(days=local.weekday())
        after = first + 7 * DAY
    else:
        months = _MONTHS[unit]
        first = date(local.year, (local.month - 1) // months * months + 1, 1)
        number = first.year * 12 + first.month - 1 + months
        after = date(number // 12, number % 12 + 1, 1)
    return _midnight(first, zone), _midnight(after, zone)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), tzinfo=zone).astimezone(UTC)


def floor_hour(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)


def floor_day(moment: datetime) -> datetime:
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)


@dataclass(frozen=True, slots=True)
class Tiles:
    """Stretches that together cover (oldest, at] once: from daily roll-ups, hourly ones, and raw
    measurements where a window starts or the present hour is under way."""

    days: Sequence[Span]
    hours: Sequence[Span]
    raw: Sequence[Span]


def tiles(starts: Iterable[datetime], *, at: datetime) -> Tiles:
    """How to count every window (start, at] at once. Times are in UTC."""
    starts = [start.astimezone(UTC) for start in starts]
    at = at.astimezone(UTC)
    oldest = floor_hour(min(starts))
    cut = {floor_hour(moment) for moment in starts if moment != floor_hour(moment)}
    broken = {floor_day(moment) for moment in [*cut, *starts] if moment != floor_day(moment)}
    days: list[Span] = []
    hours: list[Span] = []
    raw: list[Span] = []
    moment, last = oldest, floor_hour(at)
    while moment < last:
        whole_day = moment == floor_day(moment) and moment + DAY <= last and moment not in broken
        step = DAY if whole_day else HOUR
        where = days if whole_day else raw if moment in cut else hours
        _append(where, moment, moment + step)
        moment += step
    if last < at:
        _append(raw, last, at)
    return Tiles(days, hours, raw)


def _append(spans: list[Span], start: datetime, end: datetime) -> None:
    if spans and spans[-1][1] == start:
        spans[-1] = (spans[-1][0], end)
    else:
        spans.append((start, end))
