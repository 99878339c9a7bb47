"""What is usual for a KPI at an hour of the week, and what an incident made of it. Pure.

The middle is the median of the same hour of the week in the weeks before, the half-width 1.96
times the scaled median absolute deviation: what a normal distribution keeps 95 of 100 values in.
Both shrug at a single bad week, so that the last incident does not become what is usual.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from statistics import median

WEEKS = 8
LEAST = 4
"""Fewer values of an hour of the week say nothing of what is usual."""
SCALE = 1.4826
"""Makes the median absolute deviation a standard deviation where values are normal."""
WIDTH = 1.96
STUDENT = {3: 3.182, 4: 2.776, 5: 2.571, 6: 2.447, 7: 2.365}
"""The 97.5 % quantile of Student's t by degrees of freedom."""
ENOUGH = 0.8
"""The share of the incident's steps that a former week must have, to stand for the whole."""
FAR = 8.0
"""Times the median of the weeks from which one is no ordinary week: of normal ones fewer than one
in a hundred are."""

Value = tuple[datetime, float]
"""The begin of a step, and what was counted in it."""


@dataclass(frozen=True, slots=True)
class Usual:
    """What is expected in a step: between `low` and `high` in 95 of 100 weeks."""

    low: float
    middle: float
    high: float


@dataclass(frozen=True, slots=True)
class Estimate:
    """How far a KPI was from what is usual. Amounts are signed: above zero is worse, whatever
    the direction. For a sum they are the amount lost (or spent too much) over the incident, for
    a level the mean distance. `known` is the share of the time that both is known of."""

    amount: float
    low: float
    high: float
    known: float

    @property
    def is_usual(self) -> bool:
        """The interval has zero in it: as in other weeks, as far as can be told."""
        return self.low <= 0 <= self.high


Bands = Mapping[tuple[int, int], Usual]


def slot_of(start: datetime, zone: tzinfo, every: timedelta) -> tuple[int, int]:
    """Weekday and hour, by the clock of the business. A KPI by the day has no hours."""
    local = start.astimezone(zone)
    return local.weekday(), 0 if every >= timedelta(days=1) else local.hour


def usual_bands(
    history: Iterable[Value], *, zone: tzinfo, every: timedelta
) -> dict[tuple[int, int], Usual]:
    """By weekday and hour; slots with fewer than `LEAST` values have none. `history` is what came
    before the time in question."""
    slots: dict[tuple[int, int], list[float]] = defaultdict(list)
    for start, value in history:
        slots[slot_of(start, zone, every)].append(value)
    return {slot: _usual(values) for slot, values in slots.items() if len(values) >= LEAST}


def _usual(values: Sequence[float]) -> Usual:
    middle = median(values)
    spread = WIDTH * SCALE * median(abs(value - middle) for value in values)
    return Usual(middle - spread, middle, middle + spread)


def estimate_impact(
    values: Iterable[Value],
    bands: Bands,
    history: Iterable[Value],
    *,
    start: datetime,
    end: datetime,
    zone: tzinfo,
    every: timedelta,
    more_is_better: bool,
    adds_up: bool,
) -> Estimate | None:
    """The distance from what is usual within [start, end), steps at the edges by their share, with
    a 95 % interval: see `_reach`. None when no step is known."""
    sign = 1.0 if more_is_better else -1.0
    steps: list[_Step] = []
    amount = weight = 0.0
    for begun, value in values:
        usual = bands.get(slot_of(begun, zone, every))
        share = max(timedelta(0), min(end, begun + every) - max(start, begun)) / every
        if usual is None or not share:
            continue
        steps.append(_Step(_clock(begun, zone), share, usual))
        amount += share * sign * (usual.middle - value)
        weight += share
    if not weight:
        return None
    by = 1.0 if adds_up else weight
    known = min(1.0, weight * every / (end - start))
    reach = _reach(steps, history, zone)
    return Estimate(amount / by, (amount - reach) / by, (amount + reach) / by, known)


@dataclass(frozen=True, slots=True)
class _Step:
    """A known step of the incident: by the clock of the business, with how much of it counts."""

    at: datetime
    share: float
    usual: Usual


def _reach(steps: Sequence[_Step], history: Iterable[Value], zone: tzinfo) -> float:
    """How far the sum over these steps strays from the sum of their medians in an ordinary week.

    It is read off the same stretch of the weeks before, each added up as a whole: whatever the
    errors of its steps have to do with each other (a good week is good in all of its hours; noise
    cancels out) is in these sums, so no model of it is needed. Their root mean square is widened
    by Student's t for so few weeks and for the medians' own error, of variance pi/2m. A single week
    far beyond the others (the last incident) is left out. `tests/catalog/kpis/test_cover.py` has
    how often the interval holds the truth.
    """
    before = {_clock(start, zone): value for start, value in history}
    whole = sum(step.share for step in steps)
    sums = []
    for week in range(1, WEEKS + 1):
        there = [(step, before.get(step.at - timedelta(weeks=week))) for step in steps]
        known = sum(step.share for step, value in there if value is not None)
        if known < ENOUGH * whole:
            continue
        off = sum(step.share * (v - step.usual.middle) for step, v in there if v is not None)
        sums.append(abs(off) * whole / known)
    sums.sort()
    if len(sums) > LEAST and sums[-1] > FAR * median(sums):
        sums.pop()
    count = len(sums)
    if count < LEAST:
        # No week has all of it: as if all errors went the same way, which is rather too wide.
        return sum(step.share * (step.usual.high - step.usual.middle) for step in steps)
    spread = math.hypot(*sums) / math.sqrt(count - 1)
    return STUDENT[count - 1] * math.sqrt(1 + math.pi / (2 * count)) * spread


def _clock(start: datetime, zone: tzinfo) -> datetime:
    """What the clock of the business shows, which a week before it showed too."""
    return start.astimezone(zone).replace(tzinfo=None)
