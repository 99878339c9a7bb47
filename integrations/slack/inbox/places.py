"""Where somebody asked, and where the answer goes, read from what Slack sent. Pure."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from chatops.opening import opens_form, title_of
from integrations.slack.inbox.envelope import actions_of, dict_of, text_of
from integrations.slack.inbox.text import words_of
from integrations.slack.render.reading import pressed_of

Payload = dict[str, Any]


def form_opened(kind: str, payload: Payload) -> str:
    """The title of the place that a form needs before its trigger expires; "" for no form."""
    if not text_of(payload.get("trigger_id"), 200) or modal_of(payload):
        return ""  # within a form, that form is where it goes on
    form = ""
    if kind == "command":
        form = opens_form(text=words_of(text_of(payload.get("text"), 4_000)))
    elif kind == "press":
        action, _ = pressed_of(actions_of(payload)[0]) or ("", "")
        form = opens_form(action=action)
    elif kind == "shortcut" and payload.get("type") == "shortcut":
        form = opens_form(action=f"form:{text_of(payload.get('callback_id'), 100)}")
    return title_of(form) if form else ""


def external_id(request_id: UUID) -> str:
    """The name under which the worker finds the form's place that the front opened."""
    return f"aire-{request_id}"


def modal_of(payload: Payload) -> str:
    """The id of the modal that something was pressed or sent in; "" elsewhere."""
    view = dict_of(payload.get("view"))
    return text_of(view.get("id"), 60) if view.get("type") == "modal" else ""


def title_of_modal(payload: Payload) -> str:
    title = dict_of(dict_of(payload.get("view")).get("title"))
    return text_of(title.get("text"), 24) or "AIRE"


def channel_of(payload: Payload) -> str:
    """The conversation that it came from; "" for the home tab and global shortcuts."""
    channel, event = payload.get("channel"), dict_of(payload.get("event"))
    named = channel.get("id") if isinstance(channel, dict) else None
    container = dict_of(payload.get("container"))
    for found in (payload.get("channel_id"), named, container.get("channel_id")):
        if isinstance(found, str) and found:
            return found[:32]
    return text_of(event.get("channel"), 32)


def thread_of(payload: Payload) -> str:
    """Of a mention: the message under which it is answered."""
    event = dict_of(payload.get("event"))
    return text_of(event.get("thread_ts") or event.get("ts"), 40)


def pressed_at_home(payload: Payload) -> bool:
    return dict_of(payload.get("view")).get("type") == "home"


def pressed_in_private(payload: Payload) -> bool:
    """Whether the message with the button is one that only its presser sees."""
    return bool(dict_of(payload.get("container")).get("is_ephemeral"))
