"""What evaluation found: the present budget, the rules that fire, the budget of each past day."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from slos.models.slo import Slo


class State(models.TextChoices):
    OK = "ok", "OK"
    AT_RISK = "at_risk", "At risk"
    EXHAUSTED = "exhausted", "Exhausted"
    NO_DATA = "no_data", "No data"


class SloState(models.Model):
    """The budget as of `as_of`. `fraction_left` is the signed remainder over the whole budget,
    null where nothing was counted. `burns` has the burn rate by window in seconds."""

    slo = models.OneToOneField(
        Slo, on_delete=models.CASCADE, primary_key=True, related_name="budget"
    )
    as_of = models.DateTimeField()
    window_start = models.DateTimeField()
    version = models.PositiveIntegerField()
    good = models.FloatField(default=0)
    total = models.FloatField(default=0)
    excluded = models.FloatField(default=0)
    budget_total = models.FloatField(default=0)
    consumed = models.FloatField(default=0)
    fraction_left = models.FloatField(null=True)
    state = models.CharField(max_length=9, choices=State.choices, default=State.NO_DATA)
    since = models.DateTimeField()
    burns = models.JSONField(default=dict)
    seconds_left = models.FloatField(null=True)
    last_end = models.DateTimeField(null=True)
    recalculating = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["fraction_left"], name="slostate_by_budget")]

    @property
    def remaining(self) -> float:
        """Signed: below zero when more was spent than there is."""
        return self.budget_total - self.consumed


class RuleState(models.Model):
    """One burn rule of an objective that fires or has fired: what makes evaluation idempotent.

    `started_at` names the episode; the alert that left and this row were committed together.
    """

    slo = models.ForeignKey(Slo, on_delete=models.CASCADE, related_name="rule_states")
    rule = models.CharField(max_length=63)
    severity = models.CharField(max_length=4)
    firing = models.BooleanField()
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["slo", "rule"], name="rulestate_once")]
        indexes = [
            models.Index(fields=["slo"], condition=Q(firing=True), name="rulestate_firing"),
        ]


class BudgetDay(models.Model):
    """The budget at the end of a UTC day, by the definition that held then."""

    slo = models.ForeignKey(Slo, on_delete=models.CASCADE, related_name="days", db_index=False)
    day = models.DateField()
    version = models.PositiveIntegerField()
    good = models.FloatField()
    total = models.FloatField()
    excluded = models.FloatField(default=0)
    budget_total = models.FloatField()
    consumed = models.FloatField()
    fraction_left = models.FloatField(null=True)
    computed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["slo", "day"], name="budgetday_once")]
        indexes = [models.Index(fields=["day"], name="budgetday_by_day")]
