"""The button beside a task. The value is "INC-42 <task>"."""

from __future__ import annotations

from chatops.calling import Call, Press
from chatops.choosing import incident_named
from chatops.saying import said
from chatops.surface import Reply
from core.errors import NotFound
from incidents import services


def does(call: Call, value: str) -> Reply:
    ref, _, number = value.partition(" ")
    incident = incident_named(ref, call.asker)
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        raise NotFound("There is no such task.")
    services.finish_task(incident_id=incident.pk, task_id=int(number), done=True, actor=call.actor)
    return said(f"The task of {incident.ref} is done.", about=incident)


PRESS = Press("task-done", does)
