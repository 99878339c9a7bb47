"""Reports by people, their clusters, and the forms they come through. No rules."""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models.functions import Now

from accounts.models import User
from alerts.models import SEVERITIES
from catalog.models import System
from core.ids import new_id


class ReportRule(models.Model):
    """How many people must say the same of a system, within how long, for an alert. Without a row
    the defaults count."""

    system = models.OneToOneField(
        System, primary_key=True, on_delete=models.CASCADE, related_name="report_rule"
    )
    people = models.PositiveSmallIntegerField(default=3)
    within_minutes = models.PositiveIntegerField(default=60)
    severity = models.CharField(max_length=4, choices=SEVERITIES, default="sev3")


class ReportLink(models.Model):
    """A public form of a system behind a secret address. Only its digest is kept."""

    system = models.ForeignKey(System, on_delete=models.CASCADE, related_name="report_links")
    name = models.CharField(max_length=120)
    digest = models.BinaryField(max_length=32, unique=True)
    hint = models.CharField(max_length=20)
    per_hour = models.PositiveIntegerField(default=300)
    made_label = models.CharField(max_length=200)
    made_at = models.DateTimeField(db_default=Now())
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-made_at", "-id"]


class ReportCluster(models.Model):
    """Reports of one system and version that share their words with the first of them."""

    system = models.ForeignKey(System, on_delete=models.CASCADE, related_name="report_clusters")
    version = models.CharField(max_length=120, blank=True)
    title = models.CharField(max_length=200)
    words = models.JSONField(default=list)
    count = models.PositiveIntegerField(default=0)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    alerted_at = models.DateTimeField(null=True)
    incident = models.ForeignKey(
        "incidents.Incident", null=True, on_delete=models.SET_NULL, related_name="report_clusters"
    )
    dismissed_at = models.DateTimeField(null=True)
    dismissed_label = models.CharField(max_length=200, blank=True)
    dismissed_reason = models.CharField(max_length=500, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["-last_at", "-id"], name="reportcluster_latest"),
            models.Index(fields=["-count", "-id"], name="reportcluster_largest"),
            models.Index(fields=["system", "-last_at", "-id"], name="reportcluster_system"),
            models.Index(
                fields=["alerted_at"],
                condition=models.Q(incident=None, alerted_at__isnull=False),
                name="reportcluster_unlinked",
            ),
        ]


class ReportBand(models.Model):
    """A cluster under one of its keys: how a report finds what is like it."""

    key = models.BigIntegerField()
    cluster = models.ForeignKey(ReportCluster, on_delete=models.CASCADE, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["key", "cluster"], name="reportband_key")]


class PeopleReport(models.Model):
    """One report. Texts are redacted; `sealed` holds the whole, encrypted, for a while."""

    class Via(models.TextChoices):
        APP = "app", "AIRE"
        FORM = "form", "Public form"
        API = "api", "API"
        SOURCE = "source", "Source"

    id = models.UUIDField(primary_key=True, default=new_id)
    cluster = models.ForeignKey(ReportCluster, on_delete=models.CASCADE, related_name="reports")
    text = models.TextField()
    answer = models.TextField(blank=True)
    prompt = models.TextField(blank=True)
    trace_id = models.CharField(max_length=128, blank=True)
    severity = models.CharField(max_length=4, choices=SEVERITIES, default="sev3")
    contact = models.CharField(max_length=200, blank=True)
    sealed = models.TextField(blank=True)
    found = models.JSONField(default=dict)
    shared = models.JSONField(default=list, help_text="Words it has in common with its cluster")
    likeness = models.FloatField(default=1.0)
    via = models.CharField(max_length=6, choices=Via.choices)
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    reporter = models.CharField(max_length=40, help_text="Who, as a digest; tells people apart")
    link = models.ForeignKey(ReportLink, null=True, on_delete=models.SET_NULL, related_name="+")
    receipt_id = models.UUIDField(null=True, unique=True)
    reported_at = models.DateTimeField()
    search = models.GeneratedField(
        expression=SearchVector("text", "answer", "prompt", "trace_id", config="simple"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    class Meta:
        indexes = [
            models.Index(fields=["cluster", "-reported_at", "-id"], name="peoplereport_cluster"),
            models.Index(fields=["reporter", "reported_at"], name="peoplereport_reporter"),
            models.Index(fields=["link", "reported_at"], name="peoplereport_link"),
            models.Index(
                fields=["reported_at"],
                condition=~models.Q(sealed=""),
                name="peoplereport_sealed",
            ),
            GinIndex(fields=["search"], name="peoplereport_search"),
        ]
