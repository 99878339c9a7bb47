"""The Apprise channel: one address form for a hundred services. https://appriseit.com/services/"""

from __future__ import annotations

import logging
import re
from uuid import UUID

from apprise import Apprise, NotifyFormat, NotifyType
from apprise.plugins import NotifyBase

from accounts.models import User
from core.http import OutboundRefused
from integrations.apprise.guard import public_only, speaks_http
from notifications.channels import BadAddress, ContactForm, DeliveryError, Sent
from notifications.message import Message, plain_text, subject

TIMEOUTS = "cto=3.0&rto=5.0"
SCHEME = re.compile(r"[a-z][a-z0-9+.-]{1,30}://", re.IGNORECASE)
# Apprise logs addresses, which are credentials.
logging.getLogger("apprise").setLevel(logging.CRITICAL)


class AppriseChannel:
    name = "apprise"
    title = "Another service"
    reaches = True
    form = ContactForm(
        label="Apprise address",
        help="Such as pover://user@token, discord://id/token or gotifys://host/token: "
        "appriseit.com/services lists them. Services that are reached over HTTPS are taken.",
        check=lambda text: _service(text),
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
        """Apprise answers yes or no and not why: no is tried again like any unclear answer."""
        service = _instance(address)
        try:
            with public_only():
                taken = service.notify(
                    title=subject(message, may_repeat=may_repeat)[:200],
                    body=plain_text(message, may_repeat=may_repeat),
                    notify_type=NotifyType.FAILURE if message.kind == "page" else NotifyType.INFO,
                    body_format=NotifyFormat.TEXT,
                )
        except OutboundRefused as error:
            raise DeliveryError(f"It was not called: {error.message}", permanent=True) from error
        if not taken:
            raise DeliveryError(f"{service.service_name} did not take it.", unsure=True)
        return Sent(detail=f"Taken by {service.service_name}")


CHANNEL = AppriseChannel()


def _service(text: str) -> tuple[str, str]:
    service = _instance(text, error=BadAddress)
    return text, f"{service.service_name}"[:100]


def _instance(text: str, *, error: type[Exception] = DeliveryError) -> NotifyBase:
    bad = "Apprise cannot read this address."
    if not SCHEME.match(text) or len(text) > 1_000:
        raise _made(error, bad)
    joint = "&" if "?" in text else "?"
    service = Apprise.instantiate(f"{text}{joint}{TIMEOUTS}", suppress_exceptions=True)
    if not isinstance(service, NotifyBase):
        raise _made(error, bad)
    if not speaks_http(service):
        raise _made(error, "This service is not reached over HTTP, so AIRE does not call it.")
    return service


def _made(kind: type[Exception], sentence: str) -> Exception:
    return DeliveryError(sentence, permanent=True) if kind is DeliveryError else kind(sentence)
