"""Drills and the deliveries they still owe. No rules."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from accounts.models import User
from catalog.models import System
from core.leases import Leased


class Drill(models.Model):
    """A scenario played on a system. Its incident is found by the label of its alerts."""

    scenario = models.CharField(max_length=40)
    system = models.ForeignKey(System, on_delete=models.PROTECT, related_name="+")
    started_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    started_by_label = models.CharField(max_length=200)
    started_at = models.DateTimeField()
    due_to_end_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    chosen = models.JSONField(default=list, help_text="Mitigations that people say they took")
    learned = models.TextField(blank=True)

    class Meta:
        ordering = ["-started_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["system"],
                condition=models.Q(ended_at=None),
                name="one_running_drill_a_system",
            )
        ]
        indexes = [
            models.Index(fields=["-started_at", "-id"], name="drill_recent"),
            models.Index(
                fields=["due_to_end_at"], condition=models.Q(ended_at=None), name="drill_running"
            ),
        ]


class DrillSend(Leased):
    """A delivery of a drill that is still to be sent, or was. Unique: each is sent once."""

    class State(models.TextChoices):
        PENDING = "pending"
        DONE = "done"
        CANCELLED = "cancelled"

    drill = models.ForeignKey(Drill, on_delete=models.CASCADE, related_name="sends")
    position = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.PENDING)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["drill", "position"], name="drill_send_once")
        ]
        indexes = [
            models.Index(
                fields=["due_at"], condition=models.Q(state="pending"), name="drill_send_pending"
            )
        ]


class DrillSchedule(Leased):
    """A drill that comes back: `scenario` on `system` at `at` o'clock of the days that
    `recurrence` (an RRULE, from `starts_on`) gives in `time_zone`. `due_at` is the next run."""

    class State(models.TextChoices):
        PENDING = "pending"
        PAUSED = "paused"
        OVER = "over"

    slug = models.SlugField(max_length=63, unique=True)
    scenario = models.CharField(max_length=40)
    system = models.ForeignKey(System, on_delete=models.CASCADE, related_name="+")
    recurrence = models.CharField(max_length=500)
    starts_on = models.DateField()
    at = models.TimeField()
    time_zone = models.CharField(max_length=64)
    state = models.CharField(max_length=8, choices=State.choices, default=State.PENDING)
    last_drill = models.ForeignKey(Drill, null=True, on_delete=models.SET_NULL, related_name="+")
    last_skipped = models.CharField(
        max_length=300, blank=True, help_text="Why the last time was left out; empty when it ran"
    )
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["slug"]
        indexes = [
            models.Index(
                fields=["due_at"], condition=models.Q(state="pending"), name="drill_schedule_due"
            )
        ]

    def __str__(self) -> str:
        return self.slug

    @property
    def paused(self) -> bool:
        return self.state == self.State.PAUSED
