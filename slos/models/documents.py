"""OpenSLO documents as they were given, so that they go out as they came in."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now


class OpenSloDocument(models.Model):
    """`body` is the spec as written. Rows that were made from it are found by its name."""

    kind = models.CharField(max_length=30)
    name = models.CharField(max_length=63)
    display_name = models.CharField(max_length=120, blank=True)
    body = models.JSONField(default=dict)
    made = models.JSONField(default=list, blank=True)
    saved_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["kind", "name"]
        constraints = [models.UniqueConstraint(fields=["kind", "name"], name="openslo_once")]
