"""A note, at the time it is about."""

from __future__ import annotations

from datetime import datetime

from chatops.asking import form_of
from chatops.calling import Call, Dialog, Filled
from chatops.saying import said
from chatops.surface import Field, Form, FormErrors, Reply
from incidents import services

FIELDS = (
    Field("text", "Note", "long_text", max_length=3_000),
    Field("occurred_at", "When it happened", "time", required=False, hint="Empty means now."),
)


def opens(call: Call) -> Form:
    return form_of(DIALOG, call, initial={"text": call.words.get("text", "")})


def takes(filled: Filled) -> Reply | FormErrors:
    occurred_at = None
    if given := filled.values.text("occurred_at"):
        occurred_at = moment(given)
        if occurred_at is None:
            return FormErrors({"occurred_at": "Choose a time."})
    services.add_note(
        incident_id=filled.incident.pk,
        text=filled.values.text("text"),
        actor=filled.actor,
        occurred_at=occurred_at,
    )
    return said(f"The note is on the timeline of {filled.incident.ref}.", about=filled.incident)


def moment(text: str) -> datetime | None:
    """ISO 8601 with a zone, as forms give it back."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.utcoffset() is not None else None


DIALOG = Dialog("note", "Note on", "Add note", FIELDS, opens, takes)
