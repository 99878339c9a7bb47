"""The messages that AIRE keeps up to date in Slack, and how long Slack wants to be left alone."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from core.leases import Leased
from incidents.models import Incident


class SlackPost(Leased):
    """One message. `wanted` grows with every change of what it shows, `posted` is the `wanted` it
    was last drawn at: whatever happened in between, one edit brings it up to date.

    `begun_at` is set while it is being posted; if it is still set afterwards nobody knows whether
    Slack took it, and the channel is asked before it is posted again.
    """

    class Kind(models.TextChoices):
        CARD = "card", "An incident's card, drawn from its state"
        PAGE = "page", "A page that was sent, drawn anew"
        LINE = "line", "A line of an incident's timeline"
        SAID = "said", "Something said once"
        REMINDER = "reminder", "A reminder, drawn from what became of it"

    class State(models.TextChoices):
        PENDING = "pending", "Due"
        SHOWN = "shown", "As it should be"
        DETACHED = "detached", "Given up"

    key = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    incident = models.ForeignKey(Incident, null=True, on_delete=models.CASCADE, related_name="+")
    channel = models.CharField(max_length=80, help_text="As it was named: an id or #name")
    channel_id = models.CharField(max_length=32, blank=True, help_text="As Slack answered")
    ts = models.CharField(max_length=32, blank=True)
    thread = models.ForeignKey("self", null=True, on_delete=models.CASCADE, related_name="+")
    for_user = models.CharField(
        max_length=32, blank=True, help_text="The one person who sees it, by Slack id"
    )
    body = models.JSONField(null=True, help_text="The message, where no state makes it")
    foldable = models.BooleanField(
        default=False, db_default=False, help_text="A line that a storm may turn into a count"
    )
    state = models.CharField(max_length=8, choices=State.choices, default=State.PENDING)
    wanted = models.PositiveIntegerField(default=1)
    posted = models.PositiveIntegerField(default=0)
    shown_hash = models.CharField(max_length=64, blank=True)
    begun_at = models.DateTimeField(null=True)
    edited_at = models.DateTimeField(null=True)
    edits = models.PositiveIntegerField(default=0)
    reposts = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True)
    error_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        app_label = "integrations"
        indexes = [
            models.Index(
                fields=["due_at", "id"],
                condition=models.Q(state="pending"),
                name="slackpost_pending",
            ),
            models.Index(fields=["incident", "kind"], name="slackpost_incident"),
            models.Index(fields=["channel_id", "ts"], name="slackpost_message"),
            models.Index(
                fields=["-error_at"],
                condition=models.Q(state="detached"),
                name="slackpost_detached",
            ),
        ]


class SlackLimit(models.Model):
    """Not before `free_at`: what Slack's `Retry-After` said of a method in a channel, or whose turn
    it is in a channel (method `turn`). An empty channel is the workspace, the method `*` all of
    them. `strikes` counts failures in a row."""

    method = models.CharField(max_length=40)
    channel = models.CharField(max_length=80, blank=True)
    free_at = models.DateTimeField()
    strikes = models.PositiveSmallIntegerField(default=0)
    reason = models.TextField(blank=True)
    since = models.DateTimeField(db_default=Now())

    class Meta:
        app_label = "integrations"
        constraints = [
            models.UniqueConstraint(fields=["method", "channel"], name="slacklimit_once")
        ]
