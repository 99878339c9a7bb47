"""The tables of this room, one noun a file."""

from __future__ import annotations

from notifications.models.contacts import (
    ContactMethod,
    NotificationRule,
    OutgoingWebhook,
    QuietHours,
)
from notifications.models.deliveries import (
    ChannelChoice,
    Delivery,
    DeliveryAttempt,
    DeliveryReport,
    InboxItem,
)

__all__ = [
    "ChannelChoice",
    "ContactMethod",
    "Delivery",
    "DeliveryAttempt",
    "DeliveryReport",
    "InboxItem",
    "NotificationRule",
    "OutgoingWebhook",
    "QuietHours",
]
