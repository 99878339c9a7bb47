"""Changing the severity, beside what each one means."""

from __future__ import annotations

from chatops.asking import form_of
from chatops.calling import Call, Dialog, Filled
from chatops.dialogs.declare import SEVERITY_CHOICES
from chatops.saying import said
from chatops.surface import Field, Form, Reply
from incidents import services

FIELDS = (
    Field("severity", "Severity", "choice", options=SEVERITY_CHOICES),
    Field(
        "reason",
        "Why",
        required=False,
        max_length=1_000,
        hint="Goes on the timeline. Raising it to one that pages starts paging.",
    ),
)


def opens(call: Call) -> Form:
    severity = call.words.get("severity") or (call.about.severity if call.about else "sev3")
    return form_of(DIALOG, call, initial={"severity": severity})


def takes(filled: Filled) -> Reply:
    severity = filled.values.text("severity")
    services.change_severity(
        incident_id=filled.incident.pk,
        severity=severity,
        actor=filled.actor,
        reason=filled.values.text("reason"),
    )
    return said(f"{filled.incident.ref} is {severity.upper()}.", about=filled.incident)


DIALOG = Dialog("sev", "Severity of", "Set severity", FIELDS, opens, takes)
