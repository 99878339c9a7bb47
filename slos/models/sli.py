"""What is measured: data sources, indicators, and the judges that an indicator trusts."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from accounts.models import User
from catalog.models import System
from core.secrets import EncryptedTextField


class DataSource(models.Model):
    """Where an indicator is asked for: OpenSLO's DataSource. `details` are its connection details
    as written; `secret` is a token or password, never shown again."""

    slug = models.SlugField(max_length=63, unique=True)
    name = models.CharField(max_length=120)
    description = models.TextField(blank=True)
    type = models.CharField(max_length=60)
    details = models.JSONField(default=dict, blank=True)
    secret = EncryptedTextField(blank=True, default="")
    enabled = models.BooleanField(default=True)
    asked_at = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class SliQuerySet(models.QuerySet["Sli"]):
    def visible_to(self, user: User) -> SliQuerySet:
        """As the systems they measure: everyone who may sign in."""
        return self if user.is_active else self.none()


class Sli(models.Model):
    """A unit event and the predicate that makes it good.

    `signal` is the name under which inputs find it, `signal_filter` the attributes that must be
    equal. `query` holds what a data source is asked (good, bad, total, raw or metric, each a
    free mapping as OpenSLO has it); `op` and `value` make a metric's value good.
    """

    class Kind(models.TextChoices):
        RATIO = "ratio", "Good of total events"
        THRESHOLD = "threshold", "A value within its bound"
        EVALUATED = "evaluated", "Answers judged by an evaluator"

    class Op(models.TextChoices):
        LTE = "lte", "at most"
        LT = "lt", "below"
        GTE = "gte", "at least"
        GT = "gt", "above"

    slug = models.SlugField(max_length=63, unique=True)
    name = models.CharField(max_length=120)
    description = models.TextField(blank=True)
    system = models.ForeignKey(
        System, null=True, blank=True, on_delete=models.PROTECT, related_name="slis"
    )
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.RATIO)
    unit_event = models.CharField(max_length=120, default="event")
    unit = models.CharField(max_length=40, blank=True)
    signal = models.CharField(max_length=200, blank=True)
    signal_filter = models.JSONField(default=dict, blank=True)
    query = models.JSONField(default=dict, blank=True)
    op = models.CharField(max_length=3, choices=Op.choices, blank=True)
    value = models.FloatField(null=True, blank=True)
    sample_rate = models.FloatField(default=1.0)
    evaluator = models.CharField(max_length=200, blank=True)
    data_source = models.ForeignKey(
        DataSource, null=True, blank=True, on_delete=models.PROTECT, related_name="slis"
    )
    library = models.CharField(max_length=80, blank=True)
    labels = models.JSONField(default=dict, blank=True)
    enabled = models.BooleanField(default=True)
    created_at = models.DateTimeField(db_default=Now())

    objects = SliQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(sample_rate__gt=0, sample_rate__lte=1), name="sli_sample_rate"
            )
        ]
        indexes = [models.Index(fields=["signal"], name="sli_by_signal")]

    def __str__(self) -> str:
        return self.name


class SliEvaluator(models.Model):
    """One version of a judge that an indicator trusts, and how often it errs.

    "Positive" means that the judge calls it bad; the item numbers say on how many truly bad and
    truly good items the rates were measured (0: taken as exactly known). A version that was
    replaced still corrects the time before `until`.
    """

    sli = models.ForeignKey(Sli, on_delete=models.CASCADE, related_name="evaluators")
    name = models.CharField(max_length=200)
    true_positive_rate = models.FloatField(null=True, blank=True)
    false_positive_rate = models.FloatField(null=True, blank=True)
    bad_items = models.PositiveIntegerField(default=0)
    good_items = models.PositiveIntegerField(default=0)
    since = models.DateTimeField(db_default=Now())
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-since", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["sli", "name"], name="sli_evaluator_once"),
            models.CheckConstraint(
                condition=models.Q(true_positive_rate=None)
                | models.Q(true_positive_rate__gte=0, true_positive_rate__lte=1),
                name="sli_evaluator_tpr",
            ),
            models.CheckConstraint(
                condition=models.Q(false_positive_rate=None)
                | models.Q(false_positive_rate__gte=0, false_positive_rate__lte=1),
                name="sli_evaluator_fpr",
            ),
        ]
