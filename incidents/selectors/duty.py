"""Who is on call now and when the reader is, for the first page. Loads each schedule once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from accounts.models import User
from core import clock
from oncall import rotation
from oncall.models import Schedule
from oncall.selectors import LOOK_AHEAD, OnCallNow
from oncall.snapshot import rules_of

A_LONG_TIME = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class MyDuty:
    """A stretch of the reader's, now or next. `until` is None where it does not end within a time
    that matters."""

    schedule: Schedule
    name: str
    starts: datetime
    until: datetime | None
    is_now: bool


def duties_of(user: User, lines: list[OnCallNow]) -> list[MyDuty]:
    """One a schedule, soonest first, from what `on_call_now` has loaded already."""
    at = clock.now()
    found = [_duty(user, line, at) for line in lines if not line.problem]
    return sorted((duty for duty in found if duty), key=lambda duty: duty.starts)


def _duty(user: User, line: OnCallNow, at: datetime) -> MyDuty | None:
    if line.duty is not None and line.duty.user == user:
        duty = line.duty
        until = duty.until if duty.until - at < A_LONG_TIME else None
        return MyDuty(line.schedule, duty.name, duty.since, until, is_now=True)
    shift = rotation.next_shift(rules_of(line.schedule), user, at, LOOK_AHEAD)
    if shift is None:
        return None
    return MyDuty(line.schedule, shift.name, shift.start, shift.end, is_now=False)
