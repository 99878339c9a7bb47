"""What a schedule is made of: restrictions, rotations, changes, absences, overrides. Only data and
what cannot be right about it; `oncall.rotation` says how they are read."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Generic, Literal, TypeVar
from zoneinfo import ZoneInfo

from oncall.shift_length import ScheduleError, ShiftLength

UserKey = TypeVar("UserKey", bound=Hashable)
OverrideKind = Literal["override", "swap"]

# Outside these years the time-zone rules say nothing useful and date arithmetic could overflow.
EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
LATEST = datetime(2200, 1, 1, tzinfo=UTC)


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
class Change(Generic[UserKey]):
    """From the first hand-off at or after `since` on, these people take turns, in this order."""

    since: datetime
    users: tuple[UserKey, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "since", instant(self.since, "The date of a planned change"))
        if None in self.users:
            raise ScheduleError("A planned change contains an empty user.")


@dataclass(frozen=True)
class Rotation(Generic[UserKey]):
    """`ends` (if given) is the first instant at which it covers nothing any more. Who is on a
    `shadow` rotation looks on: it never answers who is on call."""

    name: str
    users: tuple[UserKey, ...]
    starts: datetime
    handoff: time
    shift_length: ShiftLength
    restrictions: tuple[Restriction, ...] = ()
    changes: tuple[Change[UserKey], ...] = ()
    ends: datetime | None = None
    shadow: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "starts", instant(self.starts, f"The start of {self.name!r}"))
        if self.ends is not None:
            object.__setattr__(self, "ends", instant(self.ends, f"The end of {self.name!r}"))
            if self.ends <= self.starts:
                raise ScheduleError(f"Rotation {self.name!r} must end after it starts.")
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
    kind: OverrideKind = "override"

    def __post_init__(self) -> None:
        object.__setattr__(self, "starts", instant(self.starts, "The start of an override"))
        object.__setattr__(self, "ends", instant(self.ends, "The end of an override"))
        if self.ends <= self.starts:
            raise ScheduleError("An override must end after it starts.")
        if self.user is None:
            raise ScheduleError("An override needs somebody to be on call.")


@dataclass(frozen=True)
class Away(Generic[UserKey]):
    """`user` takes no turn of a rotation from `starts` to `ends`: time off, a public holiday."""

    user: UserKey
    starts: datetime
    ends: datetime
    reason: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "starts", instant(self.starts, "The start of an absence"))
        object.__setattr__(self, "ends", instant(self.ends, "The end of an absence"))
        if self.ends <= self.starts:
            raise ScheduleError("An absence must end after it starts.")


def zone_named(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise ScheduleError(f"{name[:64]!r} is not a time zone that is known here.") from error


def instant(value: datetime, what: str) -> datetime:
    """In UTC, so that comparing is quick and equal instants are equal values."""
    if value.utcoffset() is None:
        raise ScheduleError(f"{what} needs a time zone.")
    if not EARLIEST.year < value.year < LATEST.year:
        raise ScheduleError(f"{what} must lie between {EARLIEST.year} and {LATEST.year}.")
    return value.astimezone(UTC)


def _refuse_zoned(*values: time) -> None:
    if any(value.tzinfo is not None for value in values):
        raise ScheduleError("Times of day are in the schedule's zone and carry none of their own.")
