"""Who is on call now, for the first page. Five queries, however many schedules there are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from accounts.models import User
from core import clock
from core.logs import get_logger
from oncall import rotation
from oncall.models import Schedule
from oncall.rotation import Duty
from oncall.shift_length import ScheduleError
from oncall.snapshot import rules_at, rules_of

log = get_logger(__name__)
SHOWN_SCHEDULES = 30
LOOK_AHEAD = timedelta(days=14)
A_LONG_TIME = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class ScheduleNow:
    """`duty` is None in a gap; `next_user` and `next_at` say who comes after, within two weeks."""

    schedule: Schedule
    duty: Duty[User] | None
    next_user: User | None
    next_at: datetime | None
    readable: bool = True

    @property
    def until(self) -> datetime | None:
        """When this turn ends; None where it does not end in a time that matters."""
        if self.duty is None or self.duty.until - clock.now() > A_LONG_TIME:
            return None
        return self.duty.until


def schedules_now() -> list[ScheduleNow]:
    at = clock.now()
    return [_now(schedule, at) for schedule in rules_at(at).order_by("name")[:SHOWN_SCHEDULES]]


def _now(schedule: Schedule, at: datetime) -> ScheduleNow:
    try:
        rules = rules_of(schedule)
        duty = next(iter(rotation.on_call(rules, at)), None)
        change = rotation.next_change(rules, at, LOOK_AHEAD)
    except ScheduleError as error:
        # The first page must open also when a stored schedule cannot be read.
        log.error("schedule_unreadable", schedule=schedule.slug, error=str(error))
        return ScheduleNow(schedule, None, None, None, readable=False)
    return ScheduleNow(
        schedule, duty, change.user if change else None, change.start if change else None
    )
