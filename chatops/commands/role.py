"""`role`: who does what in the incident."""

from __future__ import annotations

from chatops.calling import Call, Spoken
from chatops.grammar import Command, Part
from chatops.people import assign

COMMAND = Command(
    "role",
    "Give a role: lead, communications, scribe, model-owner",
    "scribe @ana",
    (Part("role", "role"), Part("person", "person")),
    form="roles",
    page="incidents:role",
)


def do(call: Call) -> str:
    return assign(call, call.words["role"], call.words["person"])


SPOKEN = Spoken(COMMAND, do)
