"""Incidents and all that hangs on them. Rules live in `lifecycle` and `services`."""

from __future__ import annotations

import pgtrigger
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models.functions import Now

from accounts.models import User
from alerts.models import SEVERITIES, Alert
from catalog.models import System
from core.ids import new_id
from core.leases import Leased
from incidents import tables as tables
from incidents.drills.models import Drill as Drill
from incidents.drills.models import DrillSchedule as DrillSchedule
from incidents.drills.models import DrillSend as DrillSend
from incidents.lifecycle import ACTIVE, INCIDENT, STATUS_CHOICES
from incidents.standing import LineQuerySet
from oncall.models import EscalationPolicy
from taxonomy.models import Cause


class IncidentQuerySet(models.QuerySet["Incident"]):
    def visible_to(self, user: User) -> IncidentQuerySet:
        """All but the private ones, and of those the ones this person belongs to. No role sees
        further: an admin who must look adds themselves with `manage.py incident_access`."""
        if not user.is_active:
            return self.none()
        mine = IncidentMember.objects.filter(incident=models.OuterRef("pk"), user=user)
        return self.filter(models.Q(private=False) | models.Exists(mine))

    def active(self) -> IncidentQuerySet:
        return self.filter(status__in=ACTIVE)


class Incident(models.Model):
    """Known to people as INC-<id>. One active incident a grouping key."""

    title = models.CharField(max_length=300)
    summary = models.TextField(blank=True)
    status = models.CharField(max_length=12, choices=STATUS_CHOICES, default="open")
    severity = models.CharField(max_length=4, choices=SEVERITIES)
    private = models.BooleanField(default=False)
    drill = models.BooleanField(default=False)
    grouping_key = models.CharField(max_length=64, null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    auto_resolve = models.BooleanField(default=True)
    cause_hint = models.CharField(max_length=80, blank=True)
    escalation_policy = models.ForeignKey(
        EscalationPolicy, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged"
    )
    opened_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    onset_at = models.DateTimeField(null=True, blank=True)
    detected_at = models.DateTimeField(null=True, blank=True)
    opened_at = models.DateTimeField()
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    mitigated_at = models.DateTimeField(null=True, blank=True)
    resolved_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    systems: models.ManyToManyField[System, IncidentSystem] = models.ManyToManyField(
        System, through="IncidentSystem", related_name="incidents"
    )
    search = models.GeneratedField(
        expression=SearchVector("title", "summary", config="simple"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects = IncidentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["grouping_key"],
                condition=models.Q(status__in=ACTIVE),
                name="one_active_incident_per_group",
            ),
            models.CheckConstraint(
                condition=models.Q(severity__in=[value for value, _ in SEVERITIES]),
                name="incident_severity_known",
            ),
        ]
        indexes = [
            models.Index(fields=["-opened_at", "-id"], name="incident_recent"),
            models.Index(fields=["status", "-opened_at", "-id"], name="incident_by_status"),
            models.Index(
                fields=["-opened_at", "-id"],
                condition=models.Q(status__in=ACTIVE),
                name="incident_active",
            ),
            models.Index(
                fields=["resolved_at"],
                condition=models.Q(status="resolved"),
                name="incident_not_closed",
            ),
            GinIndex(fields=["search"], name="incident_search"),
        ]
        triggers = [
            pgtrigger.FSM(name="lifecycle", field="status", transitions=list(INCIDENT.pairs()))
        ]

    def __str__(self) -> str:
        return self.ref

    @property
    def ref(self) -> str:
        return f"INC-{self.pk}"

    @property
    def subject_key(self) -> str:
        """How the paging rooms below name this incident."""
        return f"incident:{self.pk}"


class IncidentSystem(models.Model):
    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="+")
    system = models.ForeignKey(System, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["incident", "system"], name="incident_system_once")
        ]


class IncidentAlert(models.Model):
    """An alert episode belongs to at most one incident."""

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="alert_links")
    alert = models.OneToOneField(Alert, on_delete=models.CASCADE, related_name="incident_link")
    joined_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["incident", "-joined_at"], name="incidentalert_joined")]


class IncidentMember(models.Model):
    """Somebody who belongs to the incident; of a private one only they see anything."""

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="members")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    because = models.CharField(max_length=120)
    added_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["incident", "user"], name="incident_member_once")
        ]


class IncidentRole(models.Model):
    """Who holds which role now; the timeline keeps who held it before."""

    class Role(models.TextChoices):
        LEAD = "lead", "Lead"
        COMMUNICATIONS = "communications", "Communications"
        SCRIBE = "scribe", "Scribe"
        MODEL_OWNER = "model-owner", "Model owner"

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="roles")
    role = models.CharField(max_length=15, choices=Role.choices)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="incident_roles")
    since = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["incident", "role"], name="incident_role_once")
        ]


class IncidentTask(models.Model):
    """Something to do while the incident runs."""

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="tasks")
    title = models.CharField(max_length=300)
    owner = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.SET_NULL, related_name="incident_tasks"
    )
    created_at = models.DateTimeField(db_default=Now())
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]


