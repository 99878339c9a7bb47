"""Who takes which event. One line each; read `wanted` for what never comes this far."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from integrations.slack.events import home, revoked, unfurling
from integrations.slack.events.arrival import Arrival
from integrations.slack.inbox.envelope import dict_of, text_of

Payload = dict[str, Any]
Handler = Callable[[Arrival], None]

HANDLERS: Mapping[str, Handler] = {
    "app_home_opened": home.on_home_opened,
    "app_uninstalled": revoked.on_gone,
    "link_shared": unfurling.on_link_shared,
    "tokens_revoked": revoked.on_gone,
}


def handle(payload: Payload, *, slack_user_id: str, team: str) -> None:
    """Outside of any transaction, at least once."""
    event = dict_of(payload.get("event"))
    handler = HANDLERS.get(text_of(event.get("type"), 40))
    if handler is not None:
        handler(Arrival(event, team, slack_user_id, bool(payload.get("is_ext_shared_channel"))))
