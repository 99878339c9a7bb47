"""What Slack itself sends to an app: presses, commands, submissions, events, signed."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from tests.fakes.slack.world import Post, ResponseUrl, View, World

Payload = dict[str, Any]


class Sending(World):
    """Bodies as Slack sends them. `sign` makes the headers that prove them."""

    base = ""
    """Where response_urls lead; the server sets it."""

    def sign(self, body: bytes, *, at: float | None = None, secret: str = "") -> dict[str, str]:
        """The headers that prove a body to be Slack's."""
        stamp = str(int(time.time() if at is None else at))
        base = b"v0:" + stamp.encode() + b":" + body
        key = (secret or self.signing_secret).encode()
        return {
            "X-Slack-Request-Timestamp": stamp,
            "X-Slack-Signature": f"v0={hmac.new(key, base, hashlib.sha256).hexdigest()}",
        }

    @staticmethod
    def form(payload: Payload) -> bytes:
        """An interaction, as it comes over HTTP."""
        return urlencode({"payload": json.dumps(payload)}).encode()

    def press(self, post: Post, action_id: str, *, by: str, action_ts: str = "") -> bytes:
        """The body that Slack posts when the person `by` (Slack id) presses a button."""
        return self.form(self.press_payload(post, action_id, by=by, action_ts=action_ts))

    def press_payload(
        self, post: Post, action_id: str, *, by: str, action_ts: str = "", **more: Any
    ) -> Payload:
        button = next(b for b in post.buttons if b["action_id"] == action_id)
        action = {
            "action_id": action_id,
            "type": button.get("type", "button"),
            "value": button.get("value"),
            "action_ts": action_ts or self.stamp(),
        }
        return {
            "type": "block_actions",
            **self._origin(by),
            "trigger_id": self.trigger(by),
            "channel": {"id": post.channel},
            "message": {"ts": post.ts},
            "container": {
                "type": "message",
                "channel_id": post.channel,
                "message_ts": post.ts,
                "is_ephemeral": bool(post.seen_by),
            },
            "response_url": self.response_url(by, post.channel, message_ts=post.ts),
            "actions": [action],
            **more,
        }

    def press_in_view(self, view: View, action_id: str, *, by: str, **action: Any) -> Payload:
        """A button or select in a modal or on the home tab."""
        container = {"type": "view", "view_id": view.id}
        return {
            "type": "block_actions",
            **self._origin(by),
            "trigger_id": self.trigger(by),
            "container": container,
            "view": view.told(),
            "actions": [{"action_id": action_id, "action_ts": self.stamp(), **action}],
        }

    def command(self, text: str, *, by: str, channel: str = "C0001", **more: str) -> bytes:
        """A slash command, as it comes over HTTP."""
        return urlencode(self.command_payload(text, by=by, channel=channel, **more)).encode()

    def command_payload(
        self, text: str, *, by: str, channel: str = "C0001", **more: str
    ) -> dict[str, str]:
        return {
            "token": "gone",
            "team_id": self.team,
            "user_id": by,
            "channel_id": channel,
            "channel_name": "general",
            "command": "/aire",
            "text": text,
            "api_app_id": "A0001",
            "response_url": self.response_url(by, channel),
            "trigger_id": self.trigger(by),
            **more,
        }

    def submission(
        self, view: View, values: Mapping[str, Mapping[str, Any]], *, by: str, **more: Any
    ) -> Payload:
        """Submit pressed in a modal. `values`: block id → action id → the element's state."""
        state = {block: dict(actions) for block, actions in values.items()}
        return {
            "type": "view_submission",
            **self._origin(by),
            "trigger_id": self.trigger(by),
            "view": {**view.told(), "state": {"values": state}, **more},
            "response_urls": [],
        }

    def suggestion(self, action_id: str, query: str, *, by: str) -> Payload:
        """Somebody types into an external select."""
        return {
            "type": "block_suggestion",
            **self._origin(by),
            "action_id": action_id,
            "block_id": action_id,
            "value": query,
        }

    def shortcut(self, callback_id: str, *, by: str, message: Payload | None = None) -> Payload:
        """A global shortcut, or with a `message` (`channel`, `ts`, `text`, `user`) one on it."""
        payload: Payload = {
            "type": "message_action" if message else "shortcut",
            **self._origin(by),
            "callback_id": callback_id,
            "trigger_id": self.trigger(by),
            "action_ts": self.stamp(),
        }
        if message:
            channel = str(message["channel"])
            payload["channel"] = {"id": channel}
            payload["message"] = {**message, "type": "message"}
            payload["message_ts"] = message["ts"]
            payload["response_url"] = self.response_url(by, channel)
        return payload

    def event(self, event: Payload, *, event_id: str = "", **more: Any) -> bytes:
        """An event of the Events API, as it comes over HTTP."""
        return json.dumps(self.event_payload(event, event_id=event_id, **more)).encode()

    def event_payload(self, event: Payload, *, event_id: str = "", **more: Any) -> Payload:
        return {
            "token": "gone",
            "type": "event_callback",
            "team_id": self.team,
            "api_app_id": "A0001",
            "event_id": event_id or f"Ev{uuid4().hex[:10].upper()}",
            "event_time": int(time.time()),
            "event": event,
            **more,
        }

    def response_url(self, user: str, channel: str, *, message_ts: str = "") -> str:
        token = uuid4().hex
        made = ResponseUrl(user, channel, time.monotonic(), message_ts)
        self.response_urls[token] = made
        return f"{self.base}/response/{token}"

    def _origin(self, by: str) -> Payload:
        member = self.member(by)
        team = member.team if member else self.team
        return {
            "team": {"id": self.team, "domain": "fake"},
            "user": {"id": by, "team_id": team},
            "api_app_id": "A0001",
        }
