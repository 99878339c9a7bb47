"""The weekly digest: one message a reader, made of the reports, only of what they may see."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now
from django.urls import reverse

from core import clock
from core.leases import claim_due, finish
from core.logs import get_logger
from core.retry import next_attempt_at
from notifications.message import Message
from notifications.services import notify
from reports.catalogue import REPORTS
from reports.models import DigestSeat
from reports.period import Period, read_period
from reports.scope import Scope
from reports.services import next_digest, seat_managers, zone_of

log = get_logger(__name__)
CHANNELS = ("email", "slack")
BATCH = 20
MAX_ATTEMPTS = 8
LEASE_SECONDS = 120
OVERDUE_SQL = """
    SELECT 'digest', id::text, due_at, state::text, attempts::int
      FROM reports_digestseat
     WHERE state = 'pending' AND due_at < now() - interval '1 hour'"""


def run_due_digests() -> int:
    """Write the digests that are due; answers how many were worked off."""
    seat_managers()
    claim = claim_due(
        DigestSeat, pending=DigestSeat.State.PENDING, limit=BATCH, lease_seconds=LEASE_SECONDS
    )
    for seat in claim.rows:
        try:
            _send(seat, claim.token)
        except Exception as error:
            # One reader's digest must not hold back the others'.
            log.exception("digest_failed", seat=seat.pk, error=type(error).__name__)
            _again(seat, claim.token)
    return len(claim.rows)


def _send(seat: DigestSeat, token: Any) -> None:
    user = seat.user
    following = next_digest(clock.now(), user)
    with transaction.atomic():
        if user.is_active:
            notify(
                user=user,
                message=digest_of(seat),
                kind="notice",
                origin=f"digest:{seat.pk}",
                obligation_key=f"digest:{user.pk}:{_week(seat).words}",
                channels=CHANNELS,
            )
        ours = finish(
            DigestSeat, pk=seat.pk, token=token, due_at=following, attempts=0, last_sent_at=Now()
        )
        if not ours:
            # Another took over after our lease ran out: its digest counts, ours is undone.
            transaction.set_rollback(True)


def _again(seat: DigestSeat, token: Any) -> None:
    """A digest that cannot be made is tried again, and at last left for the week after."""
    later = next_attempt_at(seat.attempts, clock.now()) if seat.attempts < MAX_ATTEMPTS else None
    reset = {} if later else {"attempts": 0}
    due: datetime = later or next_digest(clock.now(), seat.user)
    finish(DigestSeat, pk=seat.pk, token=token, due_at=due, **reset)


def digest_of(seat: DigestSeat) -> Message:
    """Each report's sentence over the week before the digest was due."""
    period = _week(seat)
    scope = Scope(user=seat.user, period=period, team=seat.team)
    last = period.end.astimezone(period.zone).date() - timedelta(days=1)
    whose = f" of {seat.team}" if seat.team else ""
    base = settings.AIRE_BASE_URL
    return Message(
        kind="notice",
        headline="Weekly digest",
        title=f"The week to {last:%-d %B}{whose}",
        facts=tuple((report.question, report.answer(scope).sentence) for report in REPORTS),
        why=f"You get this digest every Monday. Switch it off: {base}{reverse('reports:digest')}",
        url=f"{base}{reverse('reports:home')}?period={period.words}",
    )


def _week(seat: DigestSeat) -> Period:
    """Monday to Sunday before the digest was due, in the reader's zone."""
    zone = zone_of(seat.user)
    due = seat.due_at.astimezone(zone).date()
    monday = due - timedelta(days=due.weekday() + 7)
    words = f"{monday}..{monday + timedelta(days=6)}"
    return read_period(words, now=clock.now(), zone=zone)
