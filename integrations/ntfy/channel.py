"""The ntfy channel: a push message to a topic. https://docs.ntfy.sh/publish/"""

from __future__ import annotations

import re
from uuid import UUID

from django.conf import settings

from accounts.models import User
from core.urls import safe_href
from notifications.channels import BadAddress, ContactForm, Sent
from notifications.message import Message, plain_text, subject
from notifications.posting import json_reason, post

TOPIC = re.compile(r"[-_A-Za-z0-9]{1,64}")
MAX_BODY = 3_500
"""ntfy turns what is longer than 4,096 bytes into an attachment."""
PRIORITY = {"sev1": 5, "sev2": 5, "sev3": 4, "sev4": 3}


class NtfyChannel:
    name = "ntfy"
    title = "ntfy"
    reaches = True
    form = ContactForm(
        label="Topic",
        help="Subscribe to a topic that nobody guesses in the ntfy app, and give its name here.",
        check=lambda text: _topic(text),
        for_rooms=True,
        secret=True,
    )

    def configured(self) -> bool:
        return bool(settings.AIRE_NTFY_URL)

    def address_for(self, user: User) -> str | None:
        return None

    def send(
        self, *, address: str, message: Message, delivery_id: UUID, attempt: int, may_repeat: bool
    ) -> Sent:
        """The JSON form of publishing, which takes any text; headers would not."""
        body: dict[str, object] = {
            "topic": address,
            "title": subject(message, may_repeat=may_repeat)[:250],
            "message": _cut(plain_text(message, may_repeat=may_repeat)),
            "priority": PRIORITY.get(message.severity, 5 if message.kind == "page" else 3),
        }
        if href := safe_href(message.url):
            body["click"] = href
        # `view` opens the page that asks; ntfy's `http` would press without asking.
        body["actions"] = [
            {"action": "view", "label": action.label[:40], "url": href}
            for action in message.actions[:3]
            if (href := safe_href(action.url))
        ]
        headers = {}
        if settings.AIRE_NTFY_TOKEN:
            headers["Authorization"] = f"Bearer {settings.AIRE_NTFY_TOKEN}"
        answer = post(
            settings.AIRE_NTFY_URL,
            who="ntfy",
            json=body,
            headers=headers,
            read=json_reason("error"),
        )
        return Sent(provider_ref=json_reason("id")(answer), detail="Taken by ntfy")


CHANNEL = NtfyChannel()


def _topic(text: str) -> tuple[str, str]:
    if not TOPIC.fullmatch(text):
        raise BadAddress("A topic has up to 64 letters, digits, - and _.")
    return text, f"topic {text[:3]}…"


def _cut(text: str) -> str:
    raw = text.encode()[:MAX_BODY]
    return raw.decode("utf-8", "ignore")
