"""Where somebody can be reached besides their account's address, and in which order."""

from __future__ import annotations

import secrets

from django.db import models
from django.db.models.functions import Now

from accounts.models import User
from core.secrets import EncryptedTextField
from notifications.rules import MAX_AFTER_SECONDS, URGENCY_CHOICES


def new_handle() -> str:
    return f"contact-{secrets.token_hex(6)}"


class ContactMethod(models.Model):
    """An address on one channel: a person's, or with a `slug` one that policies page by name (a
    room in Teams, say). It counts once it is verified. `address` may be a credential (a push
    subscription, an incoming webhook), so it is kept encrypted; `label` is fit to show, `handle`
    is what documents call a person's."""

    user = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.CASCADE, related_name="contact_methods"
    )
    slug = models.SlugField(max_length=63, unique=True, null=True, blank=True)
    handle = models.SlugField(max_length=63, unique=True, default=new_handle)
    channel = models.CharField(max_length=20)
    address = EncryptedTextField()
    label = models.CharField(max_length=120)
    created_at = models.DateTimeField(db_default=Now())
    verified_at = models.DateTimeField(null=True)
    code_digest = models.BinaryField(max_length=32, null=True)
    code_until = models.DateTimeField(null=True)
    code_tries = models.PositiveSmallIntegerField(default=0)
    failing_since = models.DateTimeField(null=True)
    failure = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(user=None, slug__isnull=False)
                | models.Q(user__isnull=False, slug=None),
                name="contact_is_a_persons_or_named",
            )
        ]

    def __str__(self) -> str:
        return self.label


class OutgoingWebhook(models.Model):
    """A named contact on the channel `webhook` that is also told of events. Its deliveries are
    ordinary ones; what it is told is signed with `secret` as Standard Webhooks says."""

    contact = models.OneToOneField(ContactMethod, on_delete=models.CASCADE, related_name="webhook")
    events = models.JSONField(default=list)
    secret = EncryptedTextField()
    enabled = models.BooleanField(default=True)

    class Meta:
        ordering = ["contact__slug"]


class NotificationRule(models.Model):
    """One line of how a person wants to be paged: this channel, so long after the page began."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="notification_rules")
    urgency = models.CharField(max_length=4, choices=URGENCY_CHOICES)
    position = models.PositiveSmallIntegerField()
    after_seconds = models.PositiveIntegerField(default=0)
    channel = models.CharField(max_length=20)
    contact = models.ForeignKey(
        ContactMethod, null=True, blank=True, on_delete=models.CASCADE, related_name="rules"
    )

    class Meta:
        ordering = ["urgency", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "urgency", "position"], name="notification_rule_once"
            ),
            models.CheckConstraint(
                condition=models.Q(after_seconds__lte=MAX_AFTER_SECONDS),
                name="notification_rule_within_a_day",
            ),
        ]


class QuietHours(models.Model):
    """From `starts` to `ends` in the person's own zone, on the evenings of `weekdays` (Monday 0),
    what is of low urgency waits."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="quiet_hours")
    starts = models.TimeField()
    ends = models.TimeField()
    weekdays = models.JSONField(default=list)
