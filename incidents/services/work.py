"""Working an incident: notes, tasks, corrected times, what it is about."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from accounts.audit import record
from accounts.models import User
from catalog.models import System
from core import clock
from core.actor import Actor
from core.errors import Invalid, NotFound
from incidents.cards import card
from incidents.models import Incident, IncidentSystem, IncidentTask
from incidents.services.rows import (
    MAX_TITLE,
    TIME_FIELDS,
    add_member,
    check_new,
    join,
    lock_incident,
    save,
    tell_change,
)
from incidents.timeline import add_event
from oncall import escalations


def add_note(
    *,
    incident_id: int,
    text: str,
    actor: Actor,
    occurred_at: datetime | None = None,
) -> Incident:
    """Put a note on the timeline, at the time it is about."""
    if not text.strip():
        raise Invalid("The note is empty.", errors={"text": ["Write something."]})
    now = clock.now()
    if occurred_at and occurred_at > now:
        raise Invalid(
            "The time lies ahead.", errors={"occurred_at": ["A note cannot be of the future."]}
        )
    with transaction.atomic():
        incident = lock_incident(incident_id)
        add_event(incident=incident, kind="note", text=text, actor=actor, occurred_at=occurred_at)
        join(incident, actor, "Wrote a note.")
        tell_change(incident, actor)
    return incident


def add_task(
    *, incident_id: int, title: str, actor: Actor, owner: User | None = None
) -> IncidentTask:
    if not title.strip():
        raise Invalid("The task is empty.", errors={"title": ["Say what to do."]})
    with transaction.atomic():
        incident = lock_incident(incident_id)
        task = IncidentTask.objects.create(
            incident=incident, title=title.strip()[:MAX_TITLE], owner=owner
        )
        whose = f" for {owner}" if owner else ""
        add_event(incident=incident, kind="task", text=f"Task{whose}: {task.title}", actor=actor)
        if owner:
            add_member(incident=incident, user=owner, because="Has a task.")
    return task


def finish_task(*, incident_id: int, task_id: int, done: bool, actor: Actor) -> None:
    """Tick a task off, or open it again."""
    with transaction.atomic():
        incident = lock_incident(incident_id)
        task = incident.tasks.filter(pk=task_id).first()
        if task is None:
            raise NotFound("There is no such task.")
        task.done_at = clock.now() if done else None
        task.save(update_fields=["done_at"])
        text = f"Done: {task.title}" if done else f"Open again: {task.title}"
        add_event(incident=incident, kind="task", text=text, actor=actor)


def set_times(*, incident_id: int, actor: Actor, **times: datetime | None) -> Incident:
    """Correct when it began, was detected, acknowledged, mitigated or resolved."""
    unknown = set(times) - set(TIME_FIELDS)
    if unknown:
        raise Invalid("Not a time.", errors={name: ["Cannot be set."] for name in unknown})
    with transaction.atomic():
        incident = lock_incident(incident_id)
        for name, value in times.items():
            setattr(incident, name, value)
        _check_times(incident)
        save(incident, *times)
        told = ", ".join(
            f"{name.removesuffix('_at')} {value.isoformat() if value else 'unknown'}"
            for name, value in times.items()
        )
        add_event(incident=incident, kind="times", text=f"Times set: {told}", actor=actor)
        record(
            actor=actor,
            action="incident.times",
            target_kind="incident",
            target_ref=incident.ref,
            times=told,
        )
    return incident


def edit_incident(
    *,
    incident_id: int,
    actor: Actor,
    title: str | None = None,
    summary: str | None = None,
    systems: Sequence[System] | None = None,
) -> Incident:
    """Change the title, the summary or the affected systems."""
    with transaction.atomic():
        incident = lock_incident(incident_id)
        changed: list[str] = []
        if title is not None and title.strip() != incident.title:
            check_new(title, incident.severity)
            incident.title, changed = title.strip()[:MAX_TITLE], [*changed, "title"]
        if summary is not None and summary != incident.summary:
            incident.summary, changed = summary, [*changed, "summary"]
        if systems is not None:
            IncidentSystem.objects.filter(incident=incident).exclude(system__in=systems).delete()
            IncidentSystem.objects.bulk_create(
                [IncidentSystem(incident=incident, system=system) for system in systems],
                ignore_conflicts=True,
            )
            changed = [*changed, "systems"]
        if not changed:
            return incident
        save(incident, "title", "summary")
        add_event(
            incident=incident,
            kind="system",
            text=f"{actor.label} changed: {', '.join(changed)}.",
            actor=actor,
        )
        escalations.update_card(subject_key=incident.subject_key, card=card(incident))
        tell_change(incident, actor)
    return incident


def _check_times(incident: Incident) -> None:
    now = clock.now()
    errors = {
        name: ["Lies in the future."]
        for name in TIME_FIELDS
        if (value := getattr(incident, name)) and value > now
    }
    if incident.onset_at and incident.resolved_at and incident.resolved_at < incident.onset_at:
        errors["resolved_at"] = ["Is before the onset."]
    if errors:
        raise Invalid("The times were not saved.", errors=errors)
