"""`drill`: play a failure through the real pipeline. Asks first: it pages people."""

from __future__ import annotations

from chatops.calling import Call, Spoken
from chatops.dialogs.drill import DIALOG
from chatops.grammar import Command, Part
from chatops.surface import Form, Reply

COMMAND = Command(
    "drill",
    "Start a drill; asks which failure on which system",
    "hallucination-spike checkout-assistant",
    (Part("scenario", "word", required=False), Part("system", "word", required=False)),
    about_incident=False,
    form="drill",
    asks_always=True,
    page="incidents:drills:list",
)


def do(call: Call) -> Form | Reply:
    return DIALOG.opens(call)


SPOKEN = Spoken(COMMAND, do)
