"""`task`: something to do while the incident runs."""

from __future__ import annotations

from chatops.calling import Call, Spoken
from chatops.grammar import Command, Part, first_word
from chatops.people import person_meant
from core.errors import Invalid
from incidents import services

COMMAND = Command(
    "task",
    "Note something to do; @person first gives it to them",
    "@ben call the bank",
    (Part("text", "text"),),
    form="task",
    page="incidents:task",
)


def do(call: Call) -> str:
    owner, title = None, call.words["text"]
    word, rest = first_word(title)
    if word.startswith("@") and len(word) > 1:
        owner, title = person_meant(word, asker=call.asker), rest
    if not title.strip():
        raise Invalid("The task is empty.", errors={"title": ["Say what to do."]})
    services.add_task(incident_id=call.incident.pk, title=title, actor=call.actor, owner=owner)
    whose = f" for {owner}" if owner else ""
    return f"The task{whose} is added to {call.incident.ref}."


SPOKEN = Spoken(COMMAND, do)
