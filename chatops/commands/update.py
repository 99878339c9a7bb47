"""`update`: how it stands, for everybody who waits for word."""

from __future__ import annotations

from chatops.calling import Call, Spoken
from chatops.grammar import Command, Part
from chatops.saying import said
from chatops.surface import Context, Reply, When
from incidents import services

COMMAND = Command(
    "update",
    "Say how it stands; the next update is due after what is usual for the severity",
    "half of the answers are right again, we watch",
    (Part("text", "text"),),
    form="update",
    page="incidents:update",
)


def do(call: Call) -> Reply:
    update = services.post_update(
        incident_id=call.incident.pk, text=call.words["text"], actor=call.actor
    )
    sentence = f"The update stands on top of {call.incident.ref}."
    if update.next_due_at is None:
        return said(sentence, about=call.incident)
    note = Context(("The next one is due ", When(update.next_due_at, "time"), "."))
    return said(sentence, note, about=call.incident)


SPOKEN = Spoken(COMMAND, do)
