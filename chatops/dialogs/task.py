"""Something to do while the incident runs."""

from __future__ import annotations

from chatops.asking import form_of
from chatops.calling import Call, Dialog, Filled
from chatops.people import responder
from chatops.saying import said
from chatops.surface import Field, Form, FormErrors, Reply
from incidents import services
from incidents.services.rows import MAX_TITLE

FIELDS = (
    Field("title", "What is to be done", max_length=MAX_TITLE),
    Field("owner", "Who does it", "person", required=False, hint="Empty: nobody yet."),
)


def opens(call: Call) -> Form:
    return form_of(DIALOG, call, initial={"title": call.words.get("text", "")[:MAX_TITLE]})


def takes(filled: Filled) -> Reply | FormErrors:
    chosen = filled.values.text("owner")
    owner = responder(chosen) if chosen else None
    if chosen and owner is None:
        return FormErrors({"owner": "May not respond, or is not there any more."})
    services.add_task(
        incident_id=filled.incident.pk,
        title=filled.values.text("title"),
        actor=filled.actor,
        owner=owner,
    )
    whose = f" for {owner}" if owner else ""
    sentence = f"The task{whose} is added to {filled.incident.ref}."
    return said(sentence, about=filled.incident)


DIALOG = Dialog("task", "Task for", "Add task", FIELDS, opens, takes)
