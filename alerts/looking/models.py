"""Where and how often to look at a source, and what the last look came to."""

from __future__ import annotations

from django.db import models

from core.leases import Leased
from core.secrets import EncryptedTextField


class Look(Leased):
    class State(models.TextChoices):
        WAITING = "waiting"
        OFF = "off"

    source = models.OneToOneField("alerts.Source", on_delete=models.CASCADE, related_name="look")
    url = models.CharField(max_length=500)
    authorization = EncryptedTextField(blank=True, default="")
    every = models.PositiveIntegerField(default=300, help_text="Seconds")
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    looked_at = models.DateTimeField(null=True)
    firing = models.PositiveIntegerField(default=0)
    opened = models.PositiveIntegerField(default=0)
    closed = models.PositiveIntegerField(default=0)
    error = models.CharField(max_length=500, blank=True)
    missing = models.JSONField(default=list)

    class Meta:
        indexes = [
            models.Index(
                fields=["due_at"], condition=models.Q(state="waiting"), name="look_waiting"
            )
        ]
