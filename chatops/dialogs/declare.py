"""Declaring an incident."""

from __future__ import annotations

from catalog.models import System
from chatops.asking import form_of
from chatops.calling import Call, Dialog, Filled
from chatops.grammar import SEVERITY, first_word
from chatops.saying import severity_words, shown
from chatops.surface import (
    Button,
    Buttons,
    Choice,
    Context,
    Field,
    FieldValue,
    Form,
    FormErrors,
    Link,
    Reply,
    Text,
)
from incidents import services
from incidents.cards import path
from incidents.criteria import CRITERIA
from incidents.models import Incident
from incidents.selectors.paging import FirstPaged, paged_first
from incidents.services.rows import MAX_TITLE

SEVERITY_CHOICES = tuple(
    Choice(one.severity, f"{severity_words(one.severity)}: {one.title}") for one in CRITERIA
)
FIELDS = (
    Field(
        "title",
        "What is wrong",
        max_length=MAX_TITLE,
        hint="In the words of those who are affected.",
    ),
    Field("severity", "Severity", "choice", options=SEVERITY_CHOICES, initial="sev3"),
    Field(
        "systems",
        "Affected systems",
        "systems",
        required=False,
        hint="The first one's escalation policy is paged.",
    ),
    Field(
        "summary",
        "What is known",
        "long_text",
        required=False,
        max_length=3_000,
        hint="What people notice, since when, what you have tried.",
    ),
    Field(
        "private",
        "Private: only you, those who are paged and those you let in see that it exists",
        "checkbox",
        required=False,
        initial=False,
    ),
)


def opens(call: Call) -> Form:
    word, rest = first_word(call.words.get("text", ""))
    found = SEVERITY.fullmatch(word)
    title = rest if found else call.words.get("text", "")
    initial: dict[str, FieldValue] = {"title": title.strip()[:MAX_TITLE]}
    if found:
        initial["severity"] = f"sev{found[1]}"
    return form_of(DIALOG, call, initial=initial)


def takes(filled: Filled) -> Reply | FormErrors:
    values = filled.values
    slugs = values.many("systems")
    systems = list(
        System.objects.visible_to(filled.asker).filter(slug__in=slugs).order_by("tier", "name")
    )
    if len(systems) < len(set(slugs)):
        return FormErrors({"systems": "One of these systems is not there any more."})
    first = paged_first(filled.asker, slugs, values.text("severity"))
    incident = services.open_incident(
        title=values.text("title"),
        severity=values.text("severity"),
        systems=systems,
        summary=values.text("summary"),
        private=values.flag("private"),
        actor=filled.actor,
    )
    return _told(incident, first)


def _told(incident: Incident, first: FirstPaged) -> Reply:
    people = ", ".join(label for label, _ in first.people)
    if not first.pages:
        paging = f"{incident.severity.upper()} pages nobody."
    else:
        paging = f"Paged first: {people or 'nobody is on call, so the fallback'}."
    link = Link(f"{incident.ref}: {incident.title}", path(incident))
    return shown(
        f"{incident.ref} is declared. {paging}",
        Text((link, f" is declared as {incident.severity.upper()}.")),
        Context((paging,)),
        Buttons(
            (
                Button("run", "Take the lead", value=f"lead {incident.ref} me", style="primary"),
                Button("form:update", "Write an update", value=incident.ref),
                Button("run", "Acknowledge", value=f"ack {incident.ref}"),
            )
        ),
        about=incident,
    )


DIALOG = Dialog("declare", "Declare an incident", "Declare", FIELDS, opens, takes, False)
