"""Which channels are told of which incidents, how channels are made, and those that there are."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from accounts.models import Team
from alerts.models import SEVERITIES
from catalog.models import System
from core.leases import Leased
from incidents.models import Incident


class Verbosity(models.TextChoices):
    CARD = "card", "The card only"
    KEY = "key", "The card and key events"
    ALL = "all", "The card and every event"


def event_emojis() -> list[str]:
    return ["pushpin", "memo"]


def task_emojis() -> list[str]:
    return ["clipboard"]


class SlackSetting(models.Model):
    """The one row of how this installation uses Slack. `channel_from` is the least severity that
    gets a channel of its own, "" for none."""

    channel_from = models.CharField(max_length=4, choices=SEVERITIES, blank=True, default="sev2")
    prefix = models.CharField(max_length=20, default="inc")
    verbosity = models.CharField(max_length=4, choices=Verbosity.choices, default=Verbosity.KEY)
    invite = models.BooleanField(default=True)
    drills = models.BooleanField(default=False)
    archive_after_days = models.PositiveSmallIntegerField(null=True, blank=True, default=7)
    pins = models.BooleanField(default=True)
    event_emojis = models.JSONField(default=event_emojis)
    task_emojis = models.JSONField(default=task_emojis)

    class Meta:
        app_label = "integrations"
        constraints = [
            models.CheckConstraint(condition=models.Q(pk=1), name="slacksetting_one_row")
        ]


class SlackAnnouncement(models.Model):
    """A channel that gets the card of each incident of this team, this system and at least this
    severity; none of them: of every one."""

    slug = models.SlugField(max_length=63, unique=True)
    channel = models.CharField(max_length=80)
    severity = models.CharField(max_length=4, choices=SEVERITIES, default="sev4")
    team = models.ForeignKey(
        Team, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    system = models.ForeignKey(
        System, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    verbosity = models.CharField(max_length=4, choices=Verbosity.choices, default=Verbosity.CARD)
    drills = models.BooleanField(default=False)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        app_label = "integrations"


class SlackIncidentChannel(Leased):
    """An incident's own channel: what Slack has of it, each part noted as soon as it is done.
    `creating` is the name under which it is being made, while nobody knows whether it was."""

    class State(models.TextChoices):
        PENDING = "pending", "Due"
        SETTLED = "settled", "In step"
        ARCHIVED = "archived", "Archived"
        FAILED = "failed", "Given up"

    incident = models.OneToOneField(Incident, on_delete=models.CASCADE, related_name="+")
    state = models.CharField(max_length=8, choices=State.choices, default=State.PENDING)
    wanted = models.PositiveIntegerField(default=1)
    channel_id = models.CharField(max_length=32, blank=True, db_index=True)
    team_id = models.CharField(max_length=32, blank=True)
    name = models.CharField(max_length=80, blank=True)
    creating = models.CharField(max_length=80, blank=True)
    named_by_people = models.BooleanField(default=False)
    private = models.BooleanField(default=False)
    topic = models.CharField(max_length=250, blank=True)
    bookmarks = models.JSONField(default=list)
    invited = models.JSONField(default=list, help_text="AIRE users that were invited")
    unknown = models.JSONField(default=list, help_text="Addresses that Slack does not know")
    lacking = models.JSONField(
        default=list, help_text="What waits for a scope, by the names of its steps"
    )
    granted = models.JSONField(default=list, help_text="The scopes there were when it was refused")
    left_behind = models.JSONField(default=list, help_text="Public channels it had before")
    error = models.TextField(blank=True)
    error_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        app_label = "integrations"
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=models.Q(state="pending"),
                name="slackchannel_pending",
            )
        ]

    @property
    def takes_lines(self) -> bool:
        """Of a private incident only where its people alone are."""
        there = bool(self.channel_id) and self.state != self.State.ARCHIVED
        return there and (self.private or not self.incident.private)
