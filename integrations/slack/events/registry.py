"""Who takes which event. One line each; read `wanted` for what never comes this far."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from integrations.slack.events import (
    home,
    membership,
    messages,
    pins,
    reactions,
    renaming,
    revoked,
    unfurling,
)
from integrations.slack.events.arrival import Arrival
from integrations.slack.inbox.envelope import dict_of, text_of

Payload = dict[str, Any]
Handler = Callable[[Arrival], None]

HANDLERS: Mapping[str, Handler] = {
    "app_home_opened": home.on_home_opened,
    "app_uninstalled": revoked.on_gone,
    "channel_archive": renaming.on_archived,
    "channel_deleted": renaming.on_archived,
    "channel_rename": renaming.on_renamed,
    "channel_unarchive": renaming.on_unarchived,
    "group_archive": renaming.on_archived,
    "group_deleted": renaming.on_archived,
    "group_rename": renaming.on_renamed,
    "group_unarchive": renaming.on_unarchived,
    "link_shared": unfurling.on_link_shared,
    "member_joined_channel": membership.on_member_joined,
    "message": messages.on_message,
    "pin_added": pins.on_pin_added,
    "pin_removed": pins.on_pin_removed,
    "reaction_added": reactions.on_reaction_added,
    "reaction_removed": reactions.on_reaction_removed,
    "tokens_revoked": revoked.on_gone,
}


def handle(payload: Payload, *, slack_user_id: str, team: str) -> None:
    """Outside of any transaction, at least once."""
    event = dict_of(payload.get("event"))
    handler = HANDLERS.get(text_of(event.get("type"), 40))
    if handler is not None:
        handler(Arrival(event, team, slack_user_id, bool(payload.get("is_ext_shared_channel"))))
