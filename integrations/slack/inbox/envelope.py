"""What Slack sends, read into one form whatever it came over. Pure; everything may be forged in
shape, nothing is believed beyond that the bytes are Slack's."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

from core.payload import PayloadError, load_json
from integrations.slack.events.wanted import is_wanted
from integrations.slack.render.reading import pressed_of

Payload = dict[str, Any]
MAX_FIELDS = 40
SUGGESTION = "suggestion"
NOTHING = "nothing"
"""Genuine, and nobody here has a use for it."""

CHALLENGE = "challenge"
_SECRET = ("token", "authorizations", "authed_users")
"""Left out of what is kept: the deprecated verification token, and who else has the app."""


class Unreadable(Exception):
    """It is none of the forms that Slack documents. The message is a sentence."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """`kind` is one of `SlackRequest.Kind`, or one of the words above. `key` is the same for a
    repeat, over either transport."""

    kind: str
    key: str = ""
    team: str = ""
    user: str = ""
    payload: Payload = field(default_factory=dict)

    @property
    def trigger(self) -> str:
        return text_of(self.payload.get("trigger_id"), 200)

    @property
    def response_url(self) -> str:
        return text_of(self.payload.get("response_url"), 500)


def read_http(path: str, body: bytes) -> Envelope:
    """Of one of the three addresses. Raises `Unreadable`."""
    if path == "events":
        return read_event(_object(body))
    form = _form(body)
    if path == "commands":
        return NO_USE if form.get("ssl_check") else read_command(dict(form))
    return read_interaction(_object(form.get("payload", "").encode()))


def read_socket(kind: str, payload: Payload) -> Envelope:
    """Of an envelope of Socket Mode. Raises `Unreadable`."""
    payload = _object(json.dumps(payload).encode())
    if kind == "events_api":
        return read_event(payload)
    if kind == "slash_commands":
        return read_command(payload)
    return read_interaction(payload) if kind == "interactive" else NO_USE


def read_event(payload: Payload) -> Envelope:
    if payload.get("type") == "url_verification":
        return Envelope(CHALLENGE, payload={"challenge": text_of(payload.get("challenge"), 500)})
    event = dict_of(payload.get("event"))
    if payload.get("type") != "event_callback" or not is_wanted(event):
        return NO_USE
    user = event.get("user")
    user = user.get("id") if isinstance(user, dict) else user
    return Envelope(
        "event",
        key=_key("e", payload.get("event_id"), payload),
        team=text_of(payload.get("team_id"), 32),
        user=text_of(user, 32),
        payload=_kept(payload),
    )


def read_command(payload: Payload) -> Envelope:
    return Envelope(
        "command",
        key=_key("c", payload.get("trigger_id"), payload),
        team=text_of(payload.get("team_id"), 32),
        user=text_of(payload.get("user_id"), 32),
        payload=_kept(payload),
    )


def read_interaction(payload: Payload) -> Envelope:
    kind = _INTERACTIONS.get(text_of(payload.get("type"), 40), NOTHING)
    if kind == NOTHING:
        return NO_USE
    user, team = dict_of(payload.get("user")), dict_of(payload.get("team"))
    name = payload.get("trigger_id")
    if kind == "press":
        presses = actions_of(payload)
        if not presses:
            return NO_USE
        # The trigger is another one when Slack sends it again; when it was pressed is the same.
        stamps = [text_of(one.get("action_ts"), 40) for one in presses]
        name = f"{user.get('id')}:{stamps[0]}:{presses[0].get('action_id')}" if stamps[0] else name
    return Envelope(
        kind,
        key=_key(kind[:2], name, payload),
        # Whose workspace the app acts in; `user.team_id` is where the person belongs.
        team=text_of(team.get("id") or user.get("team_id"), 32),
        user=text_of(user.get("id"), 32),
        payload=_kept(payload),
    )


def actions_of(payload: Payload) -> list[Payload]:
    """The presses of a payload that lead anywhere in AIRE: links do not."""
    actions = payload.get("actions")
    actions = actions[:5] if isinstance(actions, list) else []
    return [one for one in actions if isinstance(one, dict) and pressed_of(one)]


def text_of(value: object, limit: int) -> str:
    return value[:limit] if isinstance(value, str) else ""


def dict_of(value: object) -> Payload:
    return value if isinstance(value, dict) else {}


_INTERACTIONS: Mapping[str, str] = {
    "block_actions": "press",
    "view_submission": "submission",
    "block_suggestion": SUGGESTION,
    "shortcut": "shortcut",
    "message_action": "shortcut",
}
NO_USE = Envelope(NOTHING)


def _key(sign: str, name: object, payload: Payload) -> str:
    if isinstance(name, str) and 0 < len(name) <= 100:
        return f"{sign}:{name}"
    plain = name if isinstance(name, str) and name else json.dumps(payload, sort_keys=True)
    return f"{sign}:{hashlib.sha256(plain.encode('utf-8', 'replace')).hexdigest()}"


def _kept(payload: Payload) -> Payload:
    return {name: value for name, value in payload.items() if name not in _SECRET}


def _object(body: bytes) -> Payload:
    try:
        value = load_json(body).value
    except PayloadError as error:
        raise Unreadable(str(error)) from error
    if not isinstance(value, dict):
        raise Unreadable("The payload is no JSON object.")
    return value


def _form(body: bytes) -> dict[str, str]:
    try:
        fields = parse_qs(body.decode("utf-8"), keep_blank_values=True, max_num_fields=MAX_FIELDS)
    except ValueError as error:
        raise Unreadable("The body is no form.") from error
    return {name: values[-1].replace("\0", "\ufffd") for name, values in fields.items()}
