"""What was run: one run of a playbook on an incident, its steps, and who approved it."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models.functions import Now

from accounts.models import User
from core.ids import new_id
from core.leases import Leased
from incidents.models import Incident
from playbooks.lifecycle import RUN, STATUS_CHOICES
from playbooks.models.playbook import Connection, Playbook


class RunQuerySet(models.QuerySet["PlaybookRun"]):
    def visible_to(self, user: User) -> RunQuerySet:
        """As the incident they act on."""
        return self.filter(incident__in=Incident.objects.visible_to(user))


class PlaybookRun(Leased):
    """Known to people as RUN-<id>. `definition` is the playbook as it was when the run was made:
    what is changed of the playbook afterwards does not reach it. `state` is `due` while the engine
    has something to do at `due_at`. A rehearsal sends nothing: its incident is a drill."""

    class State(models.TextChoices):
        DUE = "due", "Due"
        IDLE = "idle", "Nothing to do"

    playbook = models.ForeignKey(Playbook, on_delete=models.PROTECT, related_name="runs")
    version = models.PositiveIntegerField()
    definition = models.JSONField()
    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="playbook_runs")
    status = models.CharField(max_length=10, choices=STATUS_CHOICES, default="planning")
    state = models.CharField(max_length=4, choices=State.choices, default=State.DUE)
    starts_when_planned = models.BooleanField(default=False)
    automatic = models.BooleanField(default=False)
    rehearsal = models.BooleanField(default=False)
    started_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    started_label = models.CharField(max_length=200)
    via = models.CharField(max_length=10)
    demand = models.JSONField(default=dict)
    said = models.TextField(blank=True)
    approve_until = models.DateTimeField(null=True, blank=True)
    acted_at = models.DateTimeField(null=True, blank=True)
    verify_at = models.DateTimeField(null=True, blank=True)
    undoing_since = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = RunQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["playbook", "incident"],
                condition=models.Q(automatic=True),
                name="playbookrun_by_itself_once",
            )
        ]
        indexes = [
            models.Index(
                fields=["due_at"], condition=models.Q(state="due"), name="playbookrun_due"
            ),
            models.Index(fields=["playbook", "-id"], name="playbookrun_of_playbook"),
        ]
        triggers = [pgtrigger.FSM(name="lifecycle", field="status", transitions=list(RUN.pairs()))]

    def __str__(self) -> str:
        return self.ref

    @property
    def ref(self) -> str:
        return f"RUN-{self.pk}"

    @property
    def can_undo(self) -> bool:
        """Something was done, or may have been, that AIRE knows how to take back."""
        return any(step.can_be_undone for step in self.undoable)

    @property
    def all_done(self) -> bool:
        """Every step was carried out or was not needed; what is open is whether it helped."""
        done = (RunStep.Status.DONE, RunStep.Status.SKIPPED)
        return all(step.status in done for step in self.steps.all() if not step.undoes_id)

    @property
    def undoable(self) -> list[RunStep]:
        """The forward steps that are not being taken back yet, the last first."""
        steps = list(self.steps.all())
        undone = {step.undoes_id for step in steps if step.undoes_id}
        return [s for s in reversed(steps) if not s.undoes_id and s.pk not in undone]


class RunStep(models.Model):
    """One step, or with `undoes` the taking back of one. `sending` is exactly what goes out, frozen
    when it was planned, without credentials; `before` what stood there then. `key` is the same for
    every try, so that the other side can know it again."""

    class Status(models.TextChoices):
        PENDING = "pending", "To do"
        SENDING = "sending", "Being sent"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"
        UNCERTAIN = "uncertain", "Uncertain"
        SKIPPED = "skipped", "Left out"

    id = models.UUIDField(primary_key=True, default=new_id)
    run = models.ForeignKey(PlaybookRun, on_delete=models.CASCADE, related_name="steps")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=200)
    definition = models.JSONField(default=dict)
    connection = models.ForeignKey(
        Connection, null=True, on_delete=models.PROTECT, related_name="steps"
    )
    status = models.CharField(max_length=9, choices=Status.choices, default=Status.PENDING)
    says = models.TextField(blank=True)
    undo_says = models.TextField(blank=True)
    sending = models.JSONField(null=True)
    before = models.JSONField(null=True)
    key = models.UUIDField(default=new_id)
    answer = models.TextField(blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_label = models.CharField(max_length=200, blank=True)
    undoes = models.OneToOneField("self", null=True, on_delete=models.CASCADE, related_name="undo")

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["run", "position"], name="runstep_once")]

    @property
    def is_lost(self) -> bool:
        """It was sent and nobody knows yet whether it was carried out."""
        return self.status in (self.Status.SENDING, self.Status.UNCERTAIN)

    @property
    def can_be_undone(self) -> bool:
        return bool(self.undo_says) and (self.status == self.Status.DONE or self.is_lost)

    @property
    def is_check(self) -> bool:
        return "check" in self.definition


class Approval(models.Model):
    """What somebody said about a run that waits. One word a person."""

    run = models.ForeignKey(PlaybookRun, on_delete=models.CASCADE, related_name="approvals")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    label = models.CharField(max_length=200)
    role = models.CharField(max_length=10)
    agrees = models.BooleanField()
    note = models.CharField(max_length=1000, blank=True)
    via = models.CharField(max_length=10)
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]
        constraints = [models.UniqueConstraint(fields=["run", "user"], name="approval_once")]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update)]
