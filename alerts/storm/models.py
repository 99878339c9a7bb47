"""The storms of each source."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now


class Storm(models.Model):
    """From the lot of alerts that was too much until it had been calm for long enough. Written
    once a lot, by the one worker that absorbs the source."""

    source = models.ForeignKey("alerts.Source", on_delete=models.CASCADE, related_name="storms")
    began_at = models.DateTimeField(db_default=Now())
    loud_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True)
    alerts = models.PositiveIntegerField(default=0)
    folded = models.PositiveIntegerField(default=0)
    own = models.PositiveSmallIntegerField(default=0)
    own_systems = models.JSONField(default=list)
    tallies = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source"], condition=models.Q(ended_at=None), name="one_storm_a_source"
            )
        ]
        indexes = [models.Index(fields=["-began_at", "-id"], name="storm_recent")]
