"""Objectives: what is promised of an indicator, every version of that promise, corrections."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from accounts.models import User
from catalog.models import System
from core.ids import new_id
from slos.models.counts import Series
from slos.models.sli import Sli

AT_RISK_BELOW = 0.25
"""Share of the budget left below which a budget is at risk, unless the objective says otherwise."""


class SloQuerySet(models.QuerySet["Slo"]):
    def visible_to(self, user: User) -> SloQuerySet:
        """As the systems they are about: everyone who may sign in."""
        return self if user.is_active else self.none()


class Slo(models.Model):
    """A target over a window. The columns are its present definition, version `version`.

    `failure_class` is the class of failure (`drift`) or the cause (`drift.covariate`) of the
    taxonomy that it stands for: what its alerts point at in triage."""

    class WindowKind(models.TextChoices):
        ROLLING = "rolling", "Rolling"
        CALENDAR = "calendar", "Calendar"

    class CalendarUnit(models.TextChoices):
        DAY = "day", "Day"
        WEEK = "week", "Week"
        MONTH = "month", "Month"
        QUARTER = "quarter", "Quarter"
        YEAR = "year", "Year"

    slug = models.SlugField(max_length=63, unique=True)
    name = models.CharField(max_length=120)
    description = models.TextField(blank=True)
    system = models.ForeignKey(System, on_delete=models.PROTECT, related_name="slos")
    sli = models.ForeignKey(Sli, on_delete=models.PROTECT, related_name="slos")
    series = models.ForeignKey(Series, on_delete=models.PROTECT, related_name="slos")
    target = models.FloatField()
    window_kind = models.CharField(
        max_length=8, choices=WindowKind.choices, default=WindowKind.ROLLING
    )
    window_seconds = models.PositiveIntegerField(default=28 * 86_400)
    calendar_unit = models.CharField(max_length=7, choices=CalendarUnit.choices, blank=True)
    time_zone = models.CharField(max_length=64, default="UTC")
    rules = models.JSONField(default=list, blank=True)
    no_data = models.JSONField(default=dict, blank=True)
    policy = models.JSONField(default=list, blank=True)
    at_risk_below = models.FloatField(default=AT_RISK_BELOW)
    labels = models.JSONField(default=dict, blank=True)
    failure_class = models.CharField(max_length=80, blank=True)
    enabled = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1)
    history_from = models.DateField(
        null=True, blank=True, help_text="The first past day whose budget must be computed again"
    )
    created_at = models.DateTimeField(db_default=Now())

    objects = SloQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(condition=Q(target__gt=0, target__lt=1), name="slo_target"),
            models.CheckConstraint(condition=Q(window_seconds__gte=3600), name="slo_window"),
            models.CheckConstraint(
                condition=Q(window_kind="rolling", calendar_unit="")
                | (Q(window_kind="calendar") & ~Q(calendar_unit="")),
                name="slo_window_of_its_kind",
            ),
            models.CheckConstraint(
                condition=Q(at_risk_below__gte=0, at_risk_below__lt=1), name="slo_at_risk"
            ),
        ]
        indexes = [
            models.Index(
                fields=["history_from"],
                condition=Q(history_from__isnull=False),
                name="slo_stale_history",
            )
        ]

    def __str__(self) -> str:
        return self.name


class SloDefinition(models.Model):
    """One version of an objective, as `definition` says it. Never changed once it is replaced;
    a day of the past is computed with the version that held at its end."""

    slo = models.ForeignKey(Slo, on_delete=models.CASCADE, related_name="definitions")
    version = models.PositiveIntegerField()
    definition = models.JSONField()
    series = models.ForeignKey(Series, on_delete=models.PROTECT, related_name="+")
    actor_label = models.CharField(max_length=200)
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(fields=["slo", "version"], name="slodefinition_once"),
            models.UniqueConstraint(
                fields=["slo"], condition=Q(valid_until=None), name="slodefinition_one_present"
            ),
        ]


class Correction(models.Model):
    """A span that an objective does not count, with its reason. Withdrawn, not deleted."""

    class Kind(models.TextChoices):
        MAINTENANCE = "maintenance", "Maintenance"
        DISPUTED = "disputed", "Disputed data"
        NOT_OURS = "not_ours", "Not caused by us"

    id = models.UUIDField(primary_key=True, default=new_id)
    slo = models.ForeignKey(Slo, on_delete=models.CASCADE, related_name="corrections")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    start = models.DateTimeField()
    end = models.DateTimeField()
    reason = models.CharField(max_length=1000)
    actor_label = models.CharField(max_length=200)
    created_at = models.DateTimeField(db_default=Now())
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-start", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(start__lt=F("end")), name="correction_has_length")
        ]
        indexes = [
            models.Index(
                fields=["slo", "end"], condition=Q(withdrawn_at=None), name="correction_present"
            )
        ]
