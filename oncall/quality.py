"""How good a schedule is, from 0 to 100, and what costs it points. Pure.

Definition, over the stretch asked about (the pages ask for 12 weeks):

* **gaps**: 5 points and 1 more for each percent of the time in which nobody is on call, at most 60;
* **cannot be paged**: 10 points and 1 more for each percent of the time held by people who are
  deactivated or have no working contact method, at most 40;
* **one person**: 15 points when a single person holds all of it;
* **uneven**: 1 point for every 5 percent by which whoever holds most is above the mean, beyond
  25 percent, at most 15;
* **no rest**: 10 points when somebody is on call for more than 14 days without a break.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Generic

from oncall.rotation import Shift
from oncall.schedule_parts import UserKey

LONGEST = timedelta(days=14)
NO_TIME = timedelta(0)


@dataclass(frozen=True, slots=True)
class Reason:
    """`points` are what it costs."""

    points: int
    text: str


@dataclass(frozen=True, slots=True)
class Quality(Generic[UserKey]):
    score: int
    reasons: tuple[Reason, ...]
    load: tuple[tuple[UserKey, timedelta], ...]
    """How long each person is on call, the most first."""

    @property
    def word(self) -> str:
        return "Good" if self.score >= 90 else "Fair" if self.score >= 70 else "Poor"


def quality(
    shifts: Sequence[Shift[UserKey]],
    *,
    unreachable: Collection[UserKey] = (),
    inactive: Collection[UserKey] = (),
) -> Quality[UserKey]:
    """Of a window without holes, as `rotation.shifts` gives it."""
    total = sum((shift.end - shift.start for shift in shifts), NO_TIME)
    held: Counter[UserKey] = Counter()
    for shift in shifts:
        if shift.user is not None:
            held[shift.user] += round((shift.end - shift.start).total_seconds())
    seconds = total.total_seconds() or 1.0
    unheld = seconds - sum(held.values())
    lost = [user for user in held if user in inactive or user in unreachable]
    found = [
        _gaps(shifts, unheld / seconds),
        _unpageable([user for user in lost if user in inactive], held, seconds, "deactivated"),
        _unpageable(
            [user for user in lost if user not in inactive],
            held,
            seconds,
            "without a working contact method",
        ),
        _balance(held),
        _rest(shifts),
    ]
    reasons = tuple(reason for reason in found if reason is not None)
    load = tuple((user, timedelta(seconds=own)) for user, own in held.most_common())
    return Quality(max(0, 100 - sum(reason.points for reason in reasons)), reasons, load)


def _gaps(shifts: Iterable[Shift[UserKey]], share: float) -> Reason | None:
    number = sum(1 for shift in shifts if shift.user is None)
    if not number:
        return None
    times = "once" if number == 1 else f"{number} times"
    return Reason(min(60, 5 + round(share * 100)), f"Nobody is on call {times}, {share:.1%} of it.")


def _unpageable(
    people: Sequence[UserKey], held: Counter[UserKey], seconds: float, why: str
) -> Reason | None:
    if not people:
        return None
    share = sum(held[user] for user in people) / seconds
    names = ", ".join(str(user) for user in people[:5])
    verb = "is" if len(people) == 1 else "are"
    return Reason(
        min(40, 10 + round(share * 100)), f"{names} {verb} {why} and on call {share:.1%} of it."
    )


def _balance(held: Counter[UserKey]) -> Reason | None:
    if len(held) == 1:
        return Reason(15, f"{next(iter(held))} is on call alone: nobody takes turns with them.")
    if not held:
        return None
    (user, most), mean = held.most_common(1)[0], sum(held.values()) / len(held)
    above = most / mean - 1
    points = min(15, int((above - 0.25) * 20))
    if points <= 0:
        return None
    return Reason(points, f"{user} is on call {above:.0%} more than the mean.")


def _rest(shifts: Iterable[Shift[UserKey]]) -> Reason | None:
    longest, whom = NO_TIME, None
    running, holder = NO_TIME, None
    for shift in shifts:
        running = shift.end - shift.start + (running if shift.user == holder else NO_TIME)
        holder = shift.user
        if holder is not None and running > longest:
            longest, whom = running, holder
    if longest <= LONGEST:
        return None
    return Reason(10, f"{whom} is on call for {longest.days} days without a break.")
