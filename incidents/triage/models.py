"""Ticks of a checklist, what speaks for and against a cause, and estimates of the onset."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models.functions import Now


class TriageTick(models.Model):
    """An item of a class's checklist that somebody has done, known as `class/item`."""

    incident = models.ForeignKey(
        "incidents.Incident", on_delete=models.CASCADE, related_name="ticks"
    )
    item = models.CharField(max_length=120)
    found = models.CharField(max_length=500, blank=True)
    by_label = models.CharField(max_length=200)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["incident", "item"], name="triage_tick_once")
        ]


class CauseEvidence(models.Model):
    """Something that speaks for or against a cause as a hypothesis. Kept when it is refuted."""

    class Stance(models.TextChoices):
        FOR = "for", "Speaks for it"
        AGAINST = "against", "Speaks against it"

    cause = models.ForeignKey(
        "incidents.IncidentCause", on_delete=models.CASCADE, related_name="findings"
    )
    stance = models.CharField(max_length=7, choices=Stance.choices)
    text = models.CharField(max_length=2_000)
    sample = models.ForeignKey(
        "incidents.EvidenceSample", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    by_label = models.CharField(max_length=200)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["id"]


class OnsetEstimate(models.Model):
    """When it began, with bounds and on what ground. Append-only: the latest counts. `looked_at` is
    when the indicators were last asked whether it has to move."""

    incident = models.ForeignKey(
        "incidents.Incident", on_delete=models.CASCADE, related_name="onsets"
    )
    earliest = models.DateTimeField()
    likeliest = models.DateTimeField()
    latest = models.DateTimeField()
    basis = models.CharField(max_length=500)
    by_label = models.CharField(max_length=200)
    by_hand = models.BooleanField(default=True)
    at = models.DateTimeField(db_default=Now())
    looked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    earliest__lte=models.F("likeliest"), likeliest__lte=models.F("latest")
                ),
                name="onset_within_bounds",
            )
        ]
        triggers = [
            pgtrigger.ReadOnly(name="unchanged", exclude=["looked_at"]),
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Delete),
        ]
