"""Classes of AI failure and their causes. The shipped ones come from `data/taxonomy.yaml`."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models.functions import Now

from core.ids import new_id


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
    retired = models.BooleanField(default=False, help_text="Kept for history, not offered any more")
    version = models.PositiveIntegerField(default=1)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "slug"]

    def __str__(self) -> str:
        return self.name

    @property
    def local_name(self) -> str:
        """Without its class: `covariate` of `drift.covariate`."""
        return self.slug.partition(".")[2]


class CauseRevision(models.Model):
    """What a cause said until somebody here, or a release, changed it. Append-only, so that an old
    postmortem can be read with the words of its time."""

    id = models.UUIDField(primary_key=True, default=new_id)
    cause = models.ForeignKey(Cause, on_delete=models.CASCADE, related_name="revisions")
    version = models.PositiveIntegerField()
    body = models.JSONField()
    replaced_at = models.DateTimeField(db_default=Now())
    replaced_by = models.CharField(max_length=200)

    class Meta:
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(fields=["cause", "version"], name="cause_revision_once")
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update)]
