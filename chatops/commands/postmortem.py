"""`postmortem`: the document of an incident, begun where there is none."""

from __future__ import annotations

from chatops.calling import Call, Spoken
from chatops.grammar import Command
from chatops.saying import shown
from chatops.surface import Fields, Link, Reply, Text, Words
from postmortems.lifecycle import POSTMORTEM
from postmortems.services import start_postmortem

COMMAND = Command("postmortem", "Open its postmortem; begins one where there is none", "")


def do(call: Call) -> Reply:
    document = start_postmortem(incident_id=call.incident.pk, actor=call.actor)
    link = Link(document.ref, f"/postmortems/{document.ref}/")
    rows: tuple[tuple[str, Words], ...] = (
        ("Status", (POSTMORTEM.label(document.status),)),
        ("Owner", (str(document.owner) if document.owner else "Nobody yet",)),
    )
    return shown(
        f"{document.ref} is the postmortem of {call.incident.ref}.",
        Text((link, f" is the postmortem of {call.incident.ref}.")),
        Fields(rows),
        about=call.incident,
    )


SPOKEN = Spoken(COMMAND, do)
