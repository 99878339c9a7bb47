"""Who is on call at an instant, and why: pure rules. No Django, no clock, no storage here.

How a schedule is read:

* Rotations are layers. A later rotation wins over the earlier ones wherever it covers; where
  it does not (before its start, after its end, outside its restrictions, nobody in it) the one
  below shows. Shadow rotations are not layers: whoever is on one looks on.
* Whoever is away takes no turn: the next in order who is not away covers, for exactly as long as
  the absence lasts. Nobody's turn moves by it. When all of a rotation are away, the one below
  shows.
* A planned change of the people counts from the first hand-off at or after its time; the first
  of the new order has that turn.
* Overrides are laid over that in the order they were made, absences or not. Each replaces whoever
  is on call, or, with `replaces`, only that person. So of two that overlap the later made wins.
* Shifts counted in days or weeks change hands at the hand-off time of the schedule's wall clock:
  on the days the clocks change they last 23 or 25 hours. Shifts counted in hours are elapsed
  time, except whole multiples of 24 hours, which are days.
* A wall time stands for the first instant at which the clock shows it or later: one that the
  clocks skip is the first instant after the gap, one that comes twice is the first of the two.
* Hand-offs fall on the local date of `starts` and every shift length after it. Whoever is first
  holds from `starts` to the first hand-off after that date; before `starts` there is nobody.

Every instant has one answer or is a gap. All intervals include their start and not their end;
all times that come out are UTC.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Generic, Literal, NamedTuple

from oncall.layers import Layer, absences_of
from oncall.schedule_parts import (
    EARLIEST,
    LATEST,
    Away,
    Change,
    Override,
    Restriction,
    Rotation,
    UserKey,
    instant,
    zone_named,
)
from oncall.shift_length import ScheduleError, ShiftLength
from oncall.wallclock import ALWAYS_SINCE, ALWAYS_UNTIL

__all__ = [
    "EARLIEST",
    "LATEST",
    "Away",
    "Because",
    "Change",
    "Duty",
    "Override",
    "Restriction",
    "Rotation",
    "ScheduleError",
    "ScheduleRules",
    "Shift",
    "ShiftLength",
    "gaps",
    "next_change",
    "next_shift",
    "on_call",
    "shadow_shifts",
    "shadowing",
    "shifts",
    "zone_named",
]

Because = Literal["rotation", "cover", "override", "swap"]

MAX_WINDOW = timedelta(days=3 * 366)

_TICK = timedelta(microseconds=1)


@dataclass(frozen=True)
class ScheduleRules(Generic[UserKey]):
    """Everything the answer depends on; overrides in the order they were made."""

    time_zone: str
    rotations: tuple[Rotation[UserKey], ...] = ()
    overrides: tuple[Override[UserKey], ...] = ()
    away: tuple[Away[UserKey], ...] = ()
    layers: tuple[Layer[UserKey], ...] = field(init=False, repr=False, compare=False)
    shadows: tuple[Layer[UserKey], ...] = field(init=False, repr=False, compare=False)
    edges: frozenset[datetime] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        zone, away = zone_named(self.time_zone), absences_of(self.away)
        made = [Layer.of(rotation, zone, away) for rotation in self.rotations]
        edges = frozenset(edge for o in self.overrides for edge in (o.starts, o.ends))
        object.__setattr__(self, "layers", tuple(m for m in made if not m.rotation.shadow))
        object.__setattr__(self, "shadows", tuple(m for m in made if m.rotation.shadow))
        object.__setattr__(self, "edges", edges)


class Duty(NamedTuple, Generic[UserKey]):
    """Who is on call; `name` is the rotation's name or the override's reason. Of a cover,
    `instead_of` is whose turn it would be and `reason` why they are away; of a swap,
    `instead_of` is who gave the shift away."""

    user: UserKey
    because: Because
    name: str
    since: datetime
    until: datetime
    instead_of: UserKey | None = None
    reason: str = ""


class Shift(NamedTuple, Generic[UserKey]):
    """A stretch with one answer, cut to the window asked for; a gap has no user."""

    user: UserKey | None
    because: Because | None
    name: str
    start: datetime
    end: datetime
    instead_of: UserKey | None = None
    reason: str = ""


def on_call(rules: ScheduleRules[UserKey], at: datetime) -> tuple[Duty[UserKey], ...]:
    """One duty, or () in a gap.

    `since` and `until` bound this person's turn as it really runs, cut by restrictions, absences,
    overrides and higher rotations; a rotation of one person still has a turn for every shift
    length.
    """
    stretch = _whole_turn(rules, instant(at, "The time asked about"))
    if stretch.user is None or stretch.because is None:
        return ()
    return (
        Duty(
            stretch.user,
            stretch.because,
            stretch.name,
            stretch.since,
            stretch.until,
            stretch.instead_of,
            stretch.reason,
        ),
    )


def shadowing(rules: ScheduleRules[UserKey], at: datetime) -> list[Duty[UserKey]]:
    """Who looks on at an instant, one a shadow rotation."""
    at, found = instant(at, "The time asked about"), []
    for layer in rules.shadows:
        held = layer.holder(at)
        if held.user is not None:
            because: Because = "cover" if held.instead_of is not None else "rotation"
            name = layer.rotation.name
            found.append(Duty(held.user, because, name, *held[4:6], *held[1:3]))
    return found


def shadow_shifts(
    rules: ScheduleRules[UserKey], start: datetime, end: datetime
) -> list[Shift[UserKey]]:
    """The stretches of the shadow rotations, those in which somebody looks on, one after another
    by rotation."""
    start, end = _window(start, end)
    return [
        shift
        for layer in rules.shadows
        for shift in _joined((layer,), (), start, end)
        if shift.user is not None
    ]


def shifts(rules: ScheduleRules[UserKey], start: datetime, end: datetime) -> list[Shift[UserKey]]:
    """The window without holes, gaps included; neighbours that say the same are one shift."""
    return list(_walk(rules, *_window(start, end)))


def gaps(rules: ScheduleRules[UserKey], start: datetime, end: datetime) -> list[Shift[UserKey]]:
    return [shift for shift in shifts(rules, start, end) if shift.user is None]


def next_shift(
    rules: ScheduleRules[UserKey], user: UserKey, after: datetime, horizon: timedelta
) -> Shift[UserKey] | None:
    """The next time `user` comes on call at or after `after`, not counting a duty already begun.

    Stretches that follow each other without a break are one, told by the reason of the first; the
    end is cut at the horizon.
    """
    start, end = _window(after, instant(after, "The time asked about") + horizon)
    holding = _resolve(rules.layers, rules.overrides, start - _TICK).user == user
    found: Shift[UserKey] | None = None
    for shift in _walk(rules, start, end):
        if shift.user != user:
            if found is not None:
                return found
            holding = False
        elif not holding:
            found = shift if found is None else found._replace(end=shift.end)
    return found


def next_change(
    rules: ScheduleRules[UserKey], after: datetime, horizon: timedelta
) -> Shift[UserKey] | None:
    """The next stretch that somebody else (or nobody) holds: who is next, as a page shows it."""
    start, end = _window(after, instant(after, "The time asked about") + horizon)
    walk = _walk(rules, start, end)
    first = next(walk)
    return next((shift for shift in walk if shift.user != first.user), None)


class _Stretch(NamedTuple, Generic[UserKey]):
    """One answer; `turn` tells turns of the same person apart: (override or layer, number)."""

    user: UserKey | None
    because: Because | None
    name: str
    instead_of: UserKey | None
    reason: str
    turn: tuple[int, int] | None
    since: datetime
    until: datetime


def _from_layers(layers: tuple[Layer[UserKey], ...], at: datetime) -> _Stretch[UserKey]:
    since, until = ALWAYS_SINCE, ALWAYS_UNTIL
    for number in range(len(layers) - 1, -1, -1):
        held = layers[number].holder(at)
        since, until = max(since, held.since), min(until, held.until)
        if held.user is not None:
            because: Because = "rotation" if held.instead_of is None else "cover"
            name, turn = layers[number].rotation.name, (number, held.turn)
            return _Stretch(
                held.user, because, name, held.instead_of, held.reason, turn, since, until
            )
    return _Stretch(None, None, "", None, "", None, since, until)


def _resolve(
    layers: tuple[Layer[UserKey], ...], overrides: tuple[Override[UserKey], ...], at: datetime
) -> _Stretch[UserKey]:
    """The answer at `at` and a span in which it holds, which may end before the answer changes."""
    start = _last_for_anyone(overrides, at)
    if start < 0:
        stretch = _from_layers(layers, at)
    else:
        stretch = _overridden(overrides, start, ALWAYS_SINCE, ALWAYS_UNTIL)
    for number in range(start + 1, len(overrides)):
        override = overrides[number]
        if override.ends <= at:
            if override.ends > stretch.since:
                stretch = stretch._replace(since=override.ends)
        elif override.starts > at:
            if override.starts < stretch.until:
                stretch = stretch._replace(until=override.starts)
        elif stretch.user == override.replaces:
            stretch = _overridden(overrides, number, stretch.since, stretch.until)
        else:
            stretch = stretch._replace(
                since=max(stretch.since, override.starts), until=min(stretch.until, override.ends)
            )
    return stretch


def _last_for_anyone(overrides: tuple[Override[UserKey], ...], at: datetime) -> int:
    for number in range(len(overrides) - 1, -1, -1):
        override = overrides[number]
        if override.replaces is None and override.starts <= at < override.ends:
            return number
    return -1


def _overridden(
    overrides: tuple[Override[UserKey], ...], number: int, since: datetime, until: datetime
) -> _Stretch[UserKey]:
    override = overrides[number]
    since, until = max(since, override.starts), min(until, override.ends)
    turn = (-1 - number, 0)
    return _Stretch(
        override.user, override.kind, override.reason, override.replaces, "", turn, since, until
    )


def _whole_turn(rules: ScheduleRules[UserKey], at: datetime) -> _Stretch[UserKey]:
    """The answer at `at` for as long as the same turn lasts.

    `_resolve` stops at the edges of every override and of every layer above, also of those that
    change nothing here; only such edges are looked behind, and a turn ends by itself.
    """
    layers, overrides = rules.layers, rules.overrides
    stretch = _resolve(layers, overrides, at)
    if stretch.turn is None:
        return stretch
    covered = 0 <= stretch.turn[0] < len(layers) - 1
    while covered or stretch.until in rules.edges:
        later = _resolve(layers, overrides, stretch.until)
        if (later.turn, later.user) != (stretch.turn, stretch.user):
            break
        stretch = stretch._replace(until=later.until)
    while covered or stretch.since in rules.edges:
        earlier = _resolve(layers, overrides, stretch.since - _TICK)
        if (earlier.turn, earlier.user) != (stretch.turn, stretch.user):
            break
        stretch = stretch._replace(since=earlier.since)
    return stretch


def _walk(
    rules: ScheduleRules[UserKey], start: datetime, end: datetime
) -> Iterator[Shift[UserKey]]:
    overrides = tuple(o for o in rules.overrides if o.starts < end and o.ends > start)
    return _joined(rules.layers, overrides, start, end)


def _joined(
    layers: tuple[Layer[UserKey], ...],
    overrides: tuple[Override[UserKey], ...],
    start: datetime,
    end: datetime,
) -> Iterator[Shift[UserKey]]:
    current: Shift[UserKey] | None = None
    at = start
    while at < end:
        found = _resolve(layers, overrides, at)
        until = min(found.until, end)
        if current is not None and (*current[:3], current.instead_of) == found[:4]:
            current = current._replace(end=until)
        else:
            if current is not None:
                yield current
            current = Shift(*found[:3], at, until, found.instead_of, found.reason)
        at = until
    if current is not None:
        yield current


def _window(start: datetime, end: datetime) -> tuple[datetime, datetime]:
    start, end = instant(start, "The start"), instant(end, "The end")
    if end <= start:
        raise ScheduleError("The end must be after the start.")
    if end - start > MAX_WINDOW:
        raise ScheduleError(f"Ask for at most {MAX_WINDOW.days} days at once.")
    return start, end
