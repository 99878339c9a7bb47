"""Saying how it stands: updates with the time of the next, and the reminders that follow."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction

from accounts.audit import record
from core import clock, outbox
from core.actor import Actor
from core.errors import Conflict, Invalid, NotFound
from core.live import tick
from incidents.events import IncidentUpdated, ReminderChanged
from incidents.follow_up import FIRST, MAX_NEXT, MAX_SNOOZE, next_update_at
from incidents.lifecycle import ACTIVE
from incidents.models import Incident, IncidentReminder, IncidentUpdate
from incidents.services.rows import join, lock_incident, tell_change
from incidents.timeline import add_event

MAX_UPDATE = 4_000
PENDING = IncidentReminder.State.PENDING


def post_update(
    *, incident_id: int, text: str, actor: Actor, next_in_minutes: int | None = None
) -> IncidentUpdate:
    """Say how it stands. `next_in_minutes` is when people hear again: None takes what is usual for
    the severity, 0 promises nothing. An incident that is over owes no further update."""
    text = _checked(text, next_in_minutes)
    with transaction.atomic():
        incident = lock_incident(incident_id)
        now = clock.now()
        active = incident.status in ACTIVE
        due = next_update_at(incident.severity, now, next_in_minutes) if active else None
        update = IncidentUpdate.objects.create(
            incident=incident,
            text=text,
            said_at=now,
            author_id=actor.user_id,
            author_label=actor.label[:200],
            via=actor.via,
            next_due_at=due,
        )
        _plan_next(update)
        add_event(
            incident=incident,
            kind="update",
            text=text,
            actor=actor,
            occurred_at=now,
            update=update.pk,
            next_due_at=due.isoformat() if due else None,
        )
        join(incident, actor, "Wrote an update.")
        record(
            actor=actor, action="incident.update", target_kind="incident", target_ref=incident.ref
        )
        outbox.publish(
            IncidentUpdated(
                incident_id=incident.pk, update_id=update.pk, subject_key=incident.subject_key
            )
        )
        tell_change(incident, actor)
    return update


def snooze_reminder(
    *, incident_id: int, reminder_id: int, minutes: int, actor: Actor
) -> IncidentReminder:
    """Ask to be reminded again after `minutes`; the times it was told count anew."""
    if not 1 <= minutes <= MAX_SNOOZE:
        raise Invalid(
            "Not a time to be reminded after.",
            errors={"minutes": [f"Between 1 minute and {MAX_SNOOZE // 1440} days."]},
        )
    with transaction.atomic():
        reminder = _lock(incident_id, reminder_id)
        if reminder.state not in (PENDING, IncidentReminder.State.TOLD):
            raise Conflict(f"This reminder is over: {reminder.get_state_display().lower()}.")
        reminder.state, reminder.number = PENDING, 0
        reminder.due_at = clock.now() + timedelta(minutes=minutes)
        reminder.outcome = f"{actor.label} asked to be reminded later"[:300]
        _save(reminder, actor, "reminder.snooze")
    return reminder


def stop_reminder(*, incident_id: int, reminder_id: int, actor: Actor) -> IncidentReminder:
    """Nobody is reminded of this again. Stopping twice is stopping."""
    with transaction.atomic():
        reminder = _lock(incident_id, reminder_id)
        if reminder.state == IncidentReminder.State.STOPPED:
            return reminder
        reminder.state = IncidentReminder.State.STOPPED
        reminder.outcome = f"Stopped by {actor.label}"[:300]
        _save(reminder, actor, "reminder.stop")
    return reminder


def _plan_next(update: IncidentUpdate) -> None:
    """What was owed until now is done; the next is owed from its time on."""
    IncidentReminder.objects.filter(
        incident=update.incident, kind=IncidentReminder.Kind.UPDATE, state=PENDING
    ).update(
        state=IncidentReminder.State.OVER,
        outcome="There was an update",
        lease_token=None,
        lease_until=None,
    )
    if update.next_due_at is not None:
        IncidentReminder.objects.create(
            incident=update.incident,
            kind=IncidentReminder.Kind.UPDATE,
            since=update.next_due_at,
            due_at=update.next_due_at + FIRST["update"],
        )


def _checked(text: str, minutes: int | None) -> str:
    errors: dict[str, list[str]] = {}
    text = text.strip()
    if not text:
        errors["text"] = ["Say how it stands."]
    elif len(text) > MAX_UPDATE:
        errors["text"] = [f"Is longer than {MAX_UPDATE:,} characters."]
    elif "\x00" in text:
        errors["text"] = ["Holds a character that cannot be stored."]
    if minutes is not None and not 0 <= minutes <= MAX_NEXT:
        errors["next_in_minutes"] = [f"Between 0 and {MAX_NEXT:,} minutes."]
    if errors:
        raise Invalid("The update was not saved.", errors=errors)
    return text


def _lock(incident_id: int, reminder_id: int) -> IncidentReminder:
    found = (
        IncidentReminder.objects.select_for_update(of=("self",))
        .select_related("incident")
        .filter(pk=reminder_id, incident_id=incident_id)
        .first()
    )
    if found is None:
        raise NotFound("There is no such reminder.")
    return found


def _save(reminder: IncidentReminder, actor: Actor, action: str) -> None:
    # Whoever is telling it right now loses the lease, and so cannot change the row any more.
    reminder.lease_token = reminder.lease_until = None
    reminder.save()
    incident: Incident = reminder.incident
    tick(incident.subject_key)
    outbox.publish(ReminderChanged(incident_id=incident.pk, reminder_id=reminder.pk))
    record(
        actor=actor,
        action=action,
        target_kind="incident",
        target_ref=incident.ref,
        kind=reminder.kind,
    )
