"""`declare`: say that something is wrong. Always asks, with what was said filled in."""

from __future__ import annotations

from chatops.calling import Call, Spoken
from chatops.dialogs.declare import DIALOG
from chatops.grammar import Command, Part
from chatops.surface import Form, Reply

COMMAND = Command(
    "declare",
    "Declare an incident; asks for the rest",
    "sev2 answers are in the wrong language",
    (Part("text", "text", required=False),),
    about_incident=False,
    form="declare",
    asks_always=True,
    page="incidents:declare",
)


def do(call: Call) -> Form | Reply:
    return DIALOG.opens(call)


SPOKEN = Spoken(COMMAND, do)