class IncidentCause(models.Model):
    """Why it happened, as far as somebody says so: any number, each with its role, how sure people
    are and on what evidence. What is ruled out stays, so that nobody looks there again.
    Roles and confidences are the facets `cause_role` and `cause_confidence` of the taxonomy."""

    class Role(models.TextChoices):
        TRIGGER = "trigger", "Trigger"
        CONTRIBUTING = "contributing", "Contributing"
        LATENT = "latent", "Latent"
        DETECTION_GAP = "detection-gap", "Detection gap"
        RESPONSE_GAP = "response-gap", "Response gap"

    class Confidence(models.TextChoices):
        SUSPECTED = "suspected", "Suspected"
        LIKELY = "likely", "Likely"
        CONFIRMED = "confirmed", "Confirmed"
        DISPUTED = "disputed", "Disputed"
        RULED_OUT = "ruled-out", "Ruled out"

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="causes")
    cause = models.ForeignKey(Cause, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=15, choices=Role.choices, default=Role.CONTRIBUTING)
    confidence = models.CharField(
        max_length=10, choices=Confidence.choices, default=Confidence.SUSPECTED
    )
    evidence = models.TextField(blank=True)
    explains = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)
    set_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    set_by_label = models.CharField(max_length=200)
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["incident", "cause", "role"], name="incident_cause_once"
            )
        ]
        indexes = [models.Index(fields=["cause", "incident"], name="incidentcause_cause")]

    @property
    def holds(self) -> bool:
        """Nobody has shown that it was not this."""
        return self.confidence != self.Confidence.RULED_OUT


class IncidentEvent(models.Model):
    """A line of the timeline: when it happened, when it was written down. Append-only: a line that
    corrects another `replaces` it, and one that only takes another away `withdraws` it."""

    class Kind(models.TextChoices):
        OPENED = "opened", "Opened"
        STATUS = "status", "Status"
        SEVERITY = "severity", "Severity"
        NOTE = "note", "Note"
        ROLE = "role", "Role"
        TASK = "task", "Task"
        ALERT = "alert", "Alert"
        PAGE = "page", "Page"
        TIMES = "times", "Times"
        SYSTEM = "system", "System"
        MERGE = "merge", "Merge"
        ACCESS = "access", "Access"
        CAUSE = "cause", "Cause"
        UPDATE = "update", "Update"
        EVIDENCE = "evidence", "Evidence"
        CHECK = "check", "Check"
        MITIGATION = "mitigation", "What was done"

    id = models.UUIDField(primary_key=True, default=new_id)
    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="events")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=Now())
    actor = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    actor_label = models.CharField(max_length=200)
    via = models.CharField(max_length=10)
    text = models.TextField()
    detail = models.JSONField(default=dict)
    idempotency = models.CharField(
        max_length=120, null=True, blank=True, help_text="Written once however often it is told"
    )
    replaces = models.ForeignKey(
        "self", null=True, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    withdraws = models.BooleanField(default=False, db_default=False)

    objects = LineQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["incident", "-occurred_at", "-id"], name="incidentevent_line"),
            models.Index(
                fields=["replaces"],
                condition=models.Q(replaces__isnull=False),
                name="incidentevent_replaces",
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["incident", "idempotency"], name="incidentevent_once")
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]


class IncidentFile(models.Model):
    """A picture on the timeline, with the line it belongs to. `origin` is where it came from."""

    id = models.UUIDField(primary_key=True, default=new_id)
    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="files")
    event = models.ForeignKey(IncidentEvent, on_delete=models.CASCADE, related_name="files")
    name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    origin = models.CharField(max_length=200, blank=True)
    added_at = models.DateTimeField(db_default=Now())
    added_label = models.CharField(max_length=200)

    class Meta:
        ordering = ["added_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["event", "sha256"], name="incidentfile_once")
        ]


class IncidentFileContent(models.Model):
    """The bytes, apart from the card so that no page loads them."""

    file = models.OneToOneField(
        IncidentFile, primary_key=True, on_delete=models.CASCADE, related_name="content"
    )
    data = models.BinaryField()


class IncidentSeen(models.Model):
    """When somebody last had the page of an incident before them: lists mark what came since."""

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "incident"], name="incident_seen_once")
        ]


class IncidentUpdate(models.Model):
    """What people are told about it: how it stands, and when they hear again. Append-only."""

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="updates")
    text = models.TextField()
    said_at = models.DateTimeField()
    author = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    author_label = models.CharField(max_length=200)
    via = models.CharField(max_length=10)
    next_due_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["incident", "-said_at", "-id"], name="incidentupdate_latest")
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]


class IncidentReminder(Leased):
    """That something of an incident waits for a person, told again until it is done, stopped or
    told often enough. `since` is the moment it is about: one row for each, however often it is
    planned."""

    class Kind(models.TextChoices):
        UPDATE = "update", "Update overdue"
        LEAD = "lead", "No lead"
        CLOSE = "close", "Not closed"

    class State(models.TextChoices):
        PENDING = "pending", "Waits"
        OVER = "over", "Not wanted any more"
        TOLD = "told", "Told often enough"
        STOPPED = "stopped", "Stopped by somebody"

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="reminders")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    since = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.PENDING)
    number = models.PositiveSmallIntegerField(default=0, help_text="How often it was told")
    last_told_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["incident", "kind", "since"], name="incident_reminder_once"
            )
        ]
        indexes = [
            models.Index(
                fields=["due_at"], condition=models.Q(state="pending"), name="incident_reminder_due"
            )
        ]
