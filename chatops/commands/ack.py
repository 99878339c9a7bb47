"""`ack`: somebody is on it."""

from __future__ import annotations

from chatops.calling import Call, Spoken
from chatops.grammar import Command, Part
from chatops.moving import move

COMMAND = Command(
    "ack",
    "Acknowledge: you are on it, nobody else is paged",
    "I am looking at it",
    (Part("note", "text", required=False),),
    to="acknowledged",
)


def do(call: Call) -> str:
    return move(call, COMMAND)


SPOKEN = Spoken(COMMAND, do)
