"""The Teams channel: an Adaptive Card to an incoming webhook of a channel or chat.

https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from accounts.models import User
from core.urls import safe_href
from notifications.channels import BadAddress, ContactForm, DeliveryError, Sent
from notifications.message import Message, subject
from notifications.posting import post

MAX_TEXT = 4_000
RETRY_SECONDS = 30
THROTTLED = (b"HTTP error 429", b"Microsoft Teams endpoint returned HTTP error")


class TeamsChannel:
    name = "teams"
    title = "Microsoft Teams"
    reaches = True
    form = ContactForm(
        label="Address of the webhook",
        help="In Teams: the chat or channel, Workflows, “Post to a channel when a webhook request "
        "is received”.",
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
        answer = post(address, who="Teams", json=card(message, may_repeat=may_repeat))
        if any(words in answer.body for words in THROTTLED):
            # The older kind of webhook says 200 and tells of its own refusal in the body.
            raise DeliveryError("Teams takes no more for now.", retry_after=RETRY_SECONDS)
        return Sent(detail="Taken by Teams")


CHANNEL = TeamsChannel()


def card(message: Message, *, may_repeat: bool) -> dict[str, Any]:
    """An Adaptive Card 1.4. Texts are `TextRun`s, which know no markdown."""
    body: list[dict[str, Any]] = [
        _text(subject(message, may_repeat=may_repeat), size="Large", weight="Bolder")
    ]
    if message.facts:
        facts = [{"title": label, "value": _plain(value)} for label, value in message.facts]
        body.append({"type": "FactSet", "facts": facts})
    if message.body:
        body.append(_text(message.body))
    if message.why:
        body.append(_text(f"Why you got this: {message.why}", isSubtle=True))
    links = [(action.label, action.url) for action in message.actions]
    links.append(("Open in AIRE", message.url))
    content = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": body,
        "actions": [
            {"type": "Action.OpenUrl", "title": label, "url": href}
            for label, url in links
            if (href := safe_href(url))
        ],
    }
    kind = "application/vnd.microsoft.card.adaptive"
    return {"type": "message", "attachments": [{"contentType": kind, "content": content}]}


def _text(text: str, **run: Any) -> dict[str, Any]:
    line = {"type": "TextRun", "text": text[:MAX_TEXT], **run}
    return {"type": "RichTextBlock", "inlines": [line]}


def _plain(text: str) -> str:
    """Facts know markdown: a backslash before what could be a link or a mention."""
    return "".join(f"\\{char}" if char in "[]()*_`<>#\\" else char for char in text[:MAX_TEXT])


def _webhook(text: str) -> tuple[str, str]:
    href = safe_href(text)
    if href is None or not href.startswith("https://"):
        raise BadAddress("Give the whole address of the webhook, beginning with https://.")
    return href, f"{urlsplit(href).hostname or ''}/…"
