"""Working an incident: notes, tasks, corrected times, what it is about."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

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
    check_version,
    join,
    lock_incident,
    save,
    tell_change,
)
from incidents.timeline import add_event
from oncall import escalations

EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
"""No incident is about an earlier time; near year 1 a time cannot even be shown in every zone."""


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
    if occurred_at and (wrong := _wrong_time(occurred_at)):
        raise Invalid("The note was not saved.", errors={"occurred_at": [wrong]})
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
            add_member(incident=incident, user_id=owner.pk, because="Has a task.")
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


def set_times(
    *,
    incident_id: int,
    actor: Actor,
    expected_version: int | None = None,
    **times: datetime | None,
) -> Incident:
    """Correct when it began, was detected, acknowledged, mitigated or resolved. `Conflict` when
    `expected_version` is given and no longer true."""
    unknown = set(times) - set(TIME_FIELDS)
    if unknown:
        raise Invalid("Not a time.", errors={name: ["Cannot be set."] for name in unknown})
    with transaction.atomic():
        incident = lock_incident(incident_id)
        check_version(incident, expected_version)
        for name, value in times.items():
            setattr(incident, name, value)
        _check_times(incident, times)
        save(incident, *times)
        told = ", ".join(
            f"{name.removesuffix('_at')} {value.isoformat() if value else 'unknown'}"
            for name, value in times.items()
        )
        said = ", ".join(
            f"{name.removesuffix('_at')} "
            f"{f'{value.astimezone(UTC):%Y-%m-%d %H:%M} UTC' if value else 'unknown'}"
            for name, value in times.items()
        )
        add_event(incident=incident, kind="times", text=f"Times set: {said}", actor=actor)
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
    expected_version: int | None = None,
) -> Incident:
    """Change the title, the summary or the affected systems. `Conflict` when `expected_version`
    is given and no longer true."""
    with transaction.atomic():
        incident = lock_incident(incident_id)
        check_version(incident, expected_version)
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


def _check_times(incident: Incident, changed: Iterable[str]) -> None:
    errors = {
        name: [wrong]
        for name in changed
        if (value := getattr(incident, name)) and (wrong := _wrong_time(value))
    }
    if incident.onset_at and incident.resolved_at and incident.resolved_at < incident.onset_at:
        errors["resolved_at"] = ["Is before the onset."]
    if errors:
        raise Invalid("The times were not saved.", errors=errors)


def _wrong_time(value: datetime) -> str:
    """Why this cannot be when something of an incident happened, or ""."""
    if value > clock.now():
        return "Lies in the future."
    return "Is before the year 2000." if value < EARLIEST else ""
