"""Notices to people about their shifts: who stands in for whom, and what has become of a swap."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse

from accounts.models import User
from notifications.message import Message
from notifications.models import Delivery
from notifications.services import notify


def tell(
    people: Sequence[User] | Any,
    key: str,
    what: str,
    slug: str,
    starts: datetime,
    ends: datetime,
    body: str = "",
) -> None:
    address = reverse("oncall:schedule-detail", args=[slug])
    message = Message(
        kind="notice",
        headline="On-call",
        title=what,
        facts=(("From", f"{starts:%a %d %b %H:%M} UTC"), ("Until", f"{ends:%a %d %b %H:%M} UTC")),
        body=body,
        url=f"{settings.AIRE_BASE_URL}{address}",
    )
    for person in people:
        notify(
            user=person,
            message=message,
            kind=Delivery.Kind.NOTICE,
            origin=f"schedule:{slug}"[:80],
            obligation_key=f"{key}:{person.pk}"[:180],
        )
