"""What became of the alerts of one rule of one source on one day."""

from __future__ import annotations

from django.db import models


class AlertTally(models.Model):
    """Rolled up by `incidents.tallying`, which knows what became of alerts. Days are UTC; drills
    and tests are left out; a private incident counts nowhere."""

    day = models.DateField()
    source = models.ForeignKey("alerts.Source", on_delete=models.CASCADE, related_name="+")
    rule = models.CharField(max_length=200)
    fired = models.PositiveIntegerField(default=0)
    paged = models.PositiveIntegerField(default=0)
    acted_on = models.PositiveIntegerField(default=0)
    silenced = models.PositiveIntegerField(default=0)
    false_alarms = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["day", "source", "rule"], name="alerttally_once"),
        ]
