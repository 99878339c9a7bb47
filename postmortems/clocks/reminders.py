"""Reminders of regulatory clocks: rows with a due time, re-checked and told when they are due."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.urls import reverse

from accounts.models import Role, User
from core import clock
from core.durations import seconds_words
from core.leases import claim_due, finish
from core.logs import get_logger
from incidents.models import Incident, IncidentRole
from notifications.message import Message
from notifications.services import notify
from postmortems.clocks.rules import NOT_ADVICE
from postmortems.models import ClockPhase, ClockReminder, RegulatoryClock

log = get_logger(__name__)
BATCH = 50
LEASE_SECONDS = 60
BEFORE: tuple[tuple[str, timedelta], ...] = (
    ("week", timedelta(days=7)),
    ("day", timedelta(days=1)),
    ("hours", timedelta(hours=4)),
    ("hour", timedelta(hours=1)),
    ("due", timedelta(0)),
    ("overdue", timedelta(days=-1)),
)
"""How long before the due time somebody is told; `due` and `overdue` also tell managers."""
OVERDUE_SQL = """
    SELECT 'clock_reminder', id::text, due_at, state::text, attempts::int
      FROM postmortems_clockreminder
     WHERE state = 'pending' AND due_at < now() - interval '5 minutes'"""


def plan(phases: Iterable[ClockPhase]) -> None:
    """A row for each moment that is still to come; of those gone by the latest, told at once."""
    now = clock.now()
    for phase in phases:
        if phase.due_at is None:
            continue
        moments = [(kind, phase.due_at - before) for kind, before in BEFORE]
        coming = [(kind, at) for kind, at in moments if at > now]
        gone = [(kind, at) for kind, at in moments if at <= now]
        if gone and gone[-1][0] in ("due", "overdue"):
            coming.insert(0, (gone[-1][0], now))
        ClockReminder.objects.bulk_create(
            [ClockReminder(phase=phase, kind=kind, due_at=at) for kind, at in coming],
            ignore_conflicts=True,
        )


def drop(phase: ClockPhase) -> None:
    phase.reminders.filter(state="pending").update(
        state=ClockReminder.State.DROPPED, lease_token=None, lease_until=None
    )


def run_due_reminders() -> int:
    """Tell what is due; answers how many rows were worked off."""
    claim = claim_due(
        ClockReminder, pending=ClockReminder.State.PENDING, limit=BATCH, lease_seconds=LEASE_SECONDS
    )
    for row in claim.rows:
        try:
            with transaction.atomic():
                if _wanted(row.phase):
                    _remind(row)
                if not finish(ClockReminder, pk=row.pk, token=claim.token, state="done"):
                    transaction.set_rollback(True)
        except Exception:
            # The lease runs out and it is tried again: the others must not wait for it.
            log.exception("clock_reminder_failed", reminder=row.pk)
    return len(claim.rows)


def tell_approvers(found: RegulatoryClock) -> None:
    """A decision waits: every manager who may see the incident can answer it."""
    title = f"{found.incident.ref}: is it reportable? A decision waits for you"
    for user in _managers(found.incident):
        if user.pk != found.owner_id:
            _send(user, found, title, key=f"decision:{found.pk}:{found.decisions.count()}")


def _wanted(phase: ClockPhase) -> bool:
    return phase.submitted_at is None and phase.clock.is_running


def _remind(row: ClockReminder) -> None:
    phase = row.phase
    found = phase.clock
    people = {user.pk: user for user in _people(found)}
    if row.kind in ("due", "overdue") or not people:
        people |= {user.pk: user for user in _managers(found.incident)}
    title = f"{found.name}: {phase.label} {_when(phase.due_at)}"
    for user in people.values():
        _send(user, found, title, key=f"{phase.pk}:{row.kind}:{phase.due_at}")


def _when(due_at: datetime | None) -> str:
    if due_at is None:
        return "is to be sent without undue delay"
    left = (due_at - clock.now()).total_seconds()
    return f"is due in {seconds_words(left)}" if left > 0 else f"is late by {seconds_words(-left)}"


def _people(found: RegulatoryClock) -> list[User]:
    """Who looks after the clock and who leads the incident, as far as they may see it still."""
    lead = IncidentRole.objects.filter(incident=found.incident_id, role="lead")
    near = Q(pk=found.owner_id) | Q(pk__in=lead.values("user_id"))
    return [user for user in User.objects.filter(near) if _sees(user, found.incident)]


def _managers(incident: Incident) -> list[User]:
    rows = User.objects.filter(is_active=True, role__in=(Role.MANAGER, Role.ADMIN))
    if incident.private:
        rows = rows.filter(pk__in=incident.members.values("user"))
    return list(rows.order_by("id")[:200])


def _sees(user: User, incident: Incident) -> bool:
    return Incident.objects.visible_to(user).filter(pk=incident.pk).exists()


def _send(user: User, found: RegulatoryClock, title: str, *, key: str) -> Any:
    incident = found.incident
    return notify(
        user=user,
        message=Message(
            kind="notice",
            headline=f"Regulatory clock · {incident.ref}",
            title=title,
            severity=incident.severity,
            facts=(("Rule", found.name), ("Trigger", found.trigger_label), ("Notice", NOT_ADVICE)),
            why="You look after this clock, lead the incident, or are a manager who may see it.",
            url=settings.AIRE_BASE_URL + reverse("clocks:detail", args=[found.pk]),
            drill=incident.drill,
        ),
        kind="notice",
        origin=f"clock:{found.pk}",
        obligation_key=f"clock:{found.pk}:{user.pk}:{key}"[:180],
        subject_key=incident.subject_key,
    )
