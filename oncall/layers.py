"""One rotation made ready for arithmetic: whose turn an instant is, and how long that stays so."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Generic, NamedTuple
from zoneinfo import ZoneInfo

from oncall.schedule_parts import Away, Rotation, UserKey
from oncall.wallclock import (
    ALWAYS_SINCE,
    ALWAYS_UNTIL,
    WeeklyHours,
    first_instant,
    last_started,
)


@dataclass(frozen=True)
class Absences:
    """When one person is away: rising stretches that do not touch, each with its first reason."""

    starts: tuple[datetime, ...]
    ends: tuple[datetime, ...]
    reasons: tuple[str, ...]

    def at(self, at: datetime) -> tuple[str | None, datetime, datetime]:
        """The reason (None: here) and the span around `at` in which that stays so."""
        number = bisect_right(self.starts, at) - 1
        if number >= 0 and at < self.ends[number]:
            return self.reasons[number], self.starts[number], self.ends[number]
        since = self.ends[number] if number >= 0 else ALWAYS_SINCE
        following = number + 1
        until = self.starts[following] if following < len(self.starts) else ALWAYS_UNTIL
        return None, since, until


def absences_of(away: Iterable[Away[UserKey]]) -> dict[UserKey, Absences]:
    merged: dict[UserKey, list[tuple[datetime, datetime, str]]] = {}
    for item in sorted(away, key=lambda item: (item.starts, item.ends)):
        own = merged.setdefault(item.user, [])
        if own and item.starts <= own[-1][1]:
            starts, ends, reason = own[-1]
            own[-1] = (starts, max(ends, item.ends), reason)
        else:
            own.append((item.starts, item.ends, item.reason))
    return {
        user: Absences(tuple(s for s, _, _ in own), tuple(e for _, e, _ in own),
                       tuple(r for _, _, r in own))
        for user, own in merged.items()
    }  # fmt: skip


class Holder(NamedTuple, Generic[UserKey]):
    """Who holds a layer at an instant. `instead_of` is whose turn it would be, were they not away
    for `reason`; no user: nobody holds it. `since` and `until` bound this answer."""

    user: UserKey | None
    instead_of: UserKey | None
    reason: str
    turn: int
    since: datetime
    until: datetime


class _Era(NamedTuple, Generic[UserKey]):
    """The people from one turn on; the first of them has that turn."""

    first: int
    users: tuple[UserKey, ...]


@dataclass(frozen=True)
class Layer(Generic[UserKey]):
    """Turn 0 begins at the hand-off on the day the rotation starts."""

    rotation: Rotation[UserKey]
    zone: ZoneInfo
    hours: WeeklyHours
    away: Mapping[UserKey, Absences]
    origin: datetime
    base: datetime
    first: int
    eras: tuple[_Era[UserKey], ...]

    @classmethod
    def of(
        cls, rotation: Rotation[UserKey], zone: ZoneInfo, away: Mapping[UserKey, Absences]
    ) -> Layer[UserKey]:
        windows = [(d, r.start, r.end) for r in rotation.restrictions for d in r.weekdays]
        origin = datetime.combine(rotation.starts.astimezone(zone).date(), rotation.handoff)
        hours, base = WeeklyHours.of(zone, windows), first_instant(zone, origin)
        layer = cls(rotation, zone, hours, away, origin, base, 0, ())
        layer = replace(layer, first=max(0, layer._turn_at(rotation.starts)))
        return replace(layer, eras=tuple(layer._eras()))

    def _eras(self) -> Iterable[_Era[UserKey]]:
        """A change counts from the first turn that begins when it is due or later; of changes
        that count from the same turn the last one made for it stays."""
        eras = {self.first: self.rotation.users}
        for change in sorted(self.rotation.changes, key=lambda change: change.since):
            turn = self._turn_at(change.since)
            if self._turn_starts(turn) < change.since:
                turn += 1
            eras[max(self.first, turn)] = change.users
        return (_Era(first, users) for first, users in sorted(eras.items()))

    def holder(self, at: datetime) -> Holder[UserKey]:
        turn, since, until = self._span(at)
        if turn is None:
            return Holder(None, None, "", 0, since, until)
        era = self.eras[-1]
        if turn < era.first:
            era = self.eras[bisect_right(self.eras, turn, key=lambda era: era.first) - 1]
        if not era.users:
            return Holder(None, None, "", turn, since, until)
        place = (turn - era.first) % len(era.users)
        owner = era.users[place]
        if not self.away:
            return Holder(owner, None, "", turn, since, until)
        return self._present(era.users, place, Holder(owner, None, "", turn, since, until), at)

    def _present(
        self, users: tuple[UserKey, ...], place: int, held: Holder[UserKey], at: datetime
    ) -> Holder[UserKey]:
        """The owner of the turn, or the next in order who is not away. Turns do not move."""
        owner, reason = held.user, ""
        since, until = held.since, held.until
        for step in range(len(users)):
            user = users[(place + step) % len(users)]
            own = self.away.get(user)
            away, begins, ends = own.at(at) if own else (None, ALWAYS_SINCE, ALWAYS_UNTIL)
            since, until = max(since, begins), min(until, ends)
            if away is None:
                instead_of = None if step == 0 else owner
                return Holder(user, instead_of, reason, held.turn, since, until)
            if step == 0:
                reason = away
        return Holder(None, None, "", held.turn, since, until)

    def _span(self, at: datetime) -> tuple[int | None, datetime, datetime]:
        """The turn that covers `at`, or None, and how long that stays so."""
        if len(self.eras) == 1 and not self.eras[0].users:
            return None, ALWAYS_SINCE, ALWAYS_UNTIL
        starts, ends = self.rotation.starts, self.rotation.ends
        if at < starts:
            opening = self.hours.span(starts)
            return None, ALWAYS_SINCE, starts if opening.covered else opening.until
        if ends is not None and at >= ends:
            return None, ends, ALWAYS_UNTIL
        since, until, covered = self.hours.span(at)
        if not covered:
            return None, ALWAYS_SINCE if since <= starts else since, until
        turn = max(self.first, self._turn_at(at))
        begins = starts if turn == self.first else self._turn_starts(turn)
        until = min(until, self._turn_starts(turn + 1))
        return turn, max(since, begins), until if ends is None else min(until, ends)

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
