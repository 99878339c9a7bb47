"""Naming a cause: which, in what role, how sure, on what evidence."""

from __future__ import annotations

from chatops.asking import form_of
from chatops.calling import Call, Dialog, Filled
from chatops.saying import said
from chatops.surface import Choice, Field, Form, Reply
from incidents import services
from incidents.models import IncidentCause
from taxonomy.selectors import causes_matching

ROLES = tuple(Choice(value, str(label)) for value, label in IncidentCause.Role.choices)
SURE = tuple(Choice(value, str(label)) for value, label in IncidentCause.Confidence.choices)
FIELDS = (
    Field("cause", "Cause", "cause", placeholder="Search the taxonomy"),
    Field("role", "Its part in it", "choice", options=ROLES, initial="contributing"),
    Field("confidence", "How sure", "choice", options=SURE, initial="suspected"),
    Field(
        "evidence",
        "What shows it",
        "long_text",
        required=False,
        max_length=3_000,
        hint="Links, numbers, what you saw.",
    ),
)


def opens(call: Call) -> Form:
    """What was said is searched for; what is found alone is chosen already."""
    query = call.words.get("text", "").strip()
    found = list(causes_matching(query).filter(retired=False)[:2]) if query else []
    exact = [cause for cause in found if query.casefold() in (cause.slug, cause.name.casefold())]
    chosen = exact or (found if len(found) == 1 else [])
    if not chosen:
        return form_of(DIALOG, call)
    choice = Choice(chosen[0].slug, chosen[0].name)
    return form_of(DIALOG, call, initial={"cause": choice.value}, shown={"cause": (choice,)})


def takes(filled: Filled) -> Reply:
    values = filled.values
    attached = services.attach_cause(
        incident_id=filled.incident.pk,
        cause=values.text("cause"),
        role=values.text("role"),
        confidence=values.text("confidence"),
        evidence=values.text("evidence"),
        actor=filled.actor,
    )
    sure = attached.get_confidence_display().lower()
    sentence = f"{attached.cause.name} is a {sure} cause of {filled.incident.ref}."
    return said(sentence, about=filled.incident)


DIALOG = Dialog("cause", "Cause of", "Add cause", FIELDS, opens, takes)
