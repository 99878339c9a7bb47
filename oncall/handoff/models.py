"""Notes of a schedule, and the notices of its shifts. No rules."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from accounts.models import User
from core.leases import Leased


class HandoffNote(models.Model):
    """What whoever comes next should know. The newest counts; older ones stay to be read."""

    schedule = models.ForeignKey(
        "oncall.Schedule", on_delete=models.CASCADE, related_name="handoff_notes"
    )
    text = models.TextField()
    author = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField(db_default=Now())

    class Meta:
        app_label = "oncall"
        ordering = ["-written_at", "-id"]
        indexes = [models.Index(fields=["schedule", "-written_at"], name="handoff_newest")]


class ShiftNotice(Leased):
    """Tell somebody that their shift begins or has ended. Once for each shift and end of it."""

    class Kind(models.TextChoices):
        START = "start", "Begins"
        END = "end", "Ends"
        SHADOW = "shadow", "Looks on"

    class State(models.TextChoices):
        PENDING = "pending"
        DONE = "done"
        DROPPED = "dropped"

    schedule = models.ForeignKey(
        "oncall.Schedule", on_delete=models.CASCADE, related_name="shift_notices"
    )
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.PENDING)

    class Meta:
        app_label = "oncall"
        constraints = [
            models.UniqueConstraint(
                fields=["schedule", "user", "kind", "at"], name="shift_notice_once"
            )
        ]
        indexes = [
            models.Index(
                fields=["due_at"], condition=models.Q(state="pending"), name="shift_notice_pending"
            )
        ]
