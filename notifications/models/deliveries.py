"""Deliveries (one message over one channel), their attempts, and the in-app inbox."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models.functions import Now

from accounts.models import User
from core.ids import new_id
from core.leases import Leased
from notifications.limits import LIMITS
from notifications.models.contacts import ContactMethod


class Delivery(Leased):
    """One message to one address. `obligation_key` makes it exist once however often it is asked
    for; `subject_key` (for example `incident:42`) is what an acknowledgement cancels by.

    With a `contact` the real address is there and `address` only names it, fit to show."""

    class State(models.TextChoices):
        PENDING = "pending", "Due"
        SENT = "sent", "Sent"
        FAILED = "failed", "Failed"
        CANCELLED = "cancelled", "Not needed any more"
        SHADOW = "shadow", "Only recorded: shadow mode"

    class Kind(models.TextChoices):
        PAGE = "page", "Page"
        UPDATE = "update", "Update of an earlier message"
        NOTICE = "notice", "Notice"

    id = models.UUIDField(primary_key=True, default=new_id)
    obligation_key = models.CharField(max_length=200, unique=True)
    subject_key = models.CharField(max_length=80, blank=True)
    origin = models.CharField(max_length=80, blank=True)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    channel = models.CharField(max_length=20)
    user = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="deliveries")
    address = models.CharField(max_length=320)
    contact = models.ForeignKey(
        ContactMethod, null=True, on_delete=models.SET_NULL, related_name="deliveries"
    )
    position = models.PositiveSmallIntegerField(
        default=0, db_default=0, help_text="Its place among the person's rules"
    )
    message = models.JSONField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.PENDING)
    deadline = models.DateTimeField(null=True)
    begun = models.PositiveSmallIntegerField(
        default=0, help_text="Tries begun; one without an attempt beside it ended nobody knows how"
    )
    begun_at = models.DateTimeField(
        null=True, help_text="When the last try began, on channels with a limit"
    )
    provider_ref = models.CharField(max_length=300, blank=True)
    reason = models.TextField(blank=True)
    created_at = models.DateTimeField(db_default=Now())
    sent_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["due_at"], condition=models.Q(state="pending"), name="delivery_pending"
            ),
            models.Index(fields=["subject_key", "created_at"], name="delivery_subject"),
            models.Index(fields=["origin"], name="delivery_origin"),
            models.Index(
                fields=["user", "channel", "begun_at"],
                condition=models.Q(channel__in=sorted(LIMITS)),
                name="delivery_limits",
            ),
        ]


class DeliveryAttempt(models.Model):
    """What a provider answered to one try. Written after the try and never changed."""

    class Outcome(models.TextChoices):
        ACCEPTED = "accepted", "Accepted by the provider"
        RETRY = "retry", "Failed, tried again later"
        REFUSED = "refused", "Refused for good"
        UNKNOWN = "unknown", "No answer, it may have arrived"

    id = models.UUIDField(primary_key=True, default=new_id)
    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="tries")
    number = models.PositiveSmallIntegerField()
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(db_default=Now())
    outcome = models.CharField(max_length=8, choices=Outcome.choices)
    detail = models.TextField(blank=True)
    may_repeat = models.BooleanField(default=False)

    class Meta:
        ordering = ["number", "finished_at"]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update)]


class DeliveryReport(models.Model):
    """What a provider said later, by itself: delivered to the phone, nobody answered."""

    id = models.UUIDField(primary_key=True, default=new_id)
    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="reports")
    at = models.DateTimeField(db_default=Now())
    said = models.CharField(max_length=40)
    detail = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["delivery", "said"], name="delivery_report_once")
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update)]


class InboxItem(models.Model):
    """A message in a person's in-app inbox."""

    id = models.UUIDField(primary_key=True, default=new_id)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="inbox")
    delivery = models.OneToOneField(Delivery, on_delete=models.CASCADE, related_name="inbox_item")
    created_at = models.DateTimeField(db_default=Now())
    read_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["user", "-created_at"], name="inbox_user")]


class ChannelChoice(models.Model):
    """A person's choice about a channel. Without a row the channel is on."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="channel_choices")
    channel = models.CharField(max_length=20)
    enabled = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "channel"], name="channel_choice_once")
        ]
