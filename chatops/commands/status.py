"""`status`: how an incident stands."""

from __future__ import annotations

from chatops.calling import Call, Spoken
from chatops.cards import standing
from chatops.grammar import Command
from chatops.surface import Reply

COMMAND = Command("status", "How it stands, and what can be done", "", anyone=True)


def do(call: Call) -> Reply:
    return standing(call.incident, asker=call.asker)


SPOKEN = Spoken(COMMAND, do)
