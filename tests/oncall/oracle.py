"""The slow answer to "who is on call": walks the clock in steps and shares no code with the rules.

Every time in a schedule given to it must lie on a quarter of an hour, as zones do today.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from oncall.rotation import Override, Restriction, Rotation, ScheduleRules

STEP = timedelta(minutes=15)
DAY = timedelta(days=1)
Answer = tuple[int, str, str] | None


class Moment(NamedTuple):
    """An instant and the latest wall time that the zone's clock had shown by then."""

    at: datetime
    mark: datetime


def moments(zone: str, start: datetime, end: datetime) -> list[Moment]:
    """Every step from `start` to `end`; the walk begins earlier, to have seen a clock set back."""
    clock, at = ZoneInfo(zone), (start - 2 * DAY).astimezone(UTC)
    mark, seen = datetime.min, []  # noqa: DTZ901 - a wall time
    while at < end:
        mark = max(mark, at.astimezone(clock).replace(tzinfo=None))
        if at >= start:
            seen.append(Moment(at, mark))
        at += STEP
    return seen


@cache
def moment_of(zone: str, at: datetime) -> Moment:
    return moments(zone, at, at + STEP)[0]


@cache
def first_reached(zone: str, wall: datetime) -> datetime:
    around = wall.replace(tzinfo=UTC)
    return next(m.at for m in moments(zone, around - 2 * DAY, around + 3 * DAY) if m.mark >= wall)


def answer(rules: ScheduleRules[int], moment: Moment) -> Answer:
    current: Answer = None
    for rotation in rules.rotations:
        if rotation.users and rotation.starts <= moment.at and _open(rotation, moment.mark):
            current = (_turn_holder(rules.time_zone, rotation, moment), "rotation", rotation.name)
    for override in rules.overrides:
        if override.starts <= moment.at < override.ends and _applies(override, current):
            current = (override.user, "override", override.reason)
    return current


def _applies(override: Override[int], current: Answer) -> bool:
    return override.replaces is None or (current is not None and current[0] == override.replaces)


def _open(rotation: Rotation[int], mark: datetime) -> bool:
    return not rotation.restrictions or any(_inside(r, mark) for r in rotation.restrictions)


def _inside(restriction: Restriction, mark: datetime) -> bool:
    for begun in (mark.date(), mark.date() - DAY):
        opens = datetime.combine(begun, restriction.start)
        closes = datetime.combine(begun, restriction.end)
        if closes <= opens:
            closes += DAY
        if begun.weekday() in restriction.weekdays and opens <= mark < closes:
            return True
    return False


def _turn_holder(zone: str, rotation: Rotation[int], moment: Moment) -> int:
    begun = moment_of(zone, rotation.starts)
    passed = _handoffs(zone, rotation, moment) - max(0, _handoffs(zone, rotation, begun))
    return rotation.users[max(0, passed) % len(rotation.users)]


def _handoffs(zone: str, rotation: Rotation[int], moment: Moment) -> int:
    """Hand-offs that have passed since the one on the day the rotation starts, itself not counted;
    negative before that."""
    length = rotation.shift_length
    hours = length.count * {"h": 1, "d": 24, "w": 168}[length.unit]
    local_start = rotation.starts.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    origin = datetime.combine(local_start.date(), rotation.handoff)
    if hours % 24:
        return (moment.at - first_reached(zone, origin)) // timedelta(hours=hours)
    return (moment.mark - origin) // timedelta(hours=hours)
