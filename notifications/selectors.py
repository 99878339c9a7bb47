"""Reads of deliveries and of the inbox."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import NamedTuple

from django.db.models import QuerySet

from accounts.models import User
from core import clock
from core.errors import NotFound
from notifications.channels import IN_APP, channels, configured_channels
from notifications.limits import LIMITS, LONGEST, Limit
from notifications.models import (
    ChannelChoice,
    ContactMethod,
    Delivery,
    InboxItem,
    OutgoingWebhook,
)
from notifications.reach import ways_for
from notifications.rules import Urgency


class ChannelUse(NamedTuple):
    """A channel that has limits, with how much of each somebody has had."""

    name: str
    title: str
    counts: list[tuple[int, Limit]]


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
        if channel.reaches and (channel.form is None or channel.form.for_people)
    ]


def own_contacts(user: User) -> list[tuple[ContactMethod, str]]:
    """A person's contact methods, each with its channel's title; nobody else reads them."""
    return [
        (contact, title_of(contact.channel))
        for contact in ContactMethod.objects.filter(user=user).order_by("id")
    ]


def visible_rooms(user: User) -> QuerySet[ContactMethod]:
    """Rooms and services that policies page; webhooks have pages of their own. Managers name
    them; nobody else sees where they are."""
    rooms = ContactMethod.objects.filter(slug__isnull=False).exclude(channel="webhook")
    return rooms.order_by("slug") if user.can_manage else rooms.none()


def room_for(user: User, slug: str) -> ContactMethod:
    found = visible_rooms(user).filter(slug=slug).first()
    if found is None:
        raise NotFound("There is no such room, or you may not see it.")
    return found


def title_of(channel: str) -> str:
    found = channels.get(channel)
    return found.title if found else channel


def plan_words(user: User, urgency: str) -> list[tuple[str, str, int]]:
    """What would happen now: channel, address, seconds after the page began."""
    return [
        (way.channel.title, "" if way.channel.name == IN_APP else way.address, way.after_seconds)
        for way in ways_for([user], urgency=urgency)[user.pk]
    ]


def rings(user: User) -> bool:
    """Whether an urgent page finds this person away from AIRE."""
    return any(way.channel.reaches for way in ways_for([user], urgency=Urgency.HIGH)[user.pk])


def limits_used(user: User) -> list[ChannelUse]:
    """How much of each published limit this person has had."""
    now = clock.now()
    begun = Delivery.objects.filter(
        user=user, channel__in=list(LIMITS), begun_at__gt=now - LONGEST
    ).values_list("channel", "begun_at")
    used = []
    for name, limits in LIMITS.items():
        times = [at for channel, at in begun if channel == name and at]
        counts = [
            (sum(at > now - timedelta(seconds=limit.seconds) for at in times), limit)
            for limit in limits
        ]
        used.append(ChannelUse(name, title_of(name), counts))
    return used


def last_test(user: User) -> list[tuple[str, Delivery]]:
    """The deliveries of the newest test page to oneself, with their tries."""
    newest = (
        Delivery.objects.filter(user=user, origin__startswith=f"test:{user.pk}:")
        .order_by("-created_at")
        .first()
    )
    if newest is None:
        return []
    rows = Delivery.objects.filter(origin=newest.origin).prefetch_related("tries", "reports")
    return [(title_of(row.channel), row) for row in rows.order_by("due_at", "id")]


def visible_webhooks(user: User) -> QuerySet[OutgoingWebhook]:
    """Managers connect programs; nobody else sees where they are."""
    hooks = OutgoingWebhook.objects.select_related("contact")
    return hooks if user.can_manage else hooks.none()


def webhook_for(user: User, slug: str) -> OutgoingWebhook:
    found = visible_webhooks(user).filter(contact__slug=slug).first()
    if found is None:
        raise NotFound("There is no such webhook, or you may not see it.")
    return found


def webhook_deliveries(hook: OutgoingWebhook) -> QuerySet[Delivery]:
    return Delivery.objects.filter(contact_id=hook.contact_id).prefetch_related("tries")
