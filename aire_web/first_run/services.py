"""What the first run does beyond one room: on-call in one go, the test page, leaving."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.text import slugify

from accounts.models import User
from aire_web.models import FirstRunLeft
from core import clock
from core.actor import Actor
from notifications.message import Message
from notifications.models import Delivery
from notifications.services import notify
from oncall.models import EscalationPolicy, Schedule
from oncall.rotation import zone_named
from oncall.services import save_policy, save_schedule

ADDRESSES = frozenset({"new", "try"})
RETRIED_FOR = timedelta(minutes=10)


def free_slug(name: str, taken: QuerySet[Any], *, fallback: str) -> str:
    """A short name made of the name that nothing has yet. Names without a Latin letter, and those
    that are addresses of the rooms themselves, get the fallback."""
    base = slugify(name).replace("_", "-").strip("-")[:58].strip("-")
    if not base or base in ADDRESSES:
        base = fallback
    used = set(taken.filter(slug__startswith=base).values_list("slug", flat=True))
    return next(
        slug
        for slug in (base, *(f"{base}-{number}" for number in range(2, len(used) + 3)))
        if slug not in used
    )


@transaction.atomic
def make_weekly_schedule(
    *,
    name: str,
    emails: Sequence[str],
    time_zone: str,
    weekday: int,
    handoff: time,
    actor: Actor,
) -> Schedule:
    """One rotation of a week each. It began at the last hand-off, so that somebody is on call at
    once; weekdays count from Monday = 0. Raises `ScheduleError` for a zone that is none."""
    return save_schedule(
        slug=free_slug(name, Schedule.objects.all(), fallback="on-call"),
        name=name,
        time_zone=time_zone,
        rotations=[
            {
                "name": "Weekly",
                "users": list(emails),
                "starts": last_handoff(time_zone, weekday, handoff),
                "handoff": handoff,
                "shift_length": "1w",
            }
        ],
        actor=actor,
    )


def last_handoff(time_zone: str, weekday: int, handoff: time) -> datetime:
    zone = zone_named(time_zone)
    local = clock.now().astimezone(zone)
    day = local.date() - timedelta(days=(local.weekday() - weekday) % 7)
    moment = datetime.combine(day, handoff, tzinfo=zone)
    return moment if moment <= local else datetime.combine(day - timedelta(7), handoff, zone)


@transaction.atomic
def make_first_policy(
    *, name: str, schedule: Schedule, then_team: str, minutes: int, actor: Actor
) -> EscalationPolicy:
    """Whoever is on call, then the whole team. It becomes the fallback where there is none."""
    steps: list[dict[str, Any]] = [{"after_seconds": 0, "targets": [{"schedule": schedule.slug}]}]
    if then_team:
        steps.append({"after_seconds": minutes * 60, "targets": [{"team": then_team}]})
    return save_policy(
        slug=free_slug(name, EscalationPolicy.objects.all(), fallback="on-call"),
        name=name,
        steps=steps,
        is_fallback=not EscalationPolicy.objects.filter(is_fallback=True).exists(),
        actor=actor,
    )


def send_test_page(*, user: User, token: UUID) -> list[Delivery]:
    """A page to oneself over all of one's channels, marked as a drill. The same token again
    sends nothing more. It is about no incident, so there is nothing to acknowledge."""
    message = Message(
        kind="page",
        headline="Test page",
        title="This is how AIRE reaches you",
        body="You sent this page to yourself. There is nothing to acknowledge.",
        why="You asked for a test page",
        url=f"{settings.AIRE_BASE_URL}{reverse('first-run-test-page')}",
        drill=True,
    )
    return notify(
        user=user,
        message=message,
        kind=Delivery.Kind.PAGE,
        origin=test_origin(user),
        obligation_key=f"{test_origin(user)}:{token.hex}",
        deadline=Now() + RETRIED_FOR,
    )


def last_test_page(user: User) -> list[Delivery]:
    """The deliveries of the last test page, with their tries; empty when there was none."""
    mine = Delivery.objects.filter(origin=test_origin(user)).prefetch_related("tries")
    newest = mine.order_by("-created_at", "-id").first()
    if newest is None:
        return []
    press = newest.obligation_key.rpartition(":")[0]
    return list(mine.filter(obligation_key__startswith=f"{press}:").order_by("id"))


def test_origin(user: User) -> str:
    return f"test:{user.pk}"


def leave(*, user: User) -> None:
    """Do not remind this person any more. The steps stay open to them."""
    FirstRunLeft.objects.get_or_create(user=user)
