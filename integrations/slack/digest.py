"""The daily digest of a channel, as a post: kept, tried again, once a key."""

from __future__ import annotations

from chatops.surface import Digest
from integrations.slack.channel import CHANNEL
from integrations.slack.posts.drawing import drawn
from integrations.slack.posts.services import want_said


def post_digest(*, address: str, digest: Digest, key: str) -> str:
    """Answers why it cannot be posted, or ""."""
    if not CHANNEL.configured():
        return "Slack is not connected."
    want_said(key=key, channel=address, body=drawn(digest))
    return ""
