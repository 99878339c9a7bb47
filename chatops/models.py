"""What this room keeps: which channel is told once a day, about what, at which hour."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from accounts.models import Team, User
from core.leases import Leased


class ChannelDigest(Leased):
    """One message a day to one channel. `due_at` is the next one; the row never ends."""

    class State(models.TextChoices):
        PENDING = "pending"

    slug = models.SlugField(max_length=63, unique=True)
    chat = models.CharField(max_length=30, help_text="Which chat, by its name in the registry")
    channel = models.CharField(max_length=80)
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.CASCADE)
    hour = models.PositiveSmallIntegerField(default=9)
    time_zone = models.CharField(max_length=64, default="UTC")
    weekdays_only = models.BooleanField(default=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.PENDING)
    created_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now())
    last_sent_at = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["slug"]
        constraints = [
            models.CheckConstraint(condition=models.Q(hour__lte=23), name="digest_hour_of_day")
        ]
        indexes = [models.Index(fields=["due_at"], name="channel_digest_due")]

    def __str__(self) -> str:
        return self.channel
