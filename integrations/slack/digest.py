"""The daily digest of a channel, posted to Slack as a delivery: kept, tried again, once a key."""

from __future__ import annotations

from django.conf import settings

from chatops.surface import Block, Context, Digest, Heading, Row, Text, plain
from notifications.message import Message
from notifications.services import notify_address


def post_digest(*, address: str, digest: Digest, key: str) -> str:
    """Answers why it cannot be posted, or ""."""
    lines = [line for block in digest.blocks if (line := _line(block))]
    made = notify_address(
        channel="slack",
        address=address,
        message=Message(
            kind="notice",
            headline="Daily digest",
            title=digest.text,
            body="\n".join(lines),
            url=settings.AIRE_BASE_URL,
        ),
        kind="notice",
        origin=key,
        obligation_key=key,
    )
    return "" if made else "Slack is not connected."


def _line(block: Block) -> str:
    match block:
        case Text(words=words) | Context(words=words) | Row(words=words):
            return plain(words)
        case Heading(text=text):
            return f"\n{text}"
    return ""
