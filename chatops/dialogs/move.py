"""Moving an incident on with words: required where the lifecycle asks for them."""

from __future__ import annotations

from chatops.asking import form_of
from chatops.calling import Call, Dialog, Filled
from chatops.saying import said
from chatops.surface import Field, Form, Reply
from incidents import services
from incidents.lifecycle import INCIDENT


def _dialog(name: str, title: str, submit: str, to: str, *, required: bool, hint: str) -> Dialog:
    fields = (Field("note", "Note", "long_text", required=required, max_length=3_000, hint=hint),)

    def opens(call: Call) -> Form:
        return form_of(dialog, call, initial={"note": call.words.get("note", "")})

    def takes(filled: Filled) -> Reply:
        moved = services.transition_incident(
            incident_id=filled.incident.pk,
            to=to,
            actor=filled.actor,
            note=filled.values.text("note"),
        )
        label = INCIDENT.label(moved.status).lower()
        return said(f"{filled.incident.ref} is {label}.", about=filled.incident)

    dialog = Dialog(name, title, submit, fields, opens, takes)
    return dialog


DIALOGS = (
    _dialog(
        "mitigate",
        "Mitigated:",
        "Mark mitigated",
        "mitigated",
        required=False,
        hint="What was done, so that people no longer feel it.",
    ),
    _dialog("resolve", "Resolve", "Resolve", "resolved", required=False, hint="What ended it."),
    _dialog(
        "reopen", "Reopen", "Reopen", "acknowledged", required=True, hint="Why it is not over."
    ),
    _dialog(
        "cancel",
        "Cancel",
        "Cancel it",
        "cancelled",
        required=True,
        hint="Why it was a false alarm.",
    ),
)
