"""Classes of AI failure and their causes. The shipped ones come from `data/taxonomy.yaml`."""

from __future__ import annotations

from django.db import models


class CauseClass(models.Model):
    slug = models.SlugField(max_length=63, unique=True)
    name = models.CharField(max_length=120)
    definition = models.TextField()
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "slug"]

    def __str__(self) -> str:
        return self.name


class Cause(models.Model):
    """A cause is named `class.name`, for example `drift.covariate-shift`."""

    slug = models.CharField(max_length=80, unique=True)
    cause_class = models.ForeignKey(CauseClass, on_delete=models.CASCADE, related_name="causes")
    name = models.CharField(max_length=160)
    definition = models.TextField()
    applies_to = models.JSONField(default=list)
    external = models.JSONField(default=dict)
    detection_signals = models.JSONField(default=list)
    immediate_mitigations = models.JSONField(default=list)
    follow_up_actions = models.JSONField(default=list)
    regulatory_check = models.JSONField(default=list)
    shipped = models.BooleanField(default=False)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "slug"]

    def __str__(self) -> str:
        return self.name
