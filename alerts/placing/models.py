"""Changes that no system could be found for."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now


class UnplacedChange(models.Model):
    """A change whose name nobody has given a system yet. It waits until somebody does."""

    source = models.ForeignKey(
        "alerts.Source", on_delete=models.CASCADE, related_name="unplaced_changes"
    )
    identity = models.CharField(max_length=64)
    about = models.CharField(max_length=200)
    kind = models.CharField(max_length=10)
    summary = models.CharField(max_length=1024)
    version = models.CharField(max_length=200, blank=True)
    previous_version = models.CharField(max_length=200, blank=True)
    url = models.CharField(max_length=2048, blank=True)
    author = models.CharField(max_length=200, blank=True)
    occurred_at = models.DateTimeField()
    receipt_id = models.UUIDField()
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "identity"], name="unplaced_change_once")
        ]
        indexes = [models.Index(fields=["source", "about"], name="unplaced_by_name")]
