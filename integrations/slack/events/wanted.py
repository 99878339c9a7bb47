"""Which events are worth a row. Pure: asked before anything is stored, so that the talk of a whole
channel never is."""

from __future__ import annotations

from typing import Any

WANTED = frozenset(
    {
        "app_home_opened",
        "app_mention",
        "app_uninstalled",
        "channel_archive",
        "channel_deleted",
        "channel_rename",
        "channel_unarchive",
        "group_archive",
        "group_deleted",
        "group_rename",
        "group_unarchive",
        "link_shared",
        "member_joined_channel",
        "pin_added",
        "pin_removed",
        "reaction_added",
        "reaction_removed",
        "tokens_revoked",
    }
)
MESSAGES = frozenset({"message_changed", "message_deleted"})
"""Of messages only what happens to one that is on a timeline already; what people say is left
where they said it."""


def is_wanted(event: dict[str, Any]) -> bool:
    kind = event.get("type")
    if kind == "message":
        return str(event.get("subtype")) in MESSAGES
    if kind == "app_home_opened":
        return event.get("tab") == "home"
    if kind == "app_mention":
        # Another program, or AIRE's own words coming back.
        return not event.get("bot_id")
    return isinstance(kind, str) and kind in WANTED
