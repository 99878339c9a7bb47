"""Reads of deliveries and of the inbox."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet

from accounts.models import User
from notifications.channels import configured_channels
from notifications.models import ChannelChoice, Delivery, InboxItem


def inbox(user: User) -> QuerySet[InboxItem]:
    """A person's own items; nobody reads another's."""
    return InboxItem.objects.filter(user=user).select_related("delivery")


def unread_count(user: User) -> int:
    """At most 100 are counted: a badge says 99+ anyway."""
    return InboxItem.objects.filter(user=user, read_at=None)[:100].count()


def deliveries_for(origins: Iterable[str]) -> dict[str, list[Delivery]]:
    """Deliveries with their tries by what asked for them, in two queries."""
    found: dict[str, list[Delivery]] = {}
    rows = Delivery.objects.filter(origin__in=list(origins)).prefetch_related("tries")
    for row in rows.order_by("id"):
        found.setdefault(row.origin, []).append(row)
    return found


def channel_choices(user: User) -> list[tuple[str, str, bool]]:
    """(name, title, switched on) of the channels that a person may switch."""
    off = set(
        ChannelChoice.objects.filter(user=user, enabled=False).values_list("channel", flat=True)
    )
    return [
        (channel.name, channel.title, channel.name not in off)
        for channel in configured_channels()
        if channel.reaches
    ]
