"""`silence`: hold alerts back for a while. Always asks, and shows what it would hit."""

from __future__ import annotations

from chatops.calling import Call, Spoken
from chatops.dialogs.silence import DIALOG
from chatops.grammar import Command, Part
from chatops.surface import Form, Reply

COMMAND = Command(
    "silence",
    "Hold alerts back for a while; shows first what it hits",
    'alertname="FeatureDrift"',
    (Part("text", "text", required=False),),
    about_incident=False,
    form="silence",
    asks_always=True,
    page="alerts:silence-new",
)


def do(call: Call) -> Form | Reply:
    return DIALOG.opens(call)


SPOKEN = Spoken(COMMAND, do)
