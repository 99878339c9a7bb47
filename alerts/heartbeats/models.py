"""Heartbeats: what must be heard of, how often, and how long it has been silent."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from accounts.models import User
from core.leases import Leased


class HeartbeatQuerySet(models.QuerySet["Heartbeat"]):
    def visible_to(self, user: User) -> HeartbeatQuerySet:
        """Open to everyone signed in, like the sources they belong to."""
        return self if user.is_active else self.none()


class Heartbeat(Leased):
    """A ping is expected every `every` seconds and may be `grace` seconds late.

    `due_at` (of a watched one) is when silence becomes an alert: also when nothing ever came.
    A ping arrives at the key of `source`, which is the heartbeat's own unless it was given one;
    `ping_name` tells several of one source apart (Opsgenie's heartbeats).
    """

    class State(models.TextChoices):
        WATCHED = "watched", "Heard in time"
        MISSED = "missed", "Missed"
        FAILED = "failed", "Reported a failure"
        PAUSED = "paused", "Paused"

    slug = models.SlugField(max_length=63, unique=True)
    name = models.CharField(max_length=120)
    source = models.ForeignKey("alerts.Source", on_delete=models.CASCADE, related_name="heartbeats")
    ping_name = models.CharField(max_length=100, blank=True, default="")
    system = models.ForeignKey(
        "catalog.System", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    every = models.PositiveIntegerField(help_text="Seconds between two pings")
    grace = models.PositiveIntegerField(help_text="Seconds that a ping may be late")
    severity = models.CharField(max_length=4, default="sev2")
    state = models.CharField(max_length=8, choices=State.choices, default=State.WATCHED)
    since = models.DateTimeField(null=True)
    last_ping_at = models.DateTimeField(null=True)
    last_start_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now())

    objects = HeartbeatQuerySet.as_manager()

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["source", "ping_name"], name="heartbeat_ping_once")
        ]
        indexes = [
            models.Index(
                fields=["due_at"], condition=models.Q(state="watched"), name="heartbeat_due"
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_down(self) -> bool:
        return self.state in (self.State.MISSED, self.State.FAILED)

    @property
    def has_own_source(self) -> bool:
        return self.source.format == "heartbeat"
