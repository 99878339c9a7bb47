"""The coming weeks of a schedule as bars, a line for each week of the viewer's clock. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo
from itertools import pairwise
from typing import Generic
from zoneinfo import ZoneInfo

from oncall.rotation import Shift
from oncall.schedule_parts import UserKey
from oncall.wallclock import WEEK, first_instant

WEEKS = 12
MAX_TOLD = 20
COLOURS = 8
"""People beyond the eighth share colours; the name stands in every bar that has room."""
ROOM_FOR_NAME, ROOM_FOR_INITIALS = 16.0, 5.0


@dataclass(frozen=True, slots=True)
class Bar(Generic[UserKey]):
    """`x` and `width` are percent of the week's line; `label` is what fits into it, `words` say
    all of it, in the zone of the weeks."""

    shift: Shift[UserKey]
    x: float
    width: float
    colour: int | None
    label: str
    words: str


@dataclass(frozen=True, slots=True)
class WeekLine(Generic[UserKey]):
    """`now` is where the present lies, in percent, where it lies in this week; `words` are who is
    on call from when, for those who do not see the bars."""

    starts: datetime
    ends: datetime
    bars: tuple[Bar[UserKey], ...]
    shadows: tuple[Bar[UserKey], ...]
    now: float | None
    words: str


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
    told = [(shift, _told(shift, zone)) for shift in shifts]
    looking_on = [(shift, _looking_on(shift, zone)) for shift in shadows]
    lines = []
    for starts, ends in pairwise(edges):
        now = _percent(at, starts, ends) if starts <= at < ends else None
        bars = _bars(told, starts, ends, colours)
        looking = _bars(looking_on, starts, ends, colours)
        lines.append(WeekLine(starts, ends, bars, looking, now, _week_words(starts, bars, zone)))
    return lines


def _week_words(starts: datetime, bars: Sequence[Bar[UserKey]], zone: ZoneInfo) -> str:
    monday = starts.astimezone(zone)
    who = ", ".join(
        f"{bar.shift.user or 'nobody'} from {bar.shift.start.astimezone(zone):%a %H:%M}"
        for bar in bars[:MAX_TOLD]
    )
    return f"Week of {monday.day} {monday:%B}: {who}"


def _told(shift: Shift[UserKey], zone: ZoneInfo) -> str:
    """Made here and not in the template: a schedule of many people has hundreds of bars."""
    words = f"{shift.user or 'Nobody'}, {span(shift, zone)}"
    if shift.because == "cover":
        why = f": {shift.reason}" if shift.reason else ""
        return f"{words}, covers for {shift.instead_of}{why}"
    if shift.because == "swap":
        return f"{words}, swap{f' with {shift.instead_of}' if shift.instead_of else ''}"
    return f"{words}, override" if shift.because == "override" else words


def _looking_on(shift: Shift[UserKey], zone: ZoneInfo) -> str:
    return f"{shift.user} looks on, {span(shift, zone)}"


def span(shift: Shift[UserKey], zone: tzinfo) -> str:
    """From when to when, in words."""
    starts, ends = shift.start.astimezone(zone), shift.end.astimezone(zone)
    return f"{starts:%a} {starts.day} {starts:%b %H:%M} to {ends:%a} {ends.day} {ends:%b %H:%M}"


def _colours(shifts: Sequence[Shift[UserKey]]) -> dict[UserKey, int]:
    colours: dict[UserKey, int] = {}
    for shift in shifts:
        if shift.user is not None:
            colours.setdefault(shift.user, len(colours) % COLOURS)
    return colours


def _bars(
    shifts: Sequence[tuple[Shift[UserKey], str]],
    starts: datetime,
    ends: datetime,
    colours: dict[UserKey, int],
) -> tuple[Bar[UserKey], ...]:
    """`shifts` come with their words."""
    return tuple(
        _bar(shift, words, starts, ends, colours)
        for shift, words in shifts
        if shift.start < ends and shift.end > starts
    )


def _bar(
    shift: Shift[UserKey],
    words: str,
    starts: datetime,
    ends: datetime,
    colours: dict[UserKey, int],
) -> Bar[UserKey]:
    left = _percent(max(shift.start, starts), starts, ends)
    right = _percent(min(shift.end, ends), starts, ends)
    width = round(right - left, 3)
    colour = None if shift.user is None else colours[shift.user]
    return Bar(shift, round(left, 3), width, colour, _label(shift, width), words)


def _label(shift: Shift[UserKey], width: float) -> str:
    name = "nobody" if shift.user is None else str(shift.user)
    if width >= ROOM_FOR_NAME:
        return name
    if width < ROOM_FOR_INITIALS or shift.user is None:
        return ""
    return "".join(word[0] for word in name.replace("@", " ").replace(".", " ").split()[:2]).upper()


def _percent(at: datetime, starts: datetime, ends: datetime) -> float:
    return (at - starts) / (ends - starts) * 100
