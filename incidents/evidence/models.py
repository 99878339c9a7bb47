"""Samples of bad outputs, how often they come back, who was affected, reports of other tools, and
deliveries that are kept because evidence is held. No rules."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from core.ids import new_id


class EvidenceSample(models.Model):
    """One bad output. `shown` is redacted (see `evidence.sample` for its fields); `sealed` holds
    the whole, encrypted. With `case` it is an evaluation case, known as INC-42/3."""

    class CaseState(models.TextChoices):
        NEW = "new", "Not run yet"
        PASSING = "passing", "Passes"
        FAILING = "failing", "Fails, never passed"
        REGRESSED = "regressed", "Fails, passed before"

    id = models.UUIDField(primary_key=True, default=new_id)
    incident = models.ForeignKey(
        "incidents.Incident", on_delete=models.CASCADE, related_name="samples"
    )
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    shown = models.JSONField(default=dict)
    sealed = models.TextField(blank=True)
    found = models.JSONField(default=dict)
    origin = models.CharField(max_length=200, blank=True)
    case = models.BooleanField(default=False)
    case_state = models.CharField(max_length=9, choices=CaseState.choices, default=CaseState.NEW)
    case_commit = models.CharField(max_length=80, blank=True)
    case_ran_at = models.DateTimeField(null=True)
    added_label = models.CharField(max_length=200)
    added_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["incident", "number"], name="evidence_sample_once")
        ]
        indexes = [
            models.Index(
                fields=["incident"],
                condition=models.Q(case=True, case_state="regressed"),
                name="evidencesample_regressed",
            ),
            models.Index(
                fields=["added_at"], condition=~models.Q(sealed=""), name="evidencesample_sealed"
            ),
        ]

    @property
    def ref(self) -> str:
        return f"INC-{self.incident_id}/{self.number}"


class CaseResult(models.Model):
    """How a case went in one run of a pipeline. Append-only; the same run told twice is one."""

    sample = models.ForeignKey(EvidenceSample, on_delete=models.CASCADE, related_name="results")
    commit = models.CharField(max_length=80)
    run = models.CharField(max_length=200)
    passed = models.BooleanField()
    score = models.FloatField(null=True)
    detail = models.CharField(max_length=2_000, blank=True)
    url = models.CharField(max_length=2_048, blank=True)
    ran_at = models.DateTimeField()
    told_label = models.CharField(max_length=200)

    class Meta:
        ordering = ["-ran_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["sample", "commit", "run"], name="case_result_once")
        ]


class Reproduction(models.Model):
    """It was tried `n` times and failed `k` of them."""

    incident = models.ForeignKey(
        "incidents.Incident", on_delete=models.CASCADE, related_name="reproductions"
    )
    sample = models.ForeignKey(
        EvidenceSample, null=True, on_delete=models.SET_NULL, related_name="reproductions"
    )
    k = models.PositiveIntegerField()
    n = models.PositiveIntegerField()
    settings = models.CharField(max_length=500, blank=True)
    tried_label = models.CharField(max_length=200)
    tried_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["-tried_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(n__gte=1, k__lte=models.F("n")), name="reproduction_k_of_n"
            )
        ]


class AffectedCount(models.Model):
    """How many people, decisions or others were affected, in all or of one cohort."""

    class What(models.TextChoices):
        PEOPLE = "people", "People"
        DECISIONS = "decisions", "Decisions"
        ANSWERS = "answers", "Answers"
        ACTIONS = "actions", "Actions of an agent"
        RECORDS = "records", "Records"

    class Bound(models.TextChoices):
        EXACT = "exact", "exactly"
        LEAST = "least", "at least"
        MOST = "most", "at most"
        ABOUT = "about", "about"

    incident = models.ForeignKey(
        "incidents.Incident", on_delete=models.CASCADE, related_name="affected"
    )
    what = models.CharField(max_length=10, choices=What.choices)
    cohort = models.CharField(max_length=200, blank=True)
    bound = models.CharField(max_length=5, choices=Bound.choices, default=Bound.EXACT)
    count = models.PositiveBigIntegerField()
    of = models.PositiveBigIntegerField(null=True)
    basis = models.CharField(max_length=500)
    counted_label = models.CharField(max_length=200)
    counted_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["what", "cohort", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["incident", "what", "cohort"], name="affected_count_once"
            )
        ]


class EvidenceReport(models.Model):
    """A report of another tool, as it was read: blocks of a title, headers and rows."""

    id = models.UUIDField(primary_key=True, default=new_id)
    incident = models.ForeignKey(
        "incidents.Incident", on_delete=models.CASCADE, related_name="evidence_reports"
    )
    format = models.CharField(max_length=20)
    title = models.CharField(max_length=200)
    blocks = models.JSONField(default=list)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    added_label = models.CharField(max_length=200)
    added_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["added_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["incident", "sha256"], name="evidence_report_once")
        ]


class KeptReceipt(models.Model):
    """A copy of a delivery behind an alert of an incident whose evidence is held: deliveries are
    dropped by the day, held ones stay here. No foreign key: the receipt may be gone."""

    incident = models.ForeignKey(
        "incidents.Incident", on_delete=models.CASCADE, related_name="kept_receipts"
    )
    receipt_id = models.UUIDField()
    received_at = models.DateTimeField()
    source_slug = models.CharField(max_length=63)
    format = models.CharField(max_length=40)
    headers = models.JSONField(default=dict)
    body = models.BinaryField()
    sealed = models.TextField(blank=True)
    kept_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["incident", "receipt_id"], name="kept_receipt_once")
        ]
