"""What runs in shadow mode, and until when. No rules."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now


class Shadow(models.Model):
    """`scope` is `source:<slug>` or `team:<slug>`. While one is active, escalations that are only
    about such are recorded and page nobody."""

    scope = models.CharField(max_length=80)
    reason = models.CharField(max_length=300, blank=True)
    started_at = models.DateTimeField(db_default=Now())
    started_by = models.CharField(max_length=200)
    until = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=200, blank=True)

    class Meta:
        app_label = "oncall"
        ordering = ["-started_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["scope"], condition=models.Q(ended_at=None), name="one_shadow_a_scope"
            )
        ]

    @property
    def kind(self) -> str:
        return self.scope.partition(":")[0]

    @property
    def slug(self) -> str:
        return self.scope.partition(":")[2]
