"""Who is on call at an instant, and why: pure rules. No Django, no clock, no storage here.

How a schedule is read:

* Rotations are layers. A later rotation wins over the earlier ones wherever it covers; where
  it does not (before its start, outside its restrictions, nobody in it) the one below shows.
* Overrides are laid over that in the order they were made. Each replaces whoever is on call, or,
  with `replaces`, only that person. So of two that overlap the later made wins.
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

from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from typing import Generic, Literal, NamedTuple, TypeVar
from zoneinfo import ZoneInfo

from oncall.shift_length import ScheduleError, ShiftLength
from oncall.wallclock import (
    ALWAYS_SINCE,
    ALWAYS_UNTIL,
    WeeklyHours,
    first_instant,
    last_started,
)

__all__ = [
    "Because",
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
    "shifts",
    "zone_named",
]

UserKey = TypeVar("UserKey", bound=Hashable)
Because = Literal["rotation", "override"]

# Outside these years the time-zone rules say nothing useful and date arithmetic could overflow.
EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
LATEST = datetime(2200, 1, 1, tzinfo=UTC)
MAX_WINDOW = timedelta(days=3 * 366)

_TICK = timedelta(microseconds=1)


@dataclass(frozen=True)
class Restriction:
    """Hours of the week in the schedule's zone; weekdays count from Monday = 0.

    Where `end` is not after `start` it means the next day, so equal times are 24 hours. A window
    belongs to the weekday on which it begins.
    """

    weekdays: frozenset[int]
    start: time
    end: time

    def __post_init__(self) -> None:
        if not self.weekdays or not self.weekdays <= frozenset(range(7)):
            raise ScheduleError("A restriction names weekdays from 0 (Monday) to 6 (Sunday).")
        _refuse_zoned(self.start, self.end)


@dataclass(frozen=True)
class Rotation(Generic[UserKey]):
    name: str
    users: tuple[UserKey, ...]
    starts: datetime
    handoff: time
    shift_length: ShiftLength
    restrictions: tuple[Restriction, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "starts", _instant(self.starts, f"The start of {self.name!r}"))
        _refuse_zoned(self.handoff)
        if None in self.users:
            raise ScheduleError(f"Rotation {self.name!r} contains an empty user.")


@dataclass(frozen=True)
class Override(Generic[UserKey]):
    """`user` is on call from `starts` to `ends`: for anyone, or only where `replaces` would be."""

    user: UserKey
    starts: datetime
    ends: datetime
    reason: str = ""
    replaces: UserKey | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "starts", _instant(self.starts, "The start of an override"))
        object.__setattr__(self, "ends", _instant(self.ends, "The end of an override"))
        if self.ends <= self.starts:
            raise ScheduleError("An override must end after it starts.")
        if self.user is None:
            raise ScheduleError("An override needs somebody to be on call.")


@dataclass(frozen=True)
class ScheduleRules(Generic[UserKey]):
    """Everything the answer depends on; overrides in the order they were made."""

    time_zone: str
    rotations: tuple[Rotation[UserKey], ...] = ()
    overrides: tuple[Override[UserKey], ...] = ()
    layers: tuple[_Layer[UserKey], ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        zone = zone_named(self.time_zone)
        object.__setattr__(self, "layers", tuple(_Layer.of(r, zone) for r in self.rotations))


class Duty(NamedTuple, Generic[UserKey]):
    """Who is on call; `name` is the rotation's name or the override's reason."""

    user: UserKey
    because: Because
    name: str
    since: datetime
    until: datetime


class Shift(NamedTuple, Generic[UserKey]):
    """A stretch with one answer, cut to the window asked for; a gap has no user."""

    user: UserKey | None
    because: Because | None
    name: str
    start: datetime
    end: datetime


def on_call(rules: ScheduleRules[UserKey], at: datetime) -> tuple[Duty[UserKey], ...]:
    """One duty, or () in a gap.

    `since` and `until` bound this person's turn as it really runs, cut by restrictions, overrides
    and higher rotations; a rotation of one person still has a turn for every shift length.
    """
    at = _instant(at, "The time asked about")
    stretch = _whole_turn(rules, at)
    if stretch.user is None or stretch.because is None:
        return ()
    return (Duty(stretch.user, stretch.because, stretch.name, stretch.since, stretch.until),)


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
    start, end = _window(after, _instant(after, "The time asked about") + horizon)
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
    start, end = _window(after, _instant(after, "The time asked about") + horizon)
    walk = _walk(rules, start, end)
    first = next(walk)
    return next((shift for shift in walk if shift.user != first.user), None)


def zone_named(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise ScheduleError(f"{name[:64]!r} is not a time zone that is known here.") from error


class _Stretch(NamedTuple, Generic[UserKey]):
    """One answer; `turn` tells turns of the same person apart: (override or layer, number)."""

    user: UserKey | None
    because: Because | None
    name: str
    turn: tuple[int, int] | None
    since: datetime
    until: datetime


@dataclass(frozen=True)
class _Layer(Generic[UserKey]):
    """A rotation made ready for arithmetic: turn 0 begins at the hand-off on the day it starts."""

    rotation: Rotation[UserKey]
    zone: ZoneInfo
    hours: WeeklyHours
    origin: datetime
    base: datetime
    first: int

    @classmethod
    def of(cls, rotation: Rotation[UserKey], zone: ZoneInfo) -> _Layer[UserKey]:
        windows = [(d, r.start, r.end) for r in rotation.restrictions for d in r.weekdays]
        origin = datetime.combine(rotation.starts.astimezone(zone).date(), rotation.handoff)
        hours, base = WeeklyHours.of(zone, windows), first_instant(zone, origin)
        layer = cls(rotation, zone, hours, origin, base, 0)
        return replace(layer, first=max(0, layer._turn_at(rotation.starts)))

    def span(self, at: datetime) -> tuple[int | None, datetime, datetime]:
        """The turn that covers `at`, or None, and how long that stays so."""
        if not self.rotation.users:
            return None, ALWAYS_SINCE, ALWAYS_UNTIL
        starts = self.rotation.starts
        if at < starts:
            opening = self.hours.span(starts)
            return None, ALWAYS_SINCE, starts if opening.covered else opening.until
        since, until, covered = self.hours.span(at)
        if not covered:
            return None, ALWAYS_SINCE if since <= starts else since, until
        turn = max(self.first, self._turn_at(at))
        begins = starts if turn == self.first else self._turn_starts(turn)
        return turn, max(since, begins), min(until, self._turn_starts(turn + 1))

    def user(self, turn: int) -> UserKey:
        users = self.rotation.users
        return users[(turn - self.first) % len(users)]

    def _turn_starts(self, turn: int) -> datetime:
        length = self.rotation.shift_length
        if length.days:
            return first_instant(self.zone, self.origin + turn * length.elapsed)
        return self.base + turn * length.elapsed

    def _turn_at(self, at: datetime) -> int:
        length = self.rotation.shift_length
        if not length.days:
            return (at - self.base) // length.elapsed
        local = at.astimezone(self.zone).replace(tzinfo=None)
        return last_started(self._turn_starts, (local - self.origin) // length.elapsed, at)


def _from_layers(layers: tuple[_Layer[UserKey], ...], at: datetime) -> _Stretch[UserKey]:
    since, until = ALWAYS_SINCE, ALWAYS_UNTIL
    for number in range(len(layers) - 1, -1, -1):
        layer = layers[number]
        turn, begins, ends = layer.span(at)
        since, until = max(since, begins), min(until, ends)
        if turn is not None:
            name = layer.rotation.name
            return _Stretch(layer.user(turn), "rotation", name, (number, turn), since, until)
    return _Stretch(None, None, "", None, since, until)


def _resolve(
    layers: tuple[_Layer[UserKey], ...], overrides: tuple[Override[UserKey], ...], at: datetime
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
            stretch = stretch._replace(since=max(stretch.since, override.ends))
        elif override.starts > at:
            stretch = stretch._replace(until=min(stretch.until, override.starts))
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
    return _Stretch(override.user, "override", override.reason, turn, since, until)


def _whole_turn(rules: ScheduleRules[UserKey], at: datetime) -> _Stretch[UserKey]:
    """The answer at `at` for as long as the same turn lasts.

    `_resolve` stops at the edges of every override, also of those that change nothing here;
    only such edges are looked behind, so the work is bounded by the number of overrides.
    """
    layers, overrides = rules.layers, rules.overrides
    stretch = _resolve(layers, overrides, at)
    edges = {edge for o in overrides for edge in (o.starts, o.ends)}
    while stretch.until in edges:
        later = _resolve(layers, overrides, stretch.until)
        if later.turn != stretch.turn:
            break
        stretch = stretch._replace(until=later.until)
    while stretch.since in edges:
        earlier = _resolve(layers, overrides, stretch.since - _TICK)
        if earlier.turn != stretch.turn:
            break
        stretch = stretch._replace(since=earlier.since)
    return stretch


def _walk(
    rules: ScheduleRules[UserKey], start: datetime, end: datetime
) -> Iterator[Shift[UserKey]]:
    overrides = tuple(o for o in rules.overrides if o.starts < end and o.ends > start)
    current: Shift[UserKey] | None = None
    at = start
    while at < end:
        stretch = _resolve(rules.layers, overrides, at)
        until = min(stretch.until, end)
        if current is not None and current[:3] == stretch[:3]:
            current = current._replace(end=until)
        else:
            if current is not None:
                yield current
            current = Shift(stretch.user, stretch.because, stretch.name, at, until)
        at = until
    if current is not None:
        yield current


def _window(start: datetime, end: datetime) -> tuple[datetime, datetime]:
    start, end = _instant(start, "The start"), _instant(end, "The end")
    if end <= start:
        raise ScheduleError("The end must be after the start.")
    if end - start > MAX_WINDOW:
        raise ScheduleError(f"Ask for at most {MAX_WINDOW.days} days at once.")
    return start, end


def _instant(value: datetime, what: str) -> datetime:
    """In UTC, so that comparing is quick and equal instants are equal values."""
    if value.utcoffset() is None:
        raise ScheduleError(f"{what} needs a time zone.")
    if not EARLIEST.year < value.year < LATEST.year:
        raise ScheduleError(f"{what} must lie between {EARLIEST.year} and {LATEST.year}.")
    return value.astimezone(UTC)


def _refuse_zoned(*values: time) -> None:
    if any(value.tzinfo is not None for value in values):
        raise ScheduleError("Times of day are in the schedule's zone and carry none of their own.")
