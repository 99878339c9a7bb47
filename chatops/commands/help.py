"""`help`: what can be written, made from the registry."""

from __future__ import annotations

from chatops.calling import Spoken
from chatops.grammar import Command, Part
from chatops.helping import explain

COMMAND = Command(
    "help",
    "This overview; with a command, how it is written",
    "sev",
    (Part("command", "word", required=False),),
    about_incident=False,
    anyone=True,
)

SPOKEN = Spoken(COMMAND, explain)
