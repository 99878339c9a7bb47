"""`cause`: why it happened, as far as somebody says so. Asks with what was said searched for."""

from __future__ import annotations

from chatops.calling import Call, Spoken
from chatops.dialogs.cause import DIALOG
from chatops.grammar import Command, Part
from chatops.surface import Form, Reply

COMMAND = Command(
    "cause",
    "Name a cause; asks which and how sure you are",
    "stale index",
    (Part("text", "text", required=False),),
    form="cause",
    asks_always=True,
    page="incidents:cause-new",
)


def do(call: Call) -> Form | Reply:
    return DIALOG.opens(call)


SPOKEN = Spoken(COMMAND, do)
