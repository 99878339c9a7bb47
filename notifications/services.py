"""Asking for deliveries and calling them off. Sending is `delivery`'s work."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models.functions import Now

from accounts.models import User
from core.hints import hint_on_commit
from core.inserts import insert_new
from notifications.channels import IN_APP, Channel
from notifications.channels import channels as all_channels
from notifications.inapp import put_into_inboxes
from notifications.message import Message
from notifications.models import ChannelChoice, ContactMethod, Delivery, InboxItem
from notifications.reach import NOTICE, Way, ways_for

SHADOWED = {"state": Delivery.State.SHADOW, "reason": "Shadow mode: recorded, not sent."}
AFTER_HELD = timedelta(minutes=10)
"""How long a message that waited for a morning is retried."""


def notify(
    *,
    user: User,
    message: Message,
    kind: str,
    origin: str,
    obligation_key: str,
    subject_key: str = "",
    channels: Collection[str] | None = None,
    deadline: datetime | Any = None,
) -> list[Delivery]:
    """Tell a person, over all their channels at once; a notice waits for the end of their quiet
    hours. Asking again with the same obligation key adds nothing. Works in the caller's
    transaction."""
    urgency = NOTICE if kind == Delivery.Kind.NOTICE else ""
    ways = ways_for([user], channels=channels, urgency=urgency)[user.pk]
    return deliver_over(
        ways,
        user=user,
        message=message,
        kind=kind,
        origin=origin,
        obligation_key=obligation_key,
        subject_key=subject_key,
        deadline=deadline,
    )


def deliver_over(
    ways: Iterable[Way],
    *,
    user: User | None,
    message: Message,
    kind: str,
    origin: str,
    obligation_key: str,
    subject_key: str = "",
    deadline: datetime | Any = None,
    shadow: bool = False,
) -> list[Delivery]:
    """One delivery a way, due when the way says; what goes into the inbox is there at once.

    `deadline` (a time or an expression of one) ends the retries, never the first try: what is due
    later has as much time later. In `shadow` they are written down and never sent.
    """
    rows = [
        Delivery(
            obligation_key=f"{obligation_key}:{way.key}",
            subject_key=subject_key,
            origin=origin,
            kind=kind,
            channel=way.channel.name,
            user=user,
            address=way.address,
            contact_id=way.contact,
            position=way.position,
            message=message.to_json(),
            **(SHADOWED if shadow else {"deadline": deadline, **_timing(way, deadline)}),
        )
        for way in ways
    ]
    with transaction.atomic(savepoint=False):
        made = insert_new(*rows)
        if not shadow:
            put_into_inboxes(row for row in rows if row.channel == IN_APP and row.pk in made)
        hint_on_commit("deliver")
        if len(made) == len(rows):
            return rows
        keys = [row.obligation_key for row in rows]
        return list(
            Delivery.objects.filter(obligation_key__in=keys).select_related("user").order_by("id")
        )


def _timing(way: Way, deadline: datetime | Any) -> dict[str, Any]:
    if way.channel.name == IN_APP:
        return {"state": Delivery.State.SENT, "sent_at": Now(), "begun": 1, "attempts": 1}
    after = timedelta(seconds=way.after_seconds)
    if way.held_until is None and not after:
        return {}
    start: Any = Now() if way.held_until is None else way.held_until
    timing: dict[str, Any] = {"due_at": start + after}
    if way.held_until is not None:
        timing["reason"] = "Waits for the end of their quiet hours."
        timing["deadline"] = way.held_until + after + AFTER_HELD
    elif deadline is not None:
        timing["deadline"] = deadline + after
    return timing


def notify_address(
    *,
    channel: str,
    address: str,
    message: Message,
    kind: str,
    origin: str,
    obligation_key: str,
    subject_key: str = "",
    deadline: datetime | Any = None,
    shadow: bool = False,
) -> Delivery | None:
    """Tell an address that is nobody's in particular; None where the channel is not configured.

    Of a channel whose addresses are given by people (Teams, a webhook) it is the slug of a named
    contact method.
    """
    found = all_channels.get(channel)
    if found is None or not found.configured() or not address:
        return None
    way = _named(found, address) if found.form else Way(found, address[:320])
    if way is None:
        return None
    rows = deliver_over(
        [way],
        user=None,
        message=message,
        kind=kind,
        origin=origin,
        obligation_key=obligation_key,
        subject_key=subject_key,
        deadline=deadline,
        shadow=shadow,
    )
    return rows[0]


def _named(channel: Channel, slug: str) -> Way | None:
    contact = ContactMethod.objects.filter(slug=slug, channel=channel.name).first()
    return Way(channel, contact.label, contact.pk) if contact and contact.verified_at else None


def cancel(*, subject_key: str) -> int:
    """Call off the pages of this subject that are not out yet, in the caller's transaction.

    A page that is being sent right now loses its lease: its sender can no longer mark it sent.
    """
    return Delivery.objects.filter(
        subject_key=subject_key, kind=Delivery.Kind.PAGE, state=Delivery.State.PENDING
    ).update(
        state=Delivery.State.CANCELLED,
        lease_token=None,
        lease_until=None,
        reason="Not needed any more",
    )


def mark_read(*, user: User, item_ids: Collection[str] | None = None) -> int:
    """Mark these items of the person's inbox as read, or all of them."""
    items = InboxItem.objects.filter(user=user, read_at=None)
    if item_ids is not None:
        items = items.filter(pk__in=item_ids)
    return items.update(read_at=Now())


def choose_channel(*, user: User, channel: str, enabled: bool) -> None:
    """Switch a channel on or off for oneself."""
    with transaction.atomic():
        ChannelChoice.objects.update_or_create(
            user=user, channel=channel, defaults={"enabled": enabled}
        )
