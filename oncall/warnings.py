"""Warnings before a shift begins with somebody who cannot be paged. Asked for once a shift: the
obligation key makes a second time add nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q
from django.urls import reverse

from accounts.models import Role, User
from core import clock
from notifications.message import Message
from notifications.models import Delivery
from notifications.reach import reachable
from notifications.services import notify
from oncall import rotation
from oncall.models import PolicyTarget, Schedule
from oncall.rotation import Shift
from oncall.shift_length import ScheduleError
from oncall.snapshot import rules_of, with_rules

AHEAD = timedelta(days=2)
MARGIN = timedelta(days=31)
MAX_TOLD = 20


def warn_before_shifts() -> int:
    """Tell of shifts of the next two days whose person is deactivated or has no working contact
    method: them, and those who can mend it. Answers how many such shifts there are."""
    now = clock.now()
    found = list(_coming(now))
    people = {shift.user for _, shift in found if shift.user is not None}
    reached = reachable(people)
    lost = [(s, shift) for s, shift in found if shift.user and shift.user.pk not in reached]
    for schedule, shift in lost:
        _warn(schedule, shift)
    return len(lost)


def _coming(now: datetime) -> Iterator[tuple[Schedule, Shift[User]]]:
    """The shifts that begin in time, of schedules that some policy pages."""
    paging = set(PolicyTarget.objects.values_list("schedule_id", flat=True))
    for schedule in with_rules(since=now - MARGIN, until=now + AHEAD + MARGIN):
        if schedule.pk not in paging:
            continue
        try:
            shifts = rotation.shifts(rules_of(schedule), now, now + AHEAD)
        except ScheduleError:
            continue  # the page of the schedule says so, and `doctor` does
        yield from ((schedule, shift) for shift in shifts if shift.start > now)


def _warn(schedule: Schedule, shift: Shift[User]) -> None:
    person = shift.user
    assert person is not None
    why = "has no working contact method" if person.is_active else "is deactivated"
    message = Message(
        kind="notice",
        headline="On-call",
        title=f"{person} {why} and is on call in {schedule.name} from "
        f"{shift.start:%a %d %b %H:%M} UTC",
        body="A page would not reach them. Add a contact method, or have somebody take the shift.",
        url=f"{settings.AIRE_BASE_URL}{reverse('oncall:schedule-detail', args=[schedule.slug])}",
    )
    who_can_mend = Q(role__in=[Role.ADMIN, Role.MANAGER]) | Q(pk=person.pk)
    for told in User.objects.filter(who_can_mend, is_active=True).order_by("id")[:MAX_TOLD]:
        notify(
            user=told,
            message=message,
            kind=Delivery.Kind.NOTICE,
            origin=f"schedule:{schedule.slug}"[:80],
            obligation_key=f"unreachable:{schedule.pk}:{person.pk}:{shift.start:%Y%m%d%H%M}:"
            f"{told.pk}",
        )
