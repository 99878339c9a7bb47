"""`note`: a line on the timeline."""

from __future__ import annotations

from chatops.calling import Call, Spoken
from chatops.grammar import Command, Part
from incidents import services

COMMAND = Command(
    "note",
    "Write a note",
    "the index was rebuilt at 14:02",
    (Part("text", "text"),),
    form="note",
    page="incidents:note",
)


def do(call: Call) -> str:
    services.add_note(
        incident_id=call.incident.pk,
        text=call.words["text"],
        actor=call.actor,
        occurred_at=call.occurred_at,
    )
    return f"The note is on the timeline of {call.incident.ref}."


SPOKEN = Spoken(COMMAND, do)
