"""Finding out whether a message whose answer was lost is there: each carries its rows' numbers as
metadata. https://docs.slack.dev/messaging/message-metadata"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from integrations.slack.client import SlackRefused, call
from integrations.slack.posts.models import SlackPost

AROUND = timedelta(minutes=2)
"""Slack's clock and ours may differ by this much."""

MESSAGES = 100
PAGES = 5


class Lost(Exception):
    """AIRE may not read there."""


def look_for(post: SlackPost) -> tuple[str, str] | None:
    """(channel id, ts) of a post that may have been taken; None when it is not there. Raises
    `Lost`, and `DeliveryError` when Slack does not answer."""
    channel = post.channel_id or _id_of(post.channel)
    if not channel or post.begun_at is None:
        raise Lost
    oldest = (post.begun_at - AROUND).timestamp()
    method, where = "conversations.history", {"channel": channel}
    if post.thread is not None:
        method, where = "conversations.replies", {"channel": channel, "ts": post.thread.ts}
    cursor = ""
    for _ in range(PAGES):
        answer = _asked(method, {
            **where, "oldest": f"{oldest:.6f}", "limit": MESSAGES, "include_all_metadata": True,
            **({"cursor": cursor} if cursor else {}),
        })  # fmt: skip
        for message in answer.get("messages") or []:
            if str(post.pk) in _numbers(message):
                return channel, str(message.get("ts") or "")
        cursor = str((answer.get("response_metadata") or {}).get("next_cursor") or "")
        if not cursor:
            return None
    return None


def _id_of(channel: str) -> str:
    """Slack lists messages by a channel's id alone; earlier posts have brought it along."""
    if not channel.startswith("#"):
        return channel
    known = SlackPost.objects.filter(channel=channel).exclude(channel_id="").order_by("-pk")
    return known.values_list("channel_id", flat=True).first() or ""


def _asked(method: str, arguments: dict[str, Any]) -> dict[str, Any]:
    try:
        return call(method, arguments)
    except SlackRefused as error:
        if error.permanent:
            raise Lost from error
        raise


def _numbers(message: Any) -> list[str]:
    metadata = message.get("metadata") if isinstance(message, dict) else None
    payload = metadata.get("event_payload") if isinstance(metadata, dict) else None
    return str(payload.get("posts") or "").split() if isinstance(payload, dict) else []
