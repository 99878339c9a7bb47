"""The button under "Pages Ben now": pages."""

from __future__ import annotations

from chatops.calling import Call, Press
from chatops.choosing import incident_named
from chatops.people import page_now, responder
from chatops.saying import said
from chatops.surface import Reply
from core.errors import Invalid


def does(call: Call, value: str) -> Reply:
    ref, _, rest = value.partition(" ")
    who, _, reason = rest.partition(" ")
    incident = incident_named(ref, call.asker)
    user = responder(who)
    if user is None:
        raise Invalid("This person may not respond, or is not there any more.")
    return said(page_now(incident, user, reason, call.actor), about=incident)


PRESS = Press("page", does)
