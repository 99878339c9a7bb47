"""The webhook channel: events and pages as signed JSON. https://www.standardwebhooks.com"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from accounts.models import User
from core import clock
from core.secrets import SecretUnreadable
from core.urls import safe_href
from integrations.webhook.tracker import signature
from notifications.channels import BadAddress, ContactForm, DeliveryError, Sent
from notifications.message import Message
from notifications.models import OutgoingWebhook
from notifications.posting import post

GONE = "HTTP 410"


class WebhookChannel:
    name = "webhook"
    title = "Webhook"
    reaches = True
    form = ContactForm(
        label="Address",
        help="Gets a signed POST with JSON.",
        check=lambda text: webhook_url(text),
        for_people=False,
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
        """`webhook-id` stays the same for every try, so a repeat does no harm and no answer is
        worth giving up for, but 410: the other side wants no more."""
        body = (message.data or json.dumps(_page(message), ensure_ascii=False)).encode()
        moment = str(int(clock.now().timestamp()))
        headers = {
            "Content-Type": "application/json",
            "webhook-id": str(delivery_id),
            "webhook-timestamp": moment,
        }
        if secret := _secret(delivery_id):
            headers["webhook-signature"] = signature(secret, str(delivery_id), moment, body)
        try:
            answer = post(address, who="The webhook", content=body, headers=headers)
        except DeliveryError as error:
            error.unsure = False
            error.permanent = error.permanent and (
                GONE in error.sentence or "was not called" in error.sentence
            )
            raise
        return Sent(detail=f"HTTP {answer.status}")


CHANNEL = WebhookChannel()


def _secret(delivery_id: UUID) -> str:
    found = OutgoingWebhook.objects.filter(contact__deliveries=delivery_id).first()
    if found is None:
        return ""
    try:
        return found.secret.reveal()
    except SecretUnreadable as error:
        raise DeliveryError(error.message, permanent=True) from error


def _page(message: Message) -> dict[str, Any]:
    """A page whose target is the webhook itself."""
    return {
        "type": f"{message.kind}.sent",
        "timestamp": clock.now().isoformat(),
        "data": {
            "headline": message.headline,
            "title": message.title,
            "severity": message.severity,
            "facts": dict(message.facts),
            "body": message.body,
            "why": message.why,
            "url": message.url,
            "drill": message.drill,
        },
    }


def webhook_url(text: str) -> tuple[str, str]:
    href = safe_href(text)
    if href is None:
        raise BadAddress("Give the whole address, beginning with https://.")
    return href, f"{urlsplit(href).hostname or ''}/…"[:120]
