"""What the readers of reports keep: filters under a name, and the seat of the weekly digest."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from accounts.models import Team, User
from core.leases import Leased


class SavedFilter(models.Model):
    """A team and a period under a name, one reader's own."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="report_filters")
    name = models.CharField(max_length=60)
    team = models.ForeignKey(
        Team, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    period = models.CharField(max_length=24)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["user", "name"], name="report_filter_name_once")
        ]

    def __str__(self) -> str:
        return self.name


class DigestSeat(Leased):
    """That somebody gets the weekly digest, and when the next one is due. Managers have a seat
    until they switch it off; others may take one. `off` is the choice itself, so it is kept."""

    class State(models.TextChoices):
        PENDING = "pending", "On"
        OFF = "off", "Off"

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="digest_seat")
    state = models.CharField(max_length=7, choices=State.choices, default=State.PENDING)
    team = models.ForeignKey(
        Team, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    last_sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["due_at"], condition=models.Q(state="pending"), name="digest_pending"
            )
        ]
