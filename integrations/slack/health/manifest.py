"""The manifest of the Slack app for this installation: pasted into Slack, it is the whole set-up.

https://docs.slack.dev/reference/app-manifest
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote, urlsplit

import yaml

from chatops.registry import COMMANDS
from integrations.slack.health.scopes import EVENTS, NAMES

COMMAND = "/aire"
MAX_HINT = 1_000
MAX_LINK = 8_000
NEW_APP = "https://api.slack.com/apps?new_app=1&manifest_json="


def manifest(*, base_url: str, socket_mode: bool) -> dict[str, Any]:
    """As Slack takes it. With Socket Mode Slack is told no addresses: it is called, never calls."""
    base = base_url.rstrip("/")
    events: dict[str, Any] = {"bot_events": list(EVENTS)}
    interactivity: dict[str, Any] = {"is_enabled": True}
    command: dict[str, Any] = {
        "command": COMMAND,
        "description": "Incidents: declare, acknowledge, update, page, resolve",
        "usage_hint": usage_hint(),
        "should_escape": True,
    }
    if not socket_mode:
        events["request_url"] = f"{base}/slack/events/"
        interactivity["request_url"] = f"{base}/slack/actions/"
        interactivity["message_menu_options_url"] = f"{base}/slack/actions/"
        command["url"] = f"{base}/slack/commands/"
    return {
        "display_information": {
            "name": "AIRE",
            "description": "Incidents and on-call for AI systems",
            "background_color": "#1b2128",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": True,
            },
            "bot_user": {"display_name": "AIRE", "always_online": True},
            "shortcuts": _shortcuts(),
            "slash_commands": [command],
            "unfurl_domains": [urlsplit(base).hostname or "localhost"],
        },
        "oauth_config": {"scopes": {"bot": list(NAMES)}},
        "settings": {
            "event_subscriptions": events,
            "interactivity": interactivity,
            "org_deploy_enabled": False,
            "socket_mode_enabled": socket_mode,
            "token_rotation_enabled": False,
        },
    }


def as_yaml(content: dict[str, Any]) -> str:
    return yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=100)


def creating_link(content: dict[str, Any]) -> str:
    """Opens Slack's form for a new app with the manifest filled in; "" where it is too long."""
    link = NEW_APP + quote(json.dumps(content, separators=(",", ":")))
    return link if len(link) <= MAX_LINK else ""


def usage_hint() -> str:
    """What Slack shows while somebody types the command: the commands of the registry."""
    names = " | ".join(command.name for command in COMMANDS)
    return names if len(names) <= MAX_HINT else f"{names[: MAX_HINT - 1]}…"


def _shortcuts() -> list[dict[str, str]]:
    return [
        {
            "name": "Declare an incident",
            "type": "global",
            "callback_id": "declare",
            "description": "Opens an incident and pages who is on call",
        },
        {
            "name": "Add to the timeline",
            "type": "message",
            "callback_id": "add-to-timeline",
            "description": "Puts this message on the incident's timeline",
        },
    ]
