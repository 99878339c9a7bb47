"""Business figures and their values. No rules: `catalog.kpis.band` says what is usual."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now


class Kpi(models.Model):
    """A figure of the business that a system moves, in steps of `every_seconds`."""

    class Direction(models.TextChoices):
        UP = "up", "More is better"
        DOWN = "down", "Less is better"

    class Aggregate(models.TextChoices):
        SUM = "sum", "Amounts that add up"
        MEAN = "mean", "A level or rate"

    class Every(models.IntegerChoices):
        QUARTER = 900, "Every 15 minutes"
        HOUR = 3_600, "Every hour"
        DAY = 86_400, "Every day"

    system = models.ForeignKey("catalog.System", on_delete=models.CASCADE, related_name="kpis")
    slug = models.SlugField(max_length=63)
    name = models.CharField(max_length=120)
    unit = models.CharField(max_length=40, blank=True)
    direction = models.CharField(max_length=4, choices=Direction.choices, default=Direction.UP)
    aggregate = models.CharField(max_length=4, choices=Aggregate.choices, default=Aggregate.SUM)
    every_seconds = models.PositiveIntegerField(choices=Every.choices, default=Every.HOUR)
    time_zone = models.CharField(max_length=64, default="UTC")
    feed = models.CharField(max_length=200, blank=True)
    retired = models.BooleanField(default=False)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["name", "id"]
        constraints = [models.UniqueConstraint(fields=["system", "slug"], name="kpi_once")]

    def __str__(self) -> str:
        return self.name


class KpiValue(models.Model):
    """What was counted in one step, which begins at `start`. The same step again replaces it."""

    kpi = models.ForeignKey(Kpi, on_delete=models.CASCADE, related_name="values")
    start = models.DateTimeField()
    value = models.FloatField()
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kpi", "start"], name="kpi_value_once")]
