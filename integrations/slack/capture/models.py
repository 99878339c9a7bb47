"""Which messages of Slack stand on which timeline, and what of them is still to be fetched."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from accounts.models import User
from core.leases import Leased
from incidents.models import Incident


class SlackCapture(Leased):
    """A message on a timeline (`kind` event) or as a task. `reasons` are what put it there
    (`reaction:pushpin:U1`, `pin:U1`, `shortcut:U1`): with the last one it is withdrawn.
    `line` is the id of the timeline's line that stands for it now."""

    class State(models.TextChoices):
        PENDING = "pending", "To be brought up to date"
        SETTLED = "settled", "As Slack has it"
        WITHDRAWN = "withdrawn", "Taken off again"
        FAILED = "failed", "Could not be read"

    class Kind(models.TextChoices):
        EVENT = "event", "Line of the timeline"
        TASK = "task", "Task"

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=5, choices=Kind.choices)
    channel = models.CharField(max_length=32)
    ts = models.CharField(max_length=32)
    thread_ts = models.CharField(max_length=32, blank=True)
    state = models.CharField(max_length=9, choices=State.choices, default=State.PENDING)
    wanted = models.PositiveIntegerField(default=1)
    reasons = models.JSONField(default=list)
    by = models.ForeignKey(
        User,
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="Who put it there first",
    )
    line = models.UUIDField(null=True)
    task_id = models.BigIntegerField(null=True)
    text = models.TextField(blank=True)
    files = models.JSONField(default=list, help_text="Slack's ids of the pictures that were kept")
    deleted = models.BooleanField(default=False, help_text="Deleted in Slack")
    error = models.TextField(blank=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        app_label = "integrations"
        constraints = [
            models.UniqueConstraint(
                fields=["incident", "channel", "ts", "kind"], name="slackcapture_once"
            )
        ]
        indexes = [
            models.Index(fields=["channel", "ts"], name="slackcapture_message"),
            models.Index(
                fields=["due_at"],
                condition=models.Q(state="pending"),
                name="slackcapture_pending",
            ),
        ]
