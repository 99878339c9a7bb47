"""Reminding people of what an incident waits for: an update, a lead, to be closed.

A reminder is a row with `due_at`. Whoever claims it looks again whether it is still wanted, asks
`notifications` for the message and writes when it is told next, all in one transaction.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection, transaction
from django.urls import reverse

from accounts.models import User
from core import clock, outbox
from core.durations import age_words
from core.leases import claim_due, finish
from core.logs import get_logger
from incidents.events import ReminderChanged
from incidents.follow_up import AGAIN, FIRST, TIMES, UPDATE_EVERY, told_at
from incidents.lifecycle import ACTIVE
from incidents.models import Incident, IncidentReminder, IncidentRole
from notifications.message import Action, Message
from notifications.services import notify

log = get_logger(__name__)
BATCH = 50
LEASE_SECONDS = 60
PENDING, OVER = IncidentReminder.State.PENDING, IncidentReminder.State.OVER
LOOK_BACK = timedelta(days=7)
"""What has waited for longer is not news: nobody is reminded of last month's incidents after an
upgrade."""

OVERDUE_SQL = """
    SELECT 'incident reminder', id::text, due_at, state::text, attempts::int
      FROM incidents_incidentreminder
     WHERE state = 'pending' AND due_at < now() - interval '5 minutes'
       AND (lease_until IS NULL OR lease_until < now())"""

_INSERT = """
    INSERT INTO incidents_incidentreminder
           (incident_id, kind, since, due_at, state, number, attempts, outcome)
    SELECT i.id, %(kind)s, {since}, {since} + %(first)s::interval, 'pending', 0, 0, ''
      FROM incidents_incident i
     WHERE {wanted} AND i.merged_into_id IS NULL
       AND {since} > now() - %(back)s::interval AND {since} + %(first)s::interval <= now()
       AND NOT EXISTS (SELECT 1 FROM incidents_incidentreminder r
                        WHERE r.incident_id = i.id AND r.kind = %(kind)s AND r.since >= {since})
        ON CONFLICT DO NOTHING"""
_EVERY = (
    "(CASE i.severity WHEN 'sev1' THEN %(sev1)s::interval"
    " WHEN 'sev2' THEN %(sev2)s::interval ELSE %(sev3)s::interval END)"
)
_WANTED = {
    # Somebody works on it and nobody leads.
    "lead": (
        "i.status IN ('acknowledged', 'mitigated') AND i.severity < 'sev4'"
        " AND NOT EXISTS (SELECT 1 FROM incidents_incidentrole h"
        " WHERE h.incident_id = i.id AND h.role = 'lead')",
        "i.acknowledged_at",
    ),
    # Somebody works on it and has not said a word; later ones are planned with each update.
    "update": (
        "i.status IN ('acknowledged', 'mitigated') AND i.severity < 'sev4' AND NOT EXISTS"
        " (SELECT 1 FROM incidents_incidentupdate u WHERE u.incident_id = i.id)",
        f"(i.acknowledged_at + {_EVERY})",
    ),
    "close": ("i.status = 'resolved' AND NOT i.drill", "i.resolved_at"),
}


def run_due_reminders() -> int:
    """Tell what is due; answers how many rows were worked off."""
    claim = claim_due(IncidentReminder, pending=PENDING, limit=BATCH, lease_seconds=LEASE_SECONDS)
    for row in claim.rows:
        try:
            with transaction.atomic():
                if finish(IncidentReminder, pk=row.pk, token=claim.token, **_told(row)):
                    outbox.publish(ReminderChanged(incident_id=row.incident_id, reminder_id=row.pk))
                else:
                    transaction.set_rollback(True)
        except Exception:
            # The lease runs out and it is tried again: the others must not wait for it.
            log.exception("incident_reminder_failed", reminder=row.pk)
    return len(claim.rows)


def plan_reminders() -> int:
    """Find what waits for a person; answers how many reminders that makes. Found by looking, not
    by events: opening and moving an incident costs nothing more, and no reminder can be lost."""
    made = 0
    with connection.cursor() as cursor:
        for kind, (wanted, since) in _WANTED.items():
            sql = _INSERT.format(wanted=wanted, since=since)  # our own words
            spans = {"first": FIRST[kind], "back": LOOK_BACK, **UPDATE_EVERY}
            seconds = {name: f"{span.total_seconds()} seconds" for name, span in spans.items()}
            cursor.execute(sql, {"kind": kind, **seconds})
            made += cursor.rowcount
    return made


def _told(row: IncidentReminder) -> dict[str, Any]:
    """Tell it if it is still wanted; answers what becomes of the row."""
    incident = Incident.objects.get(pk=row.incident_id)
    if over := over_because(row, incident):
        return {"state": OVER, "outcome": over}
    reader = _reader(incident)
    if reader is None:
        return {"state": OVER, "outcome": "Nobody to tell"}
    now = clock.now()
    at = told_at(row.kind, now, ZoneInfo(reader.time_zone))
    if at > now:
        return {"due_at": at}
    notify(
        user=reader,
        message=_message(row, incident),
        kind="notice",
        origin=f"incident-reminder:{row.pk}",
        obligation_key=f"incident-reminder:{row.pk}:{row.due_at.isoformat()}",
        subject_key=incident.subject_key,
    )
    number = row.number + 1
    last = number >= TIMES[row.kind]
    return {
        "state": IncidentReminder.State.TOLD if last else PENDING,
        "number": number,
        "last_told_at": now,
        "due_at": row.due_at if last else now + AGAIN[row.kind],
        "outcome": f"Told {reader}"[:300],
    }


def over_because(row: IncidentReminder, incident: Incident) -> str:
    """Why nobody needs to be reminded any more, or ""."""
    if row.kind == IncidentReminder.Kind.CLOSE:
        now = {"resolved": "", "closed": "It was closed"}
        return now.get(incident.status, "It is not resolved any more")
    if incident.status not in ACTIVE:
        return "The incident is over"
    if row.kind == IncidentReminder.Kind.LEAD:
        return "Somebody leads" if _holder(incident, "lead") else ""
    last = incident.updates.order_by("-said_at", "-id").first()
    return "There was an update" if last and last.next_due_at != row.since else ""


def _reader(incident: Incident) -> User | None:
    """Who is nearest to it: the lead, whoever speaks for it, the last one who did something."""
    for role in (IncidentRole.Role.LEAD, IncidentRole.Role.COMMUNICATIONS):
        if (held := _holder(incident, role)) and _may_read(held, incident):
            return held
    acted = (
        incident.events.filter(kind__in=("update", "status", "opened"), actor__isnull=False)
        .select_related("actor")
        .order_by("-recorded_at", "-id")[:5]
    )
    people = (event.actor for event in acted)
    return next((one for one in people if one is not None and _may_read(one, incident)), None)


def _holder(incident: Incident, role: str) -> User | None:
    held = incident.roles.filter(role=role).select_related("user").first()
    return held.user if held else None


def _may_read(user: User, incident: Incident) -> bool:
    seen = Incident.objects.visible_to(user).filter(pk=incident.pk)
    return user.can_respond and seen.exists()


def _message(row: IncidentReminder, incident: Incident) -> Message:
    ref = incident.ref
    page = f"{settings.AIRE_BASE_URL}{reverse('incidents:detail', args=[ref])}"
    return Message(
        kind="notice",
        headline=f"{incident.severity.upper()} · {ref}",
        title=f"{_waits(row, clock.now())}: {incident.title}",
        severity=incident.severity,
        why=_WHY[row.kind],
        url=page,
        drill=incident.drill,
        actions=what_helps(row, incident),
    )


def what_helps(row: IncidentReminder, incident: Incident) -> tuple[Action, ...]:
    """The button that does what it waits for, and those that put it off or stop it."""
    page = f"{settings.AIRE_BASE_URL}{reverse('incidents:detail', args=[incident.ref])}"
    later = f"{page}reminders/"
    return (
        _does(row.kind, incident.ref, page),
        Action("snooze", "Remind me in 30 min", f"{row.pk} 30", later),
        Action("snooze", "In 2 hours", f"{row.pk} 120", later),
        Action("stop-reminders", "Stop reminding", f"{row.pk}", later),
    )


def _waits(row: IncidentReminder, now: datetime) -> str:
    since = age_words(row.since, at=now)
    if row.kind == IncidentReminder.Kind.LEAD:
        return "Nobody leads"
    if row.kind == IncidentReminder.Kind.CLOSE:
        return f"Resolved {since} and not closed"
    return f"An update was due {since}"


def _does(kind: str, ref: str, page: str) -> Action:
    if kind == IncidentReminder.Kind.LEAD:
        return Action("run", "I lead", f"lead {ref} me", f"{page}role/?role=lead")
    if kind == IncidentReminder.Kind.CLOSE:
        return Action("incident.close", "Close", ref, f"{page}transition/?to=closed")
    return Action("form:update", "Write an update", ref, f"{page}update/")


_WHY = {
    "lead": "You were the last to work on it.",
    "update": "You lead it, or were the last to work on it.",
    "close": "You led it, or were the last to work on it.",
}
