"""The Slack channel: direct messages and channel posts. Keeping them up to date is `posts`' work.

Addresses: `ana@example.org` is a person, `#name` or an id a channel.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.conf import settings

from accounts.models import User
from integrations.slack.blocks import payload
from integrations.slack.client import SlackRefused, call
from integrations.slack.people import forget, slack_id_of
from notifications.channels import DeliveryError, Sent
from notifications.message import Message

TOO_MUCH = frozenset({"invalid_blocks", "msg_blocks_too_long", "msg_too_long"})
GONE = frozenset({"channel_not_found", "user_not_found"})


class SlackChannel:
    name = "slack"
    title = "Slack"
    reaches = True
    form = None

    def configured(self) -> bool:
        return bool(settings.AIRE_SLACK_BOT_TOKEN)

    def address_for(self, user: User) -> str | None:
        return user.email or None

    def send(
        self, *, address: str, message: Message, delivery_id: UUID, attempt: int, may_repeat: bool
    ) -> Sent:
        if not settings.AIRE_SLACK_SIGNING_SECRET and not settings.AIRE_SLACK_APP_TOKEN:
            # Presses could not be verified, so there is nothing to press. Over Socket Mode it is
            # AIRE that called Slack.
            message = replace(message, actions=())
        body = payload(message, may_repeat=may_repeat)
        if "@" in address:
            return _direct(address, body)
        return _sent(_with_blocks("chat.postMessage", {"channel": address}, body))


CHANNEL = SlackChannel()


def _direct(email: str, body: dict[str, Any]) -> Sent:
    try:
        slack_user_id = slack_id_of(email)
    except DeliveryError as error:
        # Looking somebody up posts nothing, whatever became of it.
        error.unsure = False
        raise
    if not slack_user_id:
        raise SlackRefused("users_not_found")
    try:
        return _sent(_with_blocks("chat.postMessage", {"channel": slack_user_id}, body))
    except SlackRefused as error:
        if error.code in GONE:
            forget(email)  # the next look-up may know better
        raise


def _with_blocks(method: str, where: dict[str, str], body: dict[str, Any]) -> dict[str, Any]:
    """What Slack finds too much or malformed goes out as plain text: an ugly page is a page."""
    try:
        return call(method, {**where, **body})
    except SlackRefused as error:
        if error.code not in TOO_MUCH:
            raise
        plain = {"text": body["text"], "unfurl_links": False, "unfurl_media": False}
        return call(method, {**where, **plain})


def _sent(answer: dict[str, Any]) -> Sent:
    return Sent(
        provider_ref=f"{answer.get('channel', '')}:{answer.get('ts', '')}",
        detail="Taken by Slack",
    )
