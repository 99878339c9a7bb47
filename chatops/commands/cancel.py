"""`cancel`: it was a false alarm, with the reason."""

from __future__ import annotations

from chatops.calling import Call, Spoken
from chatops.grammar import Command, Part
from chatops.moving import move

COMMAND = Command(
    "cancel",
    "It was a false alarm; say why",
    "the check itself was broken",
    (Part("note", "text"),),
    to="cancelled",
    form="cancel",
)


def do(call: Call) -> str:
    return move(call, COMMAND)


SPOKEN = Spoken(COMMAND, do)
