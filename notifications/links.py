"""The link of a page that acknowledges it without signing in: signed, and good for a day.

It names the delivery, so it acts as the person that delivery was for and about nothing else.
Following it changes nothing: it leads to a page that asks (mail scanners follow links).
"""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from django.conf import settings
from django.core import signing

from notifications.message import Message
from notifications.models import Delivery

SALT = "aire.acknowledge"
GOOD_FOR_SECONDS = 24 * 3600
SUFFIX = ".acknowledge"


class LinkExpired(Exception):
    """It was one of ours, and is too old."""


def acknowledge_token(delivery_id: UUID) -> str:
    return signing.dumps(delivery_id.hex, salt=SALT)


def acknowledge_url(delivery_id: UUID) -> str:
    return f"{settings.AIRE_BASE_URL}/ack/{acknowledge_token(delivery_id)}/"


def delivery_of(token: str) -> Delivery | None:
    """None for what we never signed. Raises `LinkExpired`."""
    try:
        found = signing.loads(token, salt=SALT, max_age=GOOD_FOR_SECONDS)
    except signing.SignatureExpired as error:
        raise LinkExpired from error
    except signing.BadSignature:
        return None
    return (
        Delivery.objects.select_related("user")
        .filter(pk=UUID(str(found)), user__isnull=False, kind=Delivery.Kind.PAGE)
        .first()
    )


def with_link(message: Message, row: Delivery) -> Message:
    """A page to a person gets the link of its own in place of the one that needs signing in."""
    if row.kind != Delivery.Kind.PAGE or row.user_id is None:
        return message
    actions = tuple(
        replace(action, url=acknowledge_url(row.pk)) if action.name.endswith(SUFFIX) else action
        for action in message.actions
    )
    return replace(message, actions=actions)
