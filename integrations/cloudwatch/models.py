"""Subscriptions of SNS topics that ask to be confirmed."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from alerts.models import Source
from core.leases import Leased


class SnsSubscription(Leased):
    """A topic that wants to send to a source. Confirming is a call to AWS, made by the engine."""

    class State(models.TextChoices):
        ASKED = "asked", "Waits for a manager"
        DUE = "due", "Is being confirmed"
        CONFIRMED = "confirmed", "Confirmed"
        FAILED = "failed", "Could not be confirmed"

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="+")
    topic = models.CharField(max_length=400)
    url = models.CharField(max_length=1024)
    state = models.CharField(max_length=10, choices=State.choices, default=State.ASKED)
    reason = models.CharField(max_length=300, blank=True)
    asked_at = models.DateTimeField(db_default=Now())
    confirmed_by = models.CharField(max_length=200, blank=True)

    class Meta:
        app_label = "integrations"
        constraints = [
            models.UniqueConstraint(fields=["source", "topic"], name="sns_subscription_once")
        ]
        indexes = [models.Index(fields=["due_at"], condition=models.Q(state="due"), name="sns_due")]
