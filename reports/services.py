"""The few things that readers of reports keep: named filters, and whether the digest comes."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from accounts.models import Role, Team, User
from core import clock
from core.errors import Conflict, Invalid, NotFound
from core.middleware import zone_or_default
from reports.models import DigestSeat, SavedFilter
from reports.period import read_period

MAX_FILTERS = 30
DIGEST_HOUR = 8


def save_filter(*, user: User, name: str, period: str, team: Team | None) -> SavedFilter:
    """Keep a team and a period under a name; the same name again replaces. Raises `Invalid`."""
    name = " ".join(name.replace("\x00", "").split())
    if not name or len(name) > 60:
        raise Invalid(
            "The filter was not saved.", errors={"name": ["Give a name of up to 60 characters."]}
        )
    kept = read_period(period, now=clock.now(), zone=zone_of(user))
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        known = user.report_filters.exclude(name=name).count()
        if known >= MAX_FILTERS:
            raise Conflict(f"You have {MAX_FILTERS} saved filters. Remove one first.")
        row, _ = SavedFilter.objects.update_or_create(
            user=user, name=name, defaults={"team": team, "period": kept.words}
        )
    return row


def remove_filter(*, user: User, pk: int) -> None:
    """Raises `NotFound` for a filter that is not theirs."""
    if not user.report_filters.filter(pk=pk).delete()[0]:
        raise NotFound("You have no such filter.")


def choose_digest(*, user: User, wanted: bool, team: Team | None = None) -> DigestSeat:
    """Take or leave the weekly digest, for all teams or one."""
    state = DigestSeat.State.PENDING if wanted else DigestSeat.State.OFF
    due = next_digest(clock.now(), user)
    with transaction.atomic():
        seat, _ = DigestSeat.objects.update_or_create(
            user=user, defaults={"state": state, "team": team, "due_at": due}
        )
    return seat


def seat_managers() -> int:
    """Give every active manager a seat who never chose. Answers how many."""
    new = User.objects.filter(
        is_active=True, role__in=(Role.MANAGER, Role.ADMIN), digest_seat=None
    )[:500]
    now = clock.now()
    rows = [DigestSeat(user=user, due_at=next_digest(now, user)) for user in new]
    return len(DigestSeat.objects.bulk_create(rows, ignore_conflicts=True)) if rows else 0


def next_digest(now: datetime, user: User) -> datetime:
    """The next Monday at eight in the reader's zone, never the present moment."""
    local = now.astimezone(zone_of(user))
    monday = (local - timedelta(days=local.weekday())).date()
    for weeks in (0, 1, 2):
        day = monday + timedelta(weeks=weeks)
        moment = datetime(day.year, day.month, day.day, DIGEST_HOUR, tzinfo=local.tzinfo)
        if moment > now:
            return moment
    raise AssertionError("two Mondays on there is a later one")


def zone_of(user: User) -> ZoneInfo:
    return zone_or_default(user.time_zone)
