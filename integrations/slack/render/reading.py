"""The way back: what Slack sends of a press or a modal, as chatops takes it. Pure.

Everything here may be forged or of another shape: what cannot be read is left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from integrations.slack.render.elements import MORE, PICK
from integrations.slack.render.views import FIELD

MAX_VALUE = 3_000
MAX_VALUES = 100


def pressed_of(element: Mapping[str, Any]) -> tuple[str, str] | None:
    """(action, value) of one of a payload's `actions`; None for a link or what is no press."""
    action = _text(element.get("action_id")).partition("#")[0]
    if action == MORE:
        name, _, value = _chosen(element).partition(" ")
        return (name, value) if name else None
    if action.startswith(f"{PICK}:"):
        name = action.split(":", 2)[-1]
        value = _chosen(element)
        return (name, value) if name and value else None
    return (action, _text(element.get("value"))) if action else None


def kind_asked(action_id: object) -> str:
    """What kind of choices a `block_suggestion` asks for; "" for none."""
    parts = _text(action_id).split(":", 2)
    return parts[1] if len(parts) == 3 and parts[0] in (PICK, FIELD) else ""


def values_of(state: object) -> dict[str, str | bool | list[str]]:
    """`view.state.values` by the name of the field, shaped as `chatops.surface.Field` says."""
    values: dict[str, str | bool | list[str]] = {}
    for name, held in list(_dict(state).items())[:MAX_VALUES]:
        for action_id, element in list(_dict(held).items())[:1]:
            kind = kind_asked(action_id)
            if kind and isinstance(element, dict):
                values[_text(name)] = _value(kind, element)
    return values


def _value(kind: str, element: Mapping[str, Any]) -> str | bool | list[str]:
    if kind in ("text", "long_text"):
        return _text(element.get("value"))
    if kind == "checkbox":
        return bool(_list(element.get("selected_options")))
    if kind == "time":
        return _time(element.get("selected_date_time"))
    if kind in ("choices", "people", "systems"):
        chosen = _list(element.get("selected_options"))
        return [value for one in chosen if (value := _text(_dict(one).get("value")))]
    return _chosen(element)


def _chosen(element: Mapping[str, Any]) -> str:
    return _text(_dict(element.get("selected_option")).get("value"))


def _time(stamp: object) -> str:
    if not isinstance(stamp, int) or isinstance(stamp, bool) or not 0 < stamp < 10**10:
        return ""
    return datetime.fromtimestamp(stamp, UTC).isoformat()


def _text(value: object) -> str:
    return value[:MAX_VALUE] if isinstance(value, str) else ""


def _dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[Any]:
    return value[:MAX_VALUES] if isinstance(value, list) else []
