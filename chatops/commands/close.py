"""`close`: nothing is left to do."""

from __future__ import annotations

from chatops.calling import Call, Spoken
from chatops.grammar import Command, Part
from chatops.moving import move

COMMAND = Command(
    "close",
    "Nothing is left to do",
    "",
    (Part("note", "text", required=False),),
    to="closed",
)


def do(call: Call) -> str:
    return move(call, COMMAND)


SPOKEN = Spoken(COMMAND, do)
