"""What the page of a schedule shows: the next twelve weeks, how good they are, who asks for a
swap, who is away. Reads only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import User
from core import clock
from notifications.reach import reachable
from oncall import rotation
from oncall.models import Schedule, SwapRequest, TimeOff
from oncall.quality import Quality, quality
from oncall.rotation import ScheduleRules, Shift
from oncall.selectors import LOOK_AHEAD, LOOK_BACK, OnCallNow, now_of, schedule_for
from oncall.shift_length import ScheduleError
from oncall.snapshot import rules_of, with_rules
from oncall.timeline import WEEKS, WeekLine, span, week_lines, weeks_from

Choices = list[tuple[str, str]]
LISTED = timedelta(weeks=2)
MAX_LISTED = 100


@dataclass(frozen=True, slots=True)
class SchedulePage:
    schedule: Schedule
    now: OnCallNow
    weeks: list[WeekLine[User]]
    shifts: list[Shift[User]]
    quality: Quality[User] | None
    swaps: list[SwapRequest]
    away: list[TimeOff]


def schedule_page(user: User, slug: str, *, zone: ZoneInfo) -> SchedulePage:
    """Twelve weeks of the viewer's clock as bars, the next two as a list, gaps included."""
    schedule_for(user, slug)
    at = clock.now()
    edges = weeks_from(at, zone)
    (schedule,) = with_rules(since=at - LOOK_BACK, until=edges[-1] + LOOK_AHEAD, slugs=[slug])
    now = now_of(schedule, at)
    if now.problem:
        return SchedulePage(schedule, now, [], [], None, [], [])
    rules = rules_of(schedule)
    found = rotation.shifts(rules, edges[0], edges[-1])
    shadows = rotation.shadow_shifts(rules, edges[0], edges[-1])
    coming = [_from(shift, at) for shift in found if shift.end > at]
    listed = [shift for shift in coming if shift.start < at + LISTED][:MAX_LISTED]
    return SchedulePage(
        schedule,
        now,
        week_lines(found, shadows, at=at, zone=zone),
        listed,
        quality_of(coming),
        list(open_swaps(schedule, at)),
        list(coming_time_off(rules, at, edges[-1])),
    )


def _from(shift: Shift[User], at: datetime) -> Shift[User]:
    return shift if shift.start >= at else shift._replace(start=at)


def quality_of(shifts: list[Shift[User]]) -> Quality[User]:
    """With whoever cannot be paged as things stand."""
    people = {shift.user for shift in shifts if shift.user is not None}
    inactive = {person for person in people if not person.is_active}
    reached = reachable(people - inactive)
    unreachable = {person for person in people - inactive if person.pk not in reached}
    return quality(shifts, unreachable=unreachable, inactive=inactive)


def schedule_quality(schedule: Schedule, at: datetime) -> tuple[Quality[User], list[Shift[User]]]:
    """Of the next twelve weeks, with its gaps; for a schedule that `with_rules` loaded. Raises
    `ScheduleError` when it cannot be read."""
    shifts = rotation.shifts(rules_of(schedule), at, at + timedelta(weeks=WEEKS))
    return quality_of(shifts), [shift for shift in shifts if shift.user is None]


def exchange_choices(user: User, slug: str) -> tuple[Schedule, Choices, Choices]:
    """The shifts that this person may give away (their own; a manager anybody's) and those of
    others, over the next twelve weeks in the reader's zone."""
    schedule_for(user, slug)
    at = clock.now()
    # Whole days, so that what was offered is still a choice when it is sent.
    today = at.replace(hour=0, minute=0, second=0, microsecond=0)
    since, until = today - LOOK_BACK, today + timedelta(weeks=WEEKS)
    (schedule,) = with_rules(since=since - LOOK_BACK, until=until + LOOK_AHEAD, slugs=[slug])
    try:
        found = rotation.shifts(rules_of(schedule), since, until)
    except ScheduleError:
        found = []
    coming = [shift for shift in found if shift.user is not None and shift.end > at]
    named = [(shift.user, (_shift_key(shift), _shift_words(shift))) for shift in coming]
    everybody = [choice for _, choice in named]
    own = everybody if user.can_manage else [choice for who, choice in named if who == user]
    others = everybody if user.can_manage else [choice for who, choice in named if who != user]
    return schedule, own, others


def _shift_key(shift: Shift[User]) -> str:
    assert shift.user is not None
    return f"{shift.user.pk}|{shift.start.isoformat()}|{shift.end.isoformat()}"


def _shift_words(shift: Shift[User]) -> str:
    return f"{shift.user}, {span(shift, timezone.get_current_timezone())}"


def open_swaps(schedule: Schedule, at: datetime) -> QuerySet[SwapRequest]:
    return (
        SwapRequest.objects.filter(schedule=schedule, state=SwapRequest.State.OPEN, ends__gt=at)
        .select_related("asker", "partner", "schedule")
        .order_by("starts", "id")
    )


def open_swaps_for(user: User, at: datetime) -> QuerySet[SwapRequest]:
    """Those that this person might take: of schedules in which they have turns, and their own.
    What is offered to one person is theirs and the asker's."""
    return (
        SwapRequest.objects.filter(
            Q(partner=None) | Q(partner=user) | Q(asker=user),
            state=SwapRequest.State.OPEN,
            ends__gt=at,
            schedule__in=Schedule.objects.filter(rotations__members__user=user),
        )
        .select_related("asker", "partner", "schedule")
        .order_by("starts", "id")[:20]
    )


def coming_time_off(rules: ScheduleRules[User], at: datetime, until: datetime) -> QuerySet[TimeOff]:
    people = {person.pk for r in rules.rotations for person in r.users}
    people |= {person.pk for r in rules.rotations for c in r.changes for person in c.users}
    return (
        TimeOff.objects.filter(user__in=people, ends__gt=at, starts__lt=until)
        .select_related("user")
        .order_by("starts", "id")[:100]
    )


def time_off_of(user: User) -> QuerySet[TimeOff]:
    """Not over yet, the next first."""
    return user.time_off.filter(ends__gt=clock.now()).order_by("starts", "id")
