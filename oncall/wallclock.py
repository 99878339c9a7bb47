"""Wall-clock times of a zone as instants, and hours of the week as spans. No schedule words here.

The one rule: a wall time stands for the first instant at which the zone's clock shows it or
later. A time that the clocks skip is therefore the first instant after the gap, one that comes
twice the first of the two, and later wall times never stand for earlier instants.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
WEEK = timedelta(days=7)
NO_TIME = timedelta(0)
ALWAYS_SINCE = datetime.min.replace(tzinfo=UTC)
ALWAYS_UNTIL = datetime.max.replace(tzinfo=UTC)


class Span(NamedTuple):
    since: datetime
    until: datetime
    covered: bool


@lru_cache(maxsize=16384)
def first_instant(zone: ZoneInfo, wall: datetime) -> datetime:
    """The first instant (UTC) at which the zone's clock shows `wall` (naive) or later."""
    first = wall.replace(tzinfo=zone, fold=0)
    before, after = first.utcoffset(), first.replace(fold=1).utcoffset()
    if before is None or after is None or before >= after:
        return first.astimezone(UTC)
    return _end_of_gap(zone, wall, (wall - after).replace(tzinfo=UTC), after - before)


def _end_of_gap(zone: ZoneInfo, wall: datetime, early: datetime, width: timedelta) -> datetime:
    """Clocks change on whole seconds, so halving the width of the gap ends at its last second."""
    low = early.replace(microsecond=0)
    missed, reached = 0, int(width.total_seconds())
    while reached - missed > 1:
        middle = (missed + reached) // 2
        shown = (low + timedelta(seconds=middle)).astimezone(zone).replace(tzinfo=None)
        if shown < wall:
            missed = middle
        else:
            reached = middle
    return low + timedelta(seconds=reached)


def last_started(instant_of: Callable[[int], datetime], guess: int, at: datetime) -> int:
    """The last index of a rising sequence whose instant is not after `at`, near a good guess."""
    while instant_of(guess) > at:
        guess -= 1
    while instant_of(guess + 1) <= at:
        guess += 1
    return guess


class _Edge(NamedTuple):
    offset: timedelta
    opens: bool


@dataclass(frozen=True)
class WeeklyHours:
    """Hours of every week; edges are offsets from Monday 00:00, opening and closing in turn.

    No edges: all week.
    """

    zone: ZoneInfo
    edges: tuple[_Edge, ...]

    @classmethod
    def of(cls, zone: ZoneInfo, windows: Iterable[tuple[int, time, time]]) -> WeeklyHours:
        """`windows` are (weekday from Monday = 0, start, end), an end not after its start being
        the next day's; no windows at all means all week."""
        return cls(zone, _edges(_merged(list(windows))))

    def span(self, at: datetime) -> Span:
        """The longest span around `at` in which the answer stays the same."""
        if not self.edges:
            return Span(ALWAYS_SINCE, ALWAYS_UNTIL, True)
        local = at.astimezone(self.zone).replace(tzinfo=None)
        monday = datetime.combine(local.date() - local.weekday() * DAY, time.min)

        def instant_of(index: int) -> datetime:
            week, edge = divmod(index, len(self.edges))
            return first_instant(self.zone, monday + week * WEEK + self.edges[edge].offset)

        guess = bisect_right(self.edges, local - monday, key=lambda edge: edge.offset) - 1
        index = last_started(instant_of, guess, at)
        return Span(
            instant_of(index), instant_of(index + 1), self.edges[index % len(self.edges)].opens
        )


def _merged(windows: list[tuple[int, time, time]]) -> list[tuple[timedelta, timedelta]]:
    """Windows as rising, separate stretches of one week, those over its end cut in two."""
    pieces: list[tuple[timedelta, timedelta]] = []
    for weekday, start, end in windows:
        opens = weekday * DAY + _since_midnight(start)
        closes = weekday * DAY + _since_midnight(end) + (NO_TIME if end > start else DAY)
        pieces.append((opens, min(closes, WEEK)))
        if closes > WEEK:
            pieces.append((NO_TIME, closes - WEEK))
    merged: list[tuple[timedelta, timedelta]] = []
    for opens, closes in sorted(pieces):
        if merged and opens <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], closes))
        else:
            merged.append((opens, closes))
    return merged


def _edges(stretches: list[tuple[timedelta, timedelta]]) -> tuple[_Edge, ...]:
    """A stretch that ends with the week and one that begins with it touch: no edges between."""
    edges: list[_Edge] = []
    for opens, closes in stretches:
        edges += (_Edge(opens, True), _Edge(closes, False))
    if edges and edges[0].offset == NO_TIME and edges[-1].offset == WEEK:
        edges = edges[1:-1]
    return tuple(edges)


def _since_midnight(value: time) -> timedelta:
    return datetime.combine(date.min, value) - datetime.combine(date.min, time.min)
