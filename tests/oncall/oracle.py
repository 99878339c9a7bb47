"""The slow answer to "who is on call": walks the clock in steps and shares no code with the rules.

Every time in a schedule given to it must lie on a quarter of an hour, as zones do today.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from oncall.rotation import Away, Override, Restriction, Rotation, ScheduleRules

STEP = timedelta(minutes=15)
DAY = timedelta(days=1)
Answer = tuple[int, str, str, int | None] | None
"""Who, because of what, its name, and instead of whom."""


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
        held = None if rotation.shadow else layer_answer(rules, rotation, moment)
        current = held or current
    for override in rules.overrides:
        if override.starts <= moment.at < override.ends and _applies(override, current):
            current = (override.user, override.kind, override.reason, override.replaces)
    return current


def layer_answer(rules: ScheduleRules[int], rotation: Rotation[int], moment: Moment) -> Answer:
    """Who holds this rotation: the owner of the turn, or the next who is not away."""
    over = rotation.ends is not None and moment.at >= rotation.ends
    if moment.at < rotation.starts or over or not _open(rotation, moment.mark):
        return None
    order = _order_from_holder(rules.time_zone, rotation, moment)
    away = {item.user for item in rules.away if _is_away(item, moment.at)}
    for user in order:
        if user not in away:
            if user == order[0]:
                return (user, "rotation", rotation.name, None)
            return (user, "cover", rotation.name, order[0])
    return None


def _is_away(item: Away[int], at: datetime) -> bool:
    return item.starts <= at < item.ends


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


def _order_from_holder(zone: str, rotation: Rotation[int], moment: Moment) -> tuple[int, ...]:
    """The people of the time, beginning with whoever has the turn."""
    first = max(0, _handoffs(zone, rotation, moment_of(zone, rotation.starts)))
    turn = max(first, _handoffs(zone, rotation, moment))
    users, since = rotation.users, first
    for change in sorted(rotation.changes, key=lambda change: change.since):
        begins = _handoffs(zone, rotation, moment_of(zone, change.since))
        if not _begins_exactly(zone, rotation, change.since, begins):
            begins += 1
        begins = max(first, begins)
        if begins <= turn:
            users, since = change.users, begins
    if not users:
        return ()
    place = (turn - since) % len(users)
    return users[place:] + users[:place]


def _begins_exactly(zone: str, rotation: Rotation[int], at: datetime, turn: int) -> bool:
    """Whether the turn that runs at this instant had not begun a step earlier."""
    return _handoffs(zone, rotation, moment_of(zone, at - STEP)) < turn


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
