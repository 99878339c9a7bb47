"""The Mattermost channel: a post by an incoming webhook.

https://developers.mattermost.com/integrate/webhooks/incoming/
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from accounts.models import User
from core.urls import safe_href
from notifications.channels import BadAddress, ContactForm, Sent
from notifications.message import Message, subject
from notifications.posting import json_reason, post

MAX_TEXT = 4_000
_MARKUP = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~])")
_MENTION = re.compile(r"@(?=\w)")


class MattermostChannel:
    name = "mattermost"
    title = "Mattermost"
    reaches = True
    form = ContactForm(
        label="Address of the webhook",
        help="In Mattermost: Integrations, Incoming webhooks, Add. For a chat of your own choose "
        "the direct message with yourself.",
        check=lambda text: _webhook(text),
        for_rooms=True,
        secret=True,
    )

    def configured(self) -> bool:
        return True

    def address_for(self, user: User) -> str | None:
        return None

    def send(
        self, *, address: str, message: Message, delivery_id: UUID, attempt: int, may_repeat: bool
    ) -> Sent:
        post(
            address,
            who="Mattermost",
            json=body(message, may_repeat=may_repeat),
            read=json_reason("message"),
        )
        return Sent(detail="Taken by Mattermost")


CHANNEL = MattermostChannel()


def body(message: Message, *, may_repeat: bool) -> dict[str, Any]:
    title = escape(subject(message, may_repeat=may_repeat))
    href = safe_href(message.url)
    links = [
        f"[{escape(action.label)}]({url})"
        for action in message.actions
        if (url := safe_href(action.url)) and ")" not in url
    ]
    lines = [escape(message.body)] if message.body else []
    lines += [" · ".join(links)] if links else []
    lines += [f"Why you got this: {escape(message.why)}"] if message.why else []
    attachment: dict[str, Any] = {
        "fallback": title,
        "title": title,
        "text": "\n\n".join(lines),
        "fields": [
            {"short": True, "title": escape(label), "value": escape(value)}
            for label, value in message.facts
        ],
    }
    if href:
        attachment["title_link"] = href
    return {"text": "", "attachments": [attachment]}


def escape(text: str) -> str:
    """No markup, no mention (`@all` would ring for everybody)."""
    return _MENTION.sub("@\u200b", _MARKUP.sub(r"\\\1", text[:MAX_TEXT]))


def _webhook(text: str) -> tuple[str, str]:
    href = safe_href(text)
    if href is None:
        raise BadAddress("Give the whole address of the webhook, beginning with https://.")
    return href, f"{urlsplit(href).hostname or ''}/…"
