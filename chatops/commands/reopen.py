"""`reopen`: it is back, with the reason."""

from __future__ import annotations

from chatops.calling import Call, Spoken
from chatops.grammar import Command, Part
from chatops.moving import move

COMMAND = Command(
    "reopen",
    "It is back; say why",
    "answers are wrong again",
    (Part("note", "text"),),
    to="acknowledged",
    form="reopen",
)


def do(call: Call) -> str:
    return move(call, COMMAND)


SPOKEN = Spoken(COMMAND, do)
