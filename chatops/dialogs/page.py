"""Paging one more person: first whom, then the consequence, then it happens."""

from __future__ import annotations

from chatops.asking import form_of
from chatops.calling import Call, Dialog, Filled
from chatops.choosing import person_choice
from chatops.people import check_pageable, consequence, page_now, person_meant, responder
from chatops.saying import said
from chatops.surface import Choice, Field, FieldValue, Form, FormErrors, Reply, Text
from core.errors import Invalid

GONE = "May not respond, or is not there any more."
FIELDS = (
    Field("person", "Whom", "person"),
    Field(
        "reason",
        "Why them",
        required=False,
        max_length=200,
        hint="Stands in the page they get.",
    ),
)


def opens(call: Call) -> Form:
    initial: dict[str, FieldValue] = {"reason": call.words.get("reason", "")[:200]}
    shown: dict[str, tuple[Choice, ...]] = {}
    if word := call.words.get("person"):
        choice = person_choice(person_meant(word, asker=call.asker))
        initial["person"], shown["person"] = choice.value, (choice,)
    return form_of(DIALOG, call, initial=initial, shown=shown)


def takes(filled: Filled) -> Form | FormErrors:
    user = responder(filled.values.text("person"))
    if user is None:
        return FormErrors({"person": GONE})
    check_pageable(filled.incident)
    return Form(
        SURE.name,
        SURE.title,
        f"Page {user} now"[:24],
        blocks=(Text((consequence(filled.incident, user),)),),
        state={
            "incident": filled.incident.ref,
            "person": str(user.pk),
            "reason": filled.values.text("reason"),
        },
    )


def never_opened_first(call: Call) -> Form:
    raise Invalid("Choose first whom to page.")


def takes_sure(filled: Filled) -> Reply | FormErrors:
    user = responder(filled.state.get("person", ""))
    if user is None:
        return FormErrors({"": GONE})
    reason = filled.state.get("reason", "")[:200]
    return said(page_now(filled.incident, user, reason, filled.actor), about=filled.incident)


DIALOG = Dialog("page", "Page someone for", "Continue", FIELDS, opens, takes)
SURE = Dialog("page-sure", "Page someone", "Page now", (), never_opened_first, takes_sure)
