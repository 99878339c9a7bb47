"""`resolve`: it is over."""

from __future__ import annotations

from chatops.calling import Call, Spoken
from chatops.grammar import Command, Part
from chatops.moving import move

COMMAND = Command(
    "resolve",
    "It is over",
    "fixed by the rollback",
    (Part("note", "text", required=False),),
    to="resolved",
)


def do(call: Call) -> str:
    return move(call, COMMAND)


SPOKEN = Spoken(COMMAND, do)
