"""What an exhausted budget obliges to, and who was let off."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from catalog.models import System
from core.ids import new_id
from slos.models.slo import Slo


class Obligation(models.Model):
    """What a rule of an error-budget policy asks for while it holds; kept when it has ended."""

    class Kind(models.TextChoices):
        FREEZE = "freeze", "Promotion freeze"
        POSTMORTEM = "postmortem", "Required postmortem"
        ACTION = "action", "Required action"

    id = models.UUIDField(primary_key=True, default=new_id)
    slo = models.ForeignKey(Slo, on_delete=models.CASCADE, related_name="obligations")
    rule = models.CharField(max_length=63)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    changes = models.JSONField(default=list)
    reason = models.CharField(max_length=500)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-since", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["slo", "rule"], condition=Q(until=None), name="obligation_one_present"
            )
        ]


class Exemption(models.Model):
    """Leave to promote in spite of a freeze: who, why, which kinds of change, until when."""

    id = models.UUIDField(primary_key=True, default=new_id)
    system = models.ForeignKey(System, on_delete=models.CASCADE, related_name="exemptions")
    slo = models.ForeignKey(
        Slo, null=True, blank=True, on_delete=models.CASCADE, related_name="exemptions"
    )
    changes = models.JSONField(default=list)
    reason = models.CharField(max_length=1000)
    start = models.DateTimeField()
    end = models.DateTimeField()
    actor_label = models.CharField(max_length=200)
    created_at = models.DateTimeField(db_default=Now())
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-start", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(start__lt=models.F("end")), name="exemption_has_length"
            )
        ]
