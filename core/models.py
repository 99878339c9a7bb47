"""The tables that belong to no room: the outbox, engine beats, idempotency keys."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from core.leases import Leased


class OutboxTask(Leased):
    """One event for one subscriber, worked off after the transaction that wrote it.

    A subscriber that this process does not know (an older or newer release) is left alone.
    """

    class State(models.TextChoices):
        PENDING = "pending"
        DONE = "done"
        FAILED = "failed"

    event = models.CharField(max_length=80)
    subscriber = models.CharField(max_length=80)
    payload = models.JSONField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.PENDING)
    error = models.TextField(blank=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [
            models.Index(
                fields=["due_at"], condition=models.Q(state="pending"), name="outbox_pending"
            ),
        ]


class EngineBeat(models.Model):
    """The last sign of life of each loop of each engine process."""

    process = models.CharField(max_length=80)
    kind = models.CharField(max_length=40)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["process", "kind"], name="beat_once")]


class JobRun(models.Model):
    """A periodic job's slot, taken by inserting it: two schedulers do the work once."""

    job = models.CharField(max_length=80)
    slot = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["job", "slot"], name="jobrun_once")]


class IdempotentCall(models.Model):
    """The answer kept for an `Idempotency-Key`, so that the same call again gets it again."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    key = models.CharField(max_length=255)
    fingerprint = models.BinaryField(max_length=32)
    status = models.PositiveSmallIntegerField(null=True)
    body = models.BinaryField(null=True)
    content_type = models.CharField(max_length=100, blank=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="idempotent_once")]
        indexes = [models.Index(fields=["created_at"], name="idempotent_age")]
