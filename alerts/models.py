"""Sources, receipts, alerts in episodes, routes, and what happened to each alert."""

from __future__ import annotations

from datetime import timedelta

import pgtrigger
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models.functions import Now

from accounts.models import User
from alerts.heartbeats.models import Heartbeat
from alerts.looking.models import Look
from alerts.placing.models import UnplacedChange
from alerts.storm.models import Storm
from catalog.models import System
from core.ids import new_id
from core.leases import Leased
from core.secrets import EncryptedTextField
from oncall.models import EscalationPolicy

__all__ = [
    "SEVERITIES",
    "Alert",
    "AlertStep",
    "AlertTally",
    "Delivered",
    "FactsVersion",
    "Heartbeat",
    "Look",
    "Receipt",
    "Route",
    "Source",
    "SourceKey",
    "Storm",
    "Tombstone",
    "UnplacedChange",
]

SEVERITIES = [("sev1", "SEV1"), ("sev2", "SEV2"), ("sev3", "SEV3"), ("sev4", "SEV4")]


class Source(models.Model):
    """Where alerts come from: a sender, the format it speaks, and the system it is about."""

    slug = models.SlugField(max_length=63, unique=True)
    name = models.CharField(max_length=120)
    format = models.CharField(max_length=20)
    system = models.ForeignKey(
        System, null=True, blank=True, on_delete=models.SET_NULL, related_name="sources"
    )
    options = models.JSONField(default=dict, blank=True)
    auto_resolve_after = models.PositiveIntegerField(
        null=True, blank=True, help_text="Seconds without news after which an alert is resolved"
    )
    signing_secret = EncryptedTextField(blank=True, default="")
    enabled = models.BooleanField(default=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class SourceKey(models.Model):
    """At most two keys of a source live at a time, so that one can be rotated under the other."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="keys")
    digest = models.BinaryField(max_length=32, unique=True)
    hint = models.CharField(max_length=16)
    created_at = models.DateTimeField(db_default=Now())
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at", "-id"]


class Receipt(Leased):
    """A raw delivery, committed before the sender is answered, kept as it came (decompressed).

    In a table a day, by the time in its id (`alerts.partitions`).

    The columns have database defaults because the ingest handlers insert without Django.
    """

    class State(models.TextChoices):
        NEW = "new", "Waiting"
        DONE = "done", "Read"
        SET_ASIDE = "set_aside", "Set aside"

    id = models.UUIDField(primary_key=True, default=new_id)
    source = models.ForeignKey(
        Source, on_delete=models.CASCADE, related_name="receipts", db_index=False
    )
    format = models.CharField(max_length=20)
    received_at = models.DateTimeField(db_default=Now())
    headers = models.JSONField(db_default={})
    body = models.BinaryField()
    state = models.CharField(max_length=10, choices=State.choices, db_default="new")
    reason = models.TextField(db_default="")
    notes = models.JSONField(db_default=[])
    signals = models.PositiveIntegerField(db_default=0)
    drill = models.BooleanField(db_default=False)
    attempts = models.PositiveSmallIntegerField(db_default=0)

    class Meta:
        indexes = [
            models.Index(
                fields=["source", "due_at"], condition=models.Q(state="new"), name="receipt_new"
            ),
            models.Index(
                fields=["-received_at"],
                condition=models.Q(state="set_aside"),
                name="receipt_set_aside",
            ),
            models.Index(fields=["source", "-received_at", "-id"], name="receipt_by_source"),
        ]


class AlertQuerySet(models.QuerySet["Alert"]):
    def visible_to(self, user: User) -> AlertQuerySet:
        """Alerts are open to everyone signed in; private is the incident, not the measurement."""
        return self if user.is_active else self.none()


class Alert(models.Model):
    """A condition of a source in one episode: (source, key, episode) exists once.

    `episode` is `t:<start>` where the sender names a start time and `n:<count>` where AIRE
    counts. `group_key` is what alerts that belong to one problem have in common.
    """

    class Status(models.TextChoices):
        FIRING = "firing", "Firing"
        RESOLVED = "resolved", "Resolved"
        SILENCED = "silenced", "Silenced"

    OPEN = (Status.FIRING, Status.SILENCED)
    """Still going on; a silenced one is held back from paging by something."""

    LISTED = timedelta(minutes=5)
    """How far behind its place in lists may be when nothing but repeats come."""

    id = models.UUIDField(primary_key=True, default=new_id)
    # The indexes below begin with these: each more is paid by every alert.
    source = models.ForeignKey(
        Source, on_delete=models.CASCADE, related_name="alerts", db_index=False
    )
    dedup_key = models.CharField(max_length=512)
    episode = models.CharField(max_length=40)
    status = models.CharField(max_length=10, choices=Status.choices)
    severity = models.CharField(max_length=4, choices=SEVERITIES)
    title = models.CharField(max_length=1024)
    labels = models.JSONField(default=dict)
    annotations = models.JSONField(default=dict)
    links = models.JSONField(default=list)
    system = models.ForeignKey(
        System, null=True, on_delete=models.SET_NULL, related_name="alerts", db_index=False
    )
    route = models.ForeignKey("Route", null=True, on_delete=models.SET_NULL, related_name="+")
    group_key = models.CharField(max_length=64, blank=True)
    wants_incident = models.BooleanField(default=False)
    is_test = models.BooleanField(default=False)
    drill = models.BooleanField(default=False)
    started_at = models.DateTimeField()
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    # When it was last heard of, to `LISTED`: what lists are ordered by. Nothing that a repeat
    # changes stands in an index, so that its row is written anew in its page and nowhere else.
    listed_at = models.DateTimeField(db_default=Now())
    last_event_at = models.DateTimeField()
    acknowledged_at = models.DateTimeField(null=True)
    resolved_at = models.DateTimeField(null=True)
    auto_resolve_at = models.DateTimeField(null=True)
    count = models.PositiveIntegerField(default=1)
    # No foreign keys: receipts go by the day (`alerts.partitions`), alerts stay.
    first_receipt_id = models.UUIDField(null=True)
    last_receipt_id = models.UUIDField(null=True)

    objects = AlertQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source", "dedup_key", "episode"], name="alert_episode_once"
            )
        ]
        indexes = [
            models.Index(fields=["-listed_at", "-id"], name="alert_recent"),
            models.Index(fields=["status", "-listed_at", "-id"], name="alert_by_status"),
            models.Index(fields=["system", "-listed_at", "-id"], name="alert_by_system"),
            models.Index(fields=["source", "-listed_at", "-id"], name="alert_by_source"),
            models.Index(fields=["group_key"], name="alert_group"),
            models.Index(
                fields=["source", "dedup_key"],
                condition=~models.Q(status="resolved"),
                name="alert_unresolved_key",
            ),
            models.Index(
                fields=["auto_resolve_at"],
                condition=models.Q(auto_resolve_at__isnull=False) & ~models.Q(status="resolved"),
                name="alert_silent",
            ),
            GinIndex(fields=["labels"], opclasses=["jsonb_path_ops"], name="alert_labels"),
            # Titles are bounded; labels are not, and a tsvector refuses more than 1 MB of text.
            GinIndex(SearchVector("title", config="simple"), name="alert_title_words"),
        ]


class AlertStep(models.Model):
    """One line of an alert's trace. Append-only.

    Written in the transaction of its alert; the database checks that no more, because an alert has
    several lines and each check costs as much as the line.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    alert = models.ForeignKey(
        Alert,
        on_delete=models.CASCADE,
        related_name="steps",
        db_index=False,
        db_constraint=False,
    )
    at = models.DateTimeField()
    kind = models.CharField(max_length=20)
    text = models.CharField(max_length=500)
    detail = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["alert", "at", "id"], name="alertstep_alert")]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update)]


