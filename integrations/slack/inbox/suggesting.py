"""Choices for a field while somebody types: has to be said within the acknowledgement."""

from __future__ import annotations

from typing import Any

from chatops import talking
from integrations.slack.inbox.envelope import Envelope, text_of
from integrations.slack.people import known_user
from integrations.slack.render import options
from integrations.slack.render.reading import kind_asked

NO_OPTIONS: dict[str, Any] = {"options": []}


def suggested(envelope: Envelope) -> dict[str, Any]:
    """Nothing for somebody who is not linked: they have no form either."""
    user = known_user(envelope.user, team=envelope.team)
    kind = kind_asked(envelope.payload.get("action_id"))
    if user is None or not kind:
        return NO_OPTIONS
    query = text_of(envelope.payload.get("value"), 100)
    return options(talking.suggest(kind=kind, query=query, asker=user))
