"""Saying how an incident stands, and when people hear again."""

from __future__ import annotations

from chatops.asking import form_of
from chatops.calling import Call, Dialog, Filled
from chatops.saying import said
from chatops.surface import Choice, Context, Field, Form, Quote, Reply, When
from incidents import services
from incidents.services.updates import MAX_UPDATE

USUAL = "usual"
NEXT = (
    Choice(USUAL, "After what is usual for the severity"),
    Choice("15", "In 15 minutes"),
    Choice("30", "In 30 minutes"),
    Choice("60", "In 1 hour"),
    Choice("120", "In 2 hours"),
    Choice("240", "In 4 hours"),
    Choice("1440", "Tomorrow at this time"),
    Choice("0", "No further update is promised"),
)
FIELDS = (
    Field(
        "text",
        "How it stands",
        "long_text",
        max_length=min(MAX_UPDATE, 3_000),
        hint="What people feel, what is known, what is done next.",
    ),
    Field("next", "The next update", "choice", options=NEXT, initial=USUAL),
)


def opens(call: Call) -> Form:
    last = call.about.updates.order_by("-said_at", "-id").first() if call.about else None
    blocks = (
        (Context((f"{last.author_label}, ", When(last.said_at, "ago"))), Quote(last.text))
        if last
        else ()
    )
    return form_of(DIALOG, call, initial={"text": call.words.get("text", "")}, blocks=blocks)


def takes(filled: Filled) -> Reply:
    chosen = filled.values.text("next")
    update = services.post_update(
        incident_id=filled.incident.pk,
        text=filled.values.text("text"),
        actor=filled.actor,
        next_in_minutes=None if chosen == USUAL else int(chosen),
    )
    sentence = f"The update stands on top of {filled.incident.ref}."
    if update.next_due_at is None:
        return said(sentence, about=filled.incident)
    note = Context(("The next one is due ", When(update.next_due_at, "time"), "."))
    return said(sentence, note, about=filled.incident)


DIALOG = Dialog(
    "update", "Update", "Send", FIELDS, opens, takes, errors={"next_in_minutes": "next"}
)