class FactsVersion(models.Model):
    """One row, written by triggers alone: a new token for every transaction that changes a source,
    a route or a system, so that absorbing may keep what it has read of them."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    token = models.UUIDField()

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="one_facts_version")]


class Tombstone(models.Model):
    """A resolve that came before its trigger: the trigger of that same episode opens resolved."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="+", db_index=False)
    dedup_key = models.CharField(max_length=512)
    episode = models.CharField(max_length=40)
    resolved_at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source", "dedup_key", "episode"], name="tombstone_once"
            )
        ]
        indexes = [models.Index(fields=["recorded_at"], name="tombstone_age")]


class Delivered(models.Model):
    """A delivery that its sender has a name for, so that a repeat of it counts once: `key` is made
    of the name and the bytes (`alerts.deliveries`)."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="+", db_index=False)
    key = models.UUIDField()
    receipt_id = models.UUIDField()
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "key"], name="delivered_once"),
        ]
        indexes = [models.Index(fields=["recorded_at"], name="delivered_age")]


class Route(models.Model):
    """The first route in `order` whose matchers fit decides what becomes of an alert."""

    class OpenIncident(models.TextChoices):
        ALWAYS = "always", "Always"
        PAGE = "page", "Only for severities that page"
        NEVER = "never", "Never"

    slug = models.SlugField(max_length=63, unique=True)
    name = models.CharField(max_length=120)
    order = models.IntegerField(default=100)
    match = models.JSONField(default=list, blank=True)
    system = models.ForeignKey(
        System, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    severity = models.CharField(max_length=4, choices=SEVERITIES, blank=True)
    escalation_policy = models.ForeignKey(
        EscalationPolicy, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    group_by = models.JSONField(default=list, blank=True)
    open_incident = models.CharField(
        max_length=6, choices=OpenIncident.choices, default=OpenIncident.ALWAYS
    )
    fold_within = models.PositiveIntegerField(
        default=0, help_text="Seconds within which alerts of one system become one problem"
    )
    cause_hint = models.CharField(max_length=80, blank=True)
    enabled = models.BooleanField(default=True)

    class Meta:
        ordering = ["order", "id"]

    def __str__(self) -> str:
        return self.name


# The nouns of noise control live in a module of their own; Django finds them through this one.
from alerts.noise.models import (  # noqa: E402 - they refer to the ones above
    Flap,
    Hold,
    Inhibition,
    NoiseSettings,
    Silence,
)
from alerts.quality.models import AlertTally  # noqa: E402 - likewise
from alerts.redaction.models import RawBody, Redaction  # noqa: E402 - likewise

__all__ = [
    "SEVERITIES",
    "Alert",
    "AlertStep",
    "FactsVersion",
    "Flap",
    "Hold",
    "Inhibition",
    "NoiseSettings",
    "RawBody",
    "Receipt",
    "Redaction",
    "Route",
    "Silence",
    "Source",
    "SourceKey",
    "Tombstone",
]
