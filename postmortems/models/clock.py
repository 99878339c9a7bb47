"""Regulatory clocks: who knew what when, which reports are due, what was decided, what is held."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models.functions import Now

from accounts.models import User
from core.ids import new_id
from core.leases import Leased
from incidents.models import Incident


class ClockQuerySet(models.QuerySet["RegulatoryClock"]):
    def visible_to(self, user: User) -> ClockQuerySet:
        """Those of the incidents that this person may see; no other rule."""
        return self.filter(incident__in=Incident.objects.visible_to(user))


class RegulatoryClock(models.Model):
    """One duty that may apply to an incident. It runs from awareness and cannot be paused: it ends
    when its last report is in, or when two people have decided that nothing is to be reported.

    `terms` is the rule and its trigger as they were when it started."""

    class State(models.TextChoices):
        RUNNING = "running", "Running"
        REPORTED = "reported", "Reported"
        NOT_REPORTABLE = "not_reportable", "Decided: not reportable"

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="clocks")
    rule = models.CharField(max_length=60)
    rule_version = models.CharField(max_length=20)
    trigger = models.CharField(max_length=60)
    terms = models.JSONField()
    jurisdictions = models.JSONField(default=list)
    role = models.CharField(max_length=60)
    aware_at = models.DateTimeField()
    aware_who = models.CharField(max_length=200)
    aware_evidence = models.TextField(blank=True)
    state = models.CharField(max_length=14, choices=State.choices, default=State.RUNNING)
    version = models.PositiveIntegerField(default=1)
    owner = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField(db_default=Now())
    started_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = ClockQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["incident", "rule", "trigger"],
                condition=models.Q(state="running"),
                name="one_running_clock_a_trigger",
            ),
            models.CheckConstraint(
                condition=models.Q(state="running") | models.Q(ended_at__isnull=False),
                name="ended_clock_has_its_time",
            ),
        ]
        indexes = [models.Index(fields=["state", "-started_at", "-id"], name="clock_by_state")]

    @property
    def name(self) -> str:
        return str(self.terms.get("name", self.rule))

    @property
    def trigger_label(self) -> str:
        return str(self.terms.get("trigger", {}).get("label", self.trigger))

    @property
    def is_running(self) -> bool:
        return self.state == self.State.RUNNING

    @property
    def subject_key(self) -> str:
        return f"clock:{self.pk}"


class ClockPhase(models.Model):
    """One report that is due. Without `due_at` the rule says only that there is to be no delay."""

    clock = models.ForeignKey(RegulatoryClock, on_delete=models.CASCADE, related_name="phases")
    key = models.CharField(max_length=60)
    position = models.PositiveSmallIntegerField()
    label = models.CharField(max_length=200)
    recipient = models.CharField(max_length=200, blank=True)
    says = models.TextField(blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    submitted_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    receipt = models.TextField(blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["clock", "key"], name="clock_phase_once")]
        indexes = [
            models.Index(
                fields=["due_at"], condition=models.Q(submitted_at=None), name="clock_phase_due"
            )
        ]

    @property
    def is_late(self) -> bool:
        """Was reported after its time."""
        return bool(self.due_at and self.submitted_at and self.submitted_at > self.due_at)


class ClockDecision(models.Model):
    """That an incident is not reportable: proposed with reasons by one, approved by another."""

    class Outcome(models.TextChoices):
        PROPOSED = "proposed", "Waits for an approver"
        APPROVED = "approved", "Approved"
        REFUSED = "refused", "Refused"

    clock = models.ForeignKey(RegulatoryClock, on_delete=models.CASCADE, related_name="decisions")
    reasons = models.TextField()
    proposed_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(db_default=Now())
    outcome = models.CharField(max_length=8, choices=Outcome.choices, default=Outcome.PROPOSED)
    decided_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    note = models.TextField(blank=True)

    class Meta:
        ordering = ["-proposed_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["clock"], condition=models.Q(outcome="proposed"), name="one_open_decision"
            ),
            models.CheckConstraint(
                condition=models.Q(outcome="proposed")
                | models.Q(decided_by__isnull=False, decided_at__isnull=False),
                name="decision_has_its_approver",
            ),
            models.CheckConstraint(
                condition=~models.Q(outcome="approved")
                | ~models.Q(decided_by=models.F("proposed_by")),
                name="decision_approved_by_another",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
        ]


class EvidenceHold(models.Model):
    """Nothing that shows what happened may be altered or thrown away until this is lifted."""

    id = models.UUIDField(primary_key=True, default=new_id)
    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="holds")
    reason = models.TextField()
    covers = models.TextField(blank=True)
    placed_at = models.DateTimeField(db_default=Now())
    placed_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    placed_label = models.CharField(max_length=200)
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    lifted_reason = models.TextField(blank=True)

    class Meta:
        ordering = ["-placed_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["incident"], condition=models.Q(lifted_at=None), name="one_hold_an_incident"
            )
        ]
        triggers = [pgtrigger.Protect(name="kept", operation=pgtrigger.Delete)]


class ReportDraft(models.Model):
    """What would be sent. `form` is `authority` (the superset of fields, for one clock) or `aiid`
    (the AI Incident Database, for the incident)."""

    class Form(models.TextChoices):
        AUTHORITY = "authority", "Report to an authority"
        AIID = "aiid", "AI Incident Database"

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="report_drafts")
    clock = models.ForeignKey(
        RegulatoryClock, null=True, blank=True, on_delete=models.CASCADE, related_name="drafts"
    )
    form = models.CharField(max_length=9, choices=Form.choices)
    fields = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField(db_default=Now())
    updated_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["incident", "form", "clock"],
                nulls_distinct=False,
                name="one_draft_a_form",
            )
        ]


class ClockReminder(Leased):
    """A reminder about one report, due at `due_at`; re-checked when it is."""

    class State(models.TextChoices):
        PENDING = "pending"
        DONE = "done"
        DROPPED = "dropped"

    phase = models.ForeignKey(ClockPhase, on_delete=models.CASCADE, related_name="reminders")
    kind = models.CharField(max_length=12)
    state = models.CharField(max_length=8, choices=State.choices, default=State.PENDING)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["phase", "kind"],
                condition=models.Q(state="pending"),
                name="clock_reminder_once",
            )
        ]
        indexes = [
            models.Index(
                fields=["due_at"], condition=models.Q(state="pending"), name="clock_reminder_due"
            )
        ]
