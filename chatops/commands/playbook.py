"""`playbook`: what can be done about an incident, planned, run and approved from chat."""

from __future__ import annotations

from chatops.calling import Call, Spoken
from chatops.grammar import Command, Part
from chatops.runs import plan_now, runs_and_proposals
from chatops.surface import Reply

COMMAND = Command(
    "playbook",
    "What can be done now; with a name, plan it: nothing is sent before somebody runs it",
    "roll-back-assistant",
    (Part("playbook", "word", required=False),),
)


def do(call: Call) -> Reply:
    slug = call.words["playbook"]
    if not slug:
        return runs_and_proposals(call.incident, call.asker)
    return plan_now(call.incident, slug, call.asker, call.actor)


SPOKEN = Spoken(COMMAND, do)
