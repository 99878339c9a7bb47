"""`lead`: who leads."""

from __future__ import annotations

from chatops.calling import Call, Spoken
from chatops.grammar import Command, Part
from chatops.people import assign

COMMAND = Command(
    "lead",
    "Who leads; me takes it, nobody gives it back",
    "me",
    (Part("person", "person"),),
    form="roles",
    page="incidents:role",
)


def do(call: Call) -> str:
    return assign(call, "lead", call.words["person"])


SPOKEN = Spoken(COMMAND, do)
