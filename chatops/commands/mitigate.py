"""`mitigate`: people no longer feel it."""

from __future__ import annotations

from chatops.calling import Call, Spoken
from chatops.grammar import Command, Part
from chatops.moving import move

COMMAND = Command(
    "mitigate",
    "People no longer feel it",
    "the old prompt is back",
    (Part("note", "text", required=False),),
    to="mitigated",
)


def do(call: Call) -> str:
    return move(call, COMMAND)


SPOKEN = Spoken(COMMAND, do)
