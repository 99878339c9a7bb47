"""What Slack asked for, one row each, until it is answered. No rules."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from core.ids import new_id
from core.leases import Leased


class SlackRequest(Leased):
    """`key` is Slack's own name for it, so that a repeat is no second one. `answer` is set in the
    transaction that does what was asked: from then on only the answer is still to be sent."""

    class Kind(models.TextChoices):
        EVENT = "event"
        COMMAND = "command"
        PRESS = "press"
        SUBMISSION = "submission"
        SHORTCUT = "shortcut"

    class State(models.TextChoices):
        PENDING = "pending"
        WAITING = "waiting"
        """For the asker to link their accounts; then it becomes pending again."""
        DONE = "done"
        FAILED = "failed"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    key = models.CharField(max_length=160, unique=True)
    team = models.CharField(max_length=32, blank=True)
    slack_user_id = models.CharField(max_length=32, blank=True)
    payload = models.JSONField()
    answer = models.JSONField(null=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PENDING)
    error = models.CharField(max_length=300, blank=True)
    received_at = models.DateTimeField(db_default=Now())

    class Meta:
        app_label = "integrations"
        indexes = [
            models.Index(
                fields=["due_at"], condition=models.Q(state="pending"), name="slack_request_pending"
            ),
            models.Index(
                fields=["slack_user_id"],
                condition=models.Q(state="waiting"),
                name="slack_request_waiting",
            ),
            models.Index(fields=["received_at"], name="slack_request_age"),
        ]
