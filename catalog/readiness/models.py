"""Answers to the checks of readiness reviews, and the reviews that were closed. No rules."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models.functions import Now

from accounts.models import User


class ReadinessAnswer(models.Model):
    """What is said of one check of one system now. `catalog.readiness.scoring` says what the
    answers mean."""

    system = models.ForeignKey("catalog.System", on_delete=models.CASCADE, related_name="readiness")
    check_slug = models.CharField(max_length=40)
    answer = models.CharField(max_length=15)
    evidence = models.TextField(blank=True)
    evidence_url = models.CharField(max_length=2048, blank=True)
    owner = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    waived_until = models.DateField(null=True)
    waiver = models.CharField(max_length=500, blank=True)
    answered_by_label = models.CharField(max_length=200)
    answered_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["system", "check_slug"], name="readiness_answer_once")
        ]


class ReadinessReview(models.Model):
    """A review as it was closed, with its score of that day. Append-only: the trend is made of
    them."""

    system = models.ForeignKey(
        "catalog.System", on_delete=models.CASCADE, related_name="readiness_reviews"
    )
    at = models.DateTimeField(db_default=Now())
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    by_label = models.CharField(max_length=200)
    ml_test_score = models.FloatField(null=True)
    share = models.FloatField(null=True)
    passed = models.BooleanField()
    blocking = models.JSONField(default=list)
    waived = models.JSONField(default=list)
    note = models.TextField(blank=True)

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["system", "-at"], name="readiness_by_system")]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update)]

    @property
    def share_percent(self) -> int | None:
        """What was met of AIRE's list, in whole percent; None where none of it applies."""
        return None if self.share is None else round(100 * self.share)
