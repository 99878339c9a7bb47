"""`page`: demand somebody's attention now. In chat it asks first: typing alone pages nobody."""

from __future__ import annotations

from chatops.calling import Call, Spoken
from chatops.grammar import Command, Part
from chatops.people import ask_before_paging, page_now, person_meant
from chatops.surface import Reply

COMMAND = Command(
    "page",
    "Page somebody now, whatever the policy says",
    "@ben the index is yours",
    (Part("person", "person"), Part("reason", "text", required=False)),
    form="page",
    page="incidents:page",
)


def do(call: Call) -> str | Reply:
    user = person_meant(call.words["person"], asker=call.asker)
    reason = call.words["reason"]
    if call.place.kind == "web":
        return page_now(call.incident, user, reason, call.actor)
    return ask_before_paging(call.incident, user, reason)


SPOKEN = Spoken(COMMAND, do)
