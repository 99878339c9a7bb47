"""What inputs need to remember: what was counted already, what fitted nothing, what to ask next."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from alerts.models import Source
from core.leases import Leased
from slos.models.sli import Sli


class Tally(models.Model):
    """The sum so far of the facts that an indicator counted in the minute from `at` on. Late facts
    are added, and the measurement of that minute is replaced by the new sum."""

    pk = models.CompositePrimaryKey("sli_id", "at", "evaluator", "cohort")
    sli = models.ForeignKey(Sli, on_delete=models.CASCADE, related_name="+", db_index=False)
    at = models.DateTimeField()
    evaluator = models.CharField(max_length=200, blank=True)
    cohort = models.CharField(max_length=200, blank=True)
    good = models.FloatField()
    total = models.FloatField()

    class Meta:
        indexes = [models.Index(fields=["at"], name="tally_by_time")]


class SeenEvent(models.Model):
    """An event that an indicator has counted, so that its repeated delivery adds nothing."""

    pk = models.CompositePrimaryKey("sli_id", "key")
    sli = models.ForeignKey(Sli, on_delete=models.CASCADE, related_name="+", db_index=False)
    key = models.UUIDField()
    seen_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["seen_at"], name="seenevent_by_time")]


class Stream(models.Model):
    """Where a cumulative counter stood when it was last read, as the indicator's rule counts it.
    With another rule (another threshold) the old numbers compare with nothing."""

    pk = models.CompositePrimaryKey("sli_id", "key")
    sli = models.ForeignKey(Sli, on_delete=models.CASCADE, related_name="+", db_index=False)
    key = models.UUIDField()
    rule = models.CharField(max_length=32)
    started_at = models.DateTimeField(null=True)
    at = models.DateTimeField()
    good = models.FloatField()
    total = models.FloatField()

    class Meta:
        indexes = [models.Index(fields=["at"], name="stream_by_time")]


class Unmatched(models.Model):
    """What a source sent that no indicator counted, and why: shown, never silently dropped."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="+")
    signal = models.CharField(max_length=200)
    reason = models.CharField(max_length=300)
    example = models.JSONField(default=dict)
    count = models.BigIntegerField(default=0)
    first_at = models.DateTimeField(db_default=Now())
    last_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["-last_at", "signal"]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "signal", "reason"], name="unmatched_once_a_reason"
            )
        ]


class Poll(Leased):
    """An indicator whose data source is asked: due a minute after it was last asked.

    `asked_until` is how far the answers reach; the gap after a downtime is caught up from there.
    `problem` is why there is no data, for a person; "" when the last answer was good.
    """

    class State(models.TextChoices):
        WAITING = "waiting"

    sli = models.OneToOneField(Sli, on_delete=models.CASCADE, related_name="poll")
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    asked_until = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    failures = models.PositiveIntegerField(default=0)
    problem = models.CharField(max_length=500, blank=True)

    class Meta:
        indexes = [models.Index(fields=["due_at"], name="poll_due")]
