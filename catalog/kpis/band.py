"""What is usual for a KPI at an hour of the week, and what an incident made of it. Pure.

The middle is the median of the same hour of the week in the weeks before, the half-width 1.96
times the scaled median absolute deviation: what a normal distribution keeps 95 of 100 values in.
Both shrug at a single bad week, so that the last incident does not become what is usual.
"""

from __future__ import annotations

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
    *,
    start: datetime,
    end: datetime,
    zone: tzinfo,
    every: timedelta,
    more_is_better: bool,
    adds_up: bool,
) -> Estimate | None:
    """The distance from what is usual within [start, end), steps at the edges by their share.
    The interval takes the ends of all bands together: a week that is better than usual is better
    in all of its hours, so that their errors do not cancel out. None when no step is known."""
    sign = 1.0 if more_is_better else -1.0
    amount = low = high = weight = 0.0
    for begun, value in values:
        usual = bands.get(slot_of(begun, zone, every))
        share = max(timedelta(0), min(end, begun + every) - max(start, begun)) / every
        if usual is None or not share:
            continue
        ends = sorted((sign * (usual.low - value), sign * (usual.high - value)))
        amount += share * sign * (usual.middle - value)
        low, high, weight = low + share * ends[0], high + share * ends[1], weight + share
    if not weight:
        return None
    by = 1.0 if adds_up else weight
    known = min(1.0, weight * every / (end - start))
    return Estimate(amount / by, low / by, high / by, known)
