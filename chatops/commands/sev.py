"""`sev`: how bad it is."""

from __future__ import annotations

from chatops.calling import Call, Spoken
from chatops.grammar import Command, Part
from incidents import services

COMMAND = Command(
    "sev",
    "Set the severity",
    "2 more customers see it",
    (Part("severity", "severity"), Part("reason", "text", required=False)),
    form="sev",
    page="incidents:severity",
)


def do(call: Call) -> str:
    incident, severity = call.incident, call.words["severity"]
    services.change_severity(
        incident_id=incident.pk, severity=severity, actor=call.actor, reason=call.words["reason"]
    )
    return f"{incident.ref} is {severity.upper()}."


SPOKEN = Spoken(COMMAND, do)
