"""Follow-up actions: what somebody promised to do about a cause, until it is verifiably done."""

from __future__ import annotations

import pgtrigger
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models.functions import Now

from accounts.models import Team, User
from core.ids import new_id
from core.leases import Leased
from incidents.models import Incident
from postmortems.actions.lifecycle import ACTION, OPEN, STATUS_CHOICES
from postmortems.models.document import Postmortem


class ActionQuerySet(models.QuerySet["Action"]):
    def visible_to(self, user: User) -> ActionQuerySet:
        """Those of the incidents that this person may see; no other rule."""
        return self.filter(incident__in=Incident.objects.visible_to(user))

    def unfinished(self) -> ActionQuerySet:
        return self.filter(status__in=OPEN)


class Action(models.Model):
    """Known to people as ACT-<id>.

    `proposal` names what it was proposed from (`drift.covariate:2`), so that accepting twice makes
    one action. `proof` is what shows that a detecting action was done: an evaluation case, an SLI.
    """

    class Type(models.TextChoices):
        PREVENT = "prevent", "Prevent"
        DETECT = "detect", "Detect"
        MITIGATE = "mitigate", "Mitigate"
        PROCESS = "process", "Process"

    class Priority(models.TextChoices):
        P1 = "p1", "P1, before other work"
        P2 = "p2", "P2, planned next"
        P3 = "p3", "P3, when there is time"

    class Proof(models.TextChoices):
        EVALUATION = "evaluation", "Evaluation case"
        SLI = "sli", "SLI or SLO"
        CHANGE = "change", "Change"
        DOCUMENT = "document", "Document"

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="actions")
    postmortem = models.ForeignKey(
        Postmortem, null=True, blank=True, on_delete=models.SET_NULL, related_name="actions"
    )
    title = models.CharField(max_length=300)
    detail = models.TextField(blank=True)
    type = models.CharField(max_length=8, choices=Type.choices)
    status = models.CharField(max_length=11, choices=STATUS_CHOICES, default="open")
    priority = models.CharField(max_length=2, choices=Priority.choices, default=Priority.P2)
    owner = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="actions"
    )
    team = models.ForeignKey(
        Team, null=True, blank=True, on_delete=models.SET_NULL, related_name="actions"
    )
    due_on = models.DateField(null=True, blank=True)
    done_criterion = models.TextField(blank=True)
    required = models.BooleanField(default=False)
    cause = models.CharField(max_length=80, blank=True, help_text="Slug of a taxonomy cause")
    proposal = models.CharField(max_length=120, blank=True)
    proof_kind = models.CharField(max_length=10, choices=Proof.choices, blank=True)
    proof = models.CharField(max_length=2048, blank=True)
    reason = models.TextField(blank=True, help_text="Why it will not be done")
    external_url = models.CharField(max_length=2048, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(db_default=Now())
    created_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    done_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True, help_text="Done, or decided not to")
    search = models.GeneratedField(
        expression=SearchVector("title", "detail", config="simple"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects = ActionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["incident", "proposal"],
                condition=~models.Q(proposal=""),
                name="action_proposal_once",
            ),
            models.CheckConstraint(
                condition=~models.Q(status="wont_do") | ~models.Q(reason=""),
                name="action_wont_do_has_reason",
            ),
            models.CheckConstraint(
                condition=models.Q(status="done", done_at__isnull=False)
                | (~models.Q(status="done") & models.Q(done_at__isnull=True)),
                name="action_done_has_its_time",
            ),
        ]
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="action_recent"),
            models.Index(
                fields=["due_on", "id"],
                condition=models.Q(status__in=OPEN),
                name="action_unfinished_due",
            ),
            models.Index(fields=["owner", "status"], name="action_by_owner"),
            models.Index(fields=["team", "status"], name="action_by_team"),
            models.Index(fields=["cause", "status"], name="action_by_cause"),
            GinIndex(fields=["search"], name="action_search"),
        ]
        triggers = [
            pgtrigger.FSM(name="lifecycle", field="status", transitions=list(ACTION.pairs()))
        ]

    def __str__(self) -> str:
        return self.ref

    @property
    def ref(self) -> str:
        return f"ACT-{self.pk}"

    @property
    def subject_key(self) -> str:
        return f"action:{self.pk}"

    @property
    def is_open(self) -> bool:
        return self.status in OPEN


class ActionEvent(models.Model):
    """What became of an action, a line each. Append-only."""

    id = models.UUIDField(primary_key=True, default=new_id)
    action = models.ForeignKey(Action, on_delete=models.CASCADE, related_name="events")
    at = models.DateTimeField(db_default=Now())
    kind = models.CharField(max_length=12)
    actor = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    actor_label = models.CharField(max_length=200)
    via = models.CharField(max_length=10)
    text = models.TextField()

    class Meta:
        indexes = [models.Index(fields=["action", "-at", "-id"], name="actionevent_line")]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]


class DeclinedProposal(models.Model):
    """A required follow-up that somebody decided not to take up, and why."""

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="+")
    proposal = models.CharField(max_length=120)
    reason = models.TextField()
    declined_at = models.DateTimeField(db_default=Now())
    declined_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    declined_label = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["incident", "proposal"], name="declined_once"),
            models.CheckConstraint(condition=~models.Q(reason=""), name="declined_has_reason"),
        ]


class ActionNudge(Leased):
    """A reminder about an action that is due at `due_at`, re-checked when it is."""

    class State(models.TextChoices):
        PENDING = "pending"
        DONE = "done"
        DROPPED = "dropped"

    action = models.ForeignKey(Action, on_delete=models.CASCADE, related_name="nudges")
    number = models.PositiveSmallIntegerField(help_text="1 is the first")
    key = models.CharField(max_length=80, unique=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.PENDING)
    outcome = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["due_at"], condition=models.Q(state="pending"), name="action_nudge_pending"
            )
        ]
