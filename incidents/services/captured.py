"""What was said in a chat, on the timeline at its own time. A message that is edited or taken away
there is corrected here by a further line: nothing on a timeline is ever changed."""

from __future__ import annotations

import hashlib
from datetime import datetime
from uuid import UUID

from django.db import transaction

from core.actor import Actor
from core.errors import Conflict, Invalid, NotFound
from core.files import check_file
from incidents.models import Incident, IncidentEvent, IncidentFile, IncidentFileContent
from incidents.services.rows import MAX_TITLE, join, lock_incident, tell_change
from incidents.timeline import add_event

MAX_FILES = 200
MAX_TOTAL = 100 * 1024 * 1024


def capture_message(
    *,
    incident_id: int,
    text: str,
    said_by: Actor,
    said_at: datetime,
    permalink: str,
    origin: str,
    actor: Actor,
) -> IncidentEvent:
    """Put somebody's message on the timeline; `actor` is who asked for it. `origin` names the
    message: the same one is written once."""
    if not text.strip():
        raise Invalid("The message has no words.", errors={"text": ["Is empty."]})
    with transaction.atomic():
        incident = lock_incident(incident_id)
        add_event(
            incident=incident,
            kind="note",
            text=text,
            actor=said_by,
            occurred_at=said_at,
            once=f"said:{origin}"[:120],
            permalink=permalink[:2_000],
            captured_by=actor.label,
            origin=origin,
        )
        join(incident, actor, "Put a message on the timeline.")
        tell_change(incident, actor)
        return incident.events.get(idempotency=f"said:{origin}"[:120])


def correct_message(*, incident_id: int, line: UUID, text: str, actor: Actor) -> IncidentEvent:
    """The message reads otherwise now. Answers the line that stands for it, which is the old one
    where nothing changed."""
    with transaction.atomic():
        incident = lock_incident(incident_id)
        old = _standing(incident, line)
        if not old.withdraws and old.text == text:
            return old
        new = add_event(
            incident=incident,
            kind="note",
            text=text,
            actor=Actor(label=old.actor_label, via=actor.via, user_id=old.actor_id),
            occurred_at=old.occurred_at,
            replaces=old,
            **{**old.detail, "corrected_by": actor.label},
        )
        IncidentFile.objects.filter(event=old).update(event=new)
        tell_change(incident, actor)
    return new


def withdraw_message(*, incident_id: int, line: UUID, because: str, actor: Actor) -> IncidentEvent:
    """Take the message off again; the words stay in the log of what was there."""
    with transaction.atomic():
        incident = lock_incident(incident_id)
        old = _standing(incident, line)
        if old.withdraws:
            return old
        new = add_event(
            incident=incident,
            kind="note",
            text=because,
            actor=actor,
            occurred_at=old.occurred_at,
            replaces=old,
            withdraws=True,
            **{name: value for name, value in old.detail.items() if name == "origin"},
        )
        tell_change(incident, actor)
    return new


def keep_file(
    *, incident_id: int, line: UUID, name: str, data: bytes, origin: str, actor: Actor
) -> IncidentFile:
    """Keep a picture beside a line of the timeline; what is no picture is refused."""
    checked = check_file(name, data)
    if not checked.media_type.startswith("image/"):
        raise Invalid("Only pictures are kept.", errors={"file": ["Is no picture."]})
    digest = hashlib.sha256(checked.data).hexdigest()
    with transaction.atomic():
        incident = lock_incident(incident_id)
        event = _standing(incident, line)
        there = incident.files.filter(event=event, sha256=digest).first()
        if there is not None:
            return there
        sizes = list(incident.files.values_list("size", flat=True))
        if len(sizes) >= MAX_FILES or sum(sizes) + len(checked.data) > MAX_TOTAL:
            raise Conflict(f"{incident.ref} keeps {MAX_FILES} pictures at most.")
        row = IncidentFile.objects.create(
            incident=incident,
            event=event,
            name=checked.name,
            media_type=checked.media_type,
            size=len(checked.data),
            sha256=digest,
            origin=origin[:200],
            added_label=actor.label[:200],
        )
        IncidentFileContent.objects.create(file=row, data=checked.data)
    return row


def correct_task(*, incident_id: int, task_id: int, was: str, title: str, actor: Actor) -> bool:
    """The message that a task was made of reads otherwise now; answers whether the task followed.
    One that is done, or that somebody named otherwise (`was`), stays."""
    with transaction.atomic():
        incident = lock_incident(incident_id)
        task = incident.tasks.filter(pk=task_id, done_at=None, title=was.strip()[:MAX_TITLE])
        title = title.strip()[:MAX_TITLE]
        if title == was or not title or not task.update(title=title):
            return False
        text = f"Task reads now: {title}"
        add_event(incident=incident, kind="task", text=text, actor=actor)
    return True


def withdraw_task(*, incident_id: int, task_id: int, actor: Actor) -> bool:
    """Take a task away that nobody has done yet; answers whether it is gone."""
    with transaction.atomic():
        incident = lock_incident(incident_id)
        task = incident.tasks.filter(pk=task_id).first()
        if task is None or task.done_at is not None:
            return task is None
        title = task.title[:MAX_TITLE]
        task.delete()
        add_event(incident=incident, kind="task", text=f"Taken away: {title}", actor=actor)
    return True


def _standing(incident: Incident, line: UUID) -> IncidentEvent:
    found: IncidentEvent | None = incident.events.filter(pk=line).first()
    if found is None:
        raise NotFound("There is no such line.")
    return found
