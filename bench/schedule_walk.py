"""Random schedules, and a brute-force walk that answers them minute by quarter hour.

Shares no line with the rules in `oncall`: every quarter of an hour of the whole stretch is looked
at, all at once with numpy. Times in a schedule lie on quarters of an hour, as zones do today.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import cache
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from oncall.rotation import (
    Away,
    Change,
    Override,
    Restriction,
    Rotation,
    ScheduleRules,
    ShiftLength,
)

BEGIN, END = datetime(2025, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
STEP = timedelta(minutes=15)
LEAD = timedelta(days=40)
"""So much earlier the walk begins, to have seen a clock set back and rotations start."""
LENGTHS = ("1h", "5h", "8h", "12h", "36h", "1d", "2d", "3d", "1w", "2w", "4w")
PEOPLE = 6
NOBODY = 0
_DAY, _WEEK = 96, 7 * 96
_EPOCH = datetime(2024, 1, 1)  # noqa: DTZ001 - a Monday on the wall

Quarters = NDArray[np.int64]


@dataclass(frozen=True)
class Walk:
    """Two years of one zone in quarters of an hour: `at` counts from `BEGIN`, `mark` is the latest
    wall time shown by then, counted from Monday 2024-01-01 00:00."""

    at: Quarters
    mark: Quarters


@cache
def walk(zone: str) -> Walk:
    clock, steps = ZoneInfo(zone), range(-(LEAD // STEP), (END - BEGIN) // STEP)
    walls = [
        ((BEGIN + n * STEP).astimezone(clock).replace(tzinfo=None) - _EPOCH) // STEP for n in steps
    ]
    return Walk(np.array(steps), np.maximum.accumulate(np.array(walls)))


def answers(rules: ScheduleRules[int]) -> tuple[Quarters, Quarters]:
    """Who is on call and instead of whom at every step from `BEGIN` to `END`; 0 is nobody."""
    steps = walk(rules.time_zone)
    who, instead = np.zeros_like(steps.at), np.zeros_like(steps.at)
    for rotation in rules.rotations:
        if rotation.shadow:
            continue
        holder, owner = _holders(rules, rotation, steps)
        covers = holder != NOBODY
        who = np.where(covers, holder, who)
        instead = np.where(covers, owner, instead)
    for override in rules.overrides:
        inside = (steps.at >= _quarter(override.starts)) & (steps.at < _quarter(override.ends))
        if override.replaces is not None:
            inside &= who == override.replaces
        who = np.where(inside, override.user, who)
        instead = np.where(inside, override.replaces or NOBODY, instead)
    kept = steps.at >= 0
    return who[kept], instead[kept]


def _holders(
    rules: ScheduleRules[int], rotation: Rotation[int], steps: Walk
) -> tuple[Quarters, Quarters]:
    passed = _handoffs(rules.time_zone, rotation, steps)
    starts = _quarter(rotation.starts)
    first = max(0, int(passed[_place(steps, starts)]))
    turn = np.maximum(first, passed)
    open_ = (steps.at >= starts) & _open(rotation, steps)
    if rotation.ends is not None:
        open_ &= steps.at < _quarter(rotation.ends)
    gone = {user: _away(rules, user, steps) for user in range(1, PEOPLE + 1)}
    holder, owner = np.zeros_like(turn), np.zeros_like(turn)
    for begins, until, users in _eras(rotation, passed, steps, first):
        if not users:
            continue
        mine = (turn >= begins) & (turn < until) & open_
        place = (turn - begins) % len(users)
        order = np.array(users)
        todo = mine.copy()
        for step in range(len(users)):
            user = order[(place + step) % len(users)]
            away = np.zeros_like(todo)
            for person, absent in gone.items():
                away |= (user == person) & absent
            takes = todo & ~away
            holder = np.where(takes, user, holder)
            owner = np.where(takes & (step > 0), order[place], owner)
            todo &= away
    return holder, owner


def _eras(
    rotation: Rotation[int], passed: Quarters, steps: Walk, first: int
) -> list[tuple[int, int, tuple[int, ...]]]:
    """(first turn, first turn of the next, people)."""
    begins: dict[int, tuple[int, ...]] = {first: rotation.users}
    for change in sorted(rotation.changes, key=lambda change: change.since):
        place = _place(steps, _quarter(change.since))
        turn = int(passed[place])
        if int(passed[place - 1]) == turn:
            turn += 1
        begins[max(first, turn)] = change.users
    turns = sorted(begins)
    return [
        (turn, following, begins[turn])
        for turn, following in zip(turns, [*turns[1:], 1 << 40], strict=True)
    ]


def _handoffs(zone: str, rotation: Rotation[int], steps: Walk) -> Quarters:
    """Hand-offs passed since the one on the day of the start, which itself is 0."""
    length = rotation.shift_length
    hours = length.count * {"h": 1, "d": 24, "w": 168}[length.unit]
    local = rotation.starts.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    origin = (datetime.combine(local.date(), rotation.handoff) - _EPOCH) // STEP
    if hours % 24 == 0:
        return as_quarters((steps.mark - origin) // (hours * 4))
    reached = steps.at[int(np.argmax(steps.mark >= origin))]
    return as_quarters((steps.at - reached) // (hours * 4))


def as_quarters(value: Any) -> Quarters:
    return np.asarray(value)


def _open(rotation: Rotation[int], steps: Walk) -> NDArray[np.bool_]:
    if not rotation.restrictions:
        return np.ones_like(steps.at, dtype=bool)
    open_ = np.zeros_like(steps.at, dtype=bool)
    for item in rotation.restrictions:
        opens = item.start.hour * 4 + item.start.minute // 15
        lasts = (item.end.hour * 4 + item.end.minute // 15 - opens) % _DAY or _DAY
        for weekday in item.weekdays:
            open_ |= (steps.mark - weekday * _DAY - opens) % _WEEK < lasts
    return open_


def _away(rules: ScheduleRules[int], user: int, steps: Walk) -> NDArray[np.bool_]:
    away = np.zeros_like(steps.at, dtype=bool)
    for item in rules.away:
        if item.user == user:
            away |= (steps.at >= _quarter(item.starts)) & (steps.at < _quarter(item.ends))
    return away


def _quarter(at: datetime) -> int:
    return (at - BEGIN) // STEP


def _place(steps: Walk, quarter: int) -> int:
    return quarter - int(steps.at[0])


def random_rules(zone: str, random: Random) -> ScheduleRules[int]:
    """Up to three rotations, five overrides and six absences, anywhere in the two years."""

    def some(most: int, make: Any) -> tuple[Any, ...]:
        return tuple(make() for _ in range(random.randint(0, most)))

    def instant() -> datetime:
        return BEGIN + random.randrange((END - BEGIN) // STEP) * STEP

    def wall() -> time:
        return time(random.randrange(24), random.randrange(4) * 15)

    def people() -> tuple[int, ...]:
        return some(PEOPLE, lambda: random.randint(1, PEOPLE))

    def stretch(most: int) -> tuple[datetime, datetime]:
        starts = instant()
        return starts, starts + random.randint(1, most) * STEP

    def rotation() -> Rotation[int]:
        starts = BEGIN + random.randrange(-20 * _DAY, 300 * _DAY) * STEP
        return Rotation(
            name="r",
            users=people(),
            starts=starts,
            handoff=wall(),
            shift_length=ShiftLength.parse(random.choice(LENGTHS)),
            restrictions=some(2, restriction),
            changes=some(2, lambda: Change(instant(), people())),
            ends=starts + random.randint(1, 600) * 96 * STEP if random.random() < 0.2 else None,
            shadow=random.random() < 0.1,
        )

    def restriction() -> Restriction:
        days = frozenset(random.sample(range(7), random.randint(1, 7)))
        return Restriction(days, wall(), wall())

    def override() -> Override[int]:
        replaces = random.choice([None, random.randint(1, PEOPLE)])
        return Override(random.randint(1, PEOPLE), *stretch(14 * _DAY), "o", replaces)

    def away() -> Away[int]:
        return Away(random.randint(1, PEOPLE), *stretch(30 * _DAY), "off")

    return ScheduleRules(zone, some(3, rotation), some(5, override), some(6, away))
