"""The coming weeks of a schedule as bars, a line for each week of the viewer's clock. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import pairwise
from typing import Generic
from zoneinfo import ZoneInfo

from oncall.rotation import Shift
from oncall.schedule_parts import UserKey
from oncall.wallclock import WEEK, first_instant

WEEKS = 12
COLOURS = 8
"""People beyond the eighth share colours; the name stands in every bar that has room."""
ROOM_FOR_NAME, ROOM_FOR_INITIALS = 16.0, 5.0


@dataclass(frozen=True, slots=True)
class Bar(Generic[UserKey]):
    """`x` and `width` are percent of the week's line; `label` is what fits into it."""

    shift: Shift[UserKey]
    x: float
    width: float
    colour: int | None
    label: str


@dataclass(frozen=True, slots=True)
class WeekLine(Generic[UserKey]):
    """`now` is where the present lies, in percent, where it lies in this week."""

    starts: datetime
    ends: datetime
    bars: tuple[Bar[UserKey], ...]
    shadows: tuple[Bar[UserKey], ...]
    now: float | None


def weeks_from(at: datetime, zone: ZoneInfo, count: int = WEEKS) -> list[datetime]:
    """Monday midnights by the zone's clock: of the week of `at`, and `count` after it."""
    local = at.astimezone(zone)
    monday = datetime.combine(local.date() - timedelta(days=local.weekday()), time.min)
    return [first_instant(zone, monday + number * WEEK) for number in range(count + 1)]


def week_lines(
    shifts: Sequence[Shift[UserKey]],
    shadows: Sequence[Shift[UserKey]],
    *,
    at: datetime,
    zone: ZoneInfo,
    count: int = WEEKS,
) -> list[WeekLine[UserKey]]:
    edges = weeks_from(at, zone, count)
    colours = _colours([*shifts, *shadows])
    lines = []
    for starts, ends in pairwise(edges):
        now = _percent(at, starts, ends) if starts <= at < ends else None
        lines.append(
            WeekLine(
                starts,
                ends,
                _bars(shifts, starts, ends, colours),
                _bars(shadows, starts, ends, colours),
                now,
            )
        )
    return lines


def _colours(shifts: Sequence[Shift[UserKey]]) -> dict[UserKey, int]:
    colours: dict[UserKey, int] = {}
    for shift in shifts:
        if shift.user is not None:
            colours.setdefault(shift.user, len(colours) % COLOURS)
    return colours


def _bars(
    shifts: Sequence[Shift[UserKey]],
    starts: datetime,
    ends: datetime,
    colours: dict[UserKey, int],
) -> tuple[Bar[UserKey], ...]:
    return tuple(
        _bar(shift, starts, ends, colours)
        for shift in shifts
        if shift.start < ends and shift.end > starts
    )


def _bar(
    shift: Shift[UserKey], starts: datetime, ends: datetime, colours: dict[UserKey, int]
) -> Bar[UserKey]:
    left = _percent(max(shift.start, starts), starts, ends)
    right = _percent(min(shift.end, ends), starts, ends)
    width = round(right - left, 3)
    colour = None if shift.user is None else colours[shift.user]
    return Bar(shift, round(left, 3), width, colour, _label(shift, width))


def _label(shift: Shift[UserKey], width: float) -> str:
    name = "nobody" if shift.user is None else str(shift.user)
    if width >= ROOM_FOR_NAME:
        return name
    if width < ROOM_FOR_INITIALS or shift.user is None:
        return ""
    return "".join(word[0] for word in name.replace("@", " ").replace(".", " ").split()[:2]).upper()


def _percent(at: datetime, starts: datetime, ends: datetime) -> float:
    return (at - starts) / (ends - starts) * 100
