"""Schedules, escalation policies, escalations that run, their timers, and pages."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models.functions import Now

from accounts.models import Team, User
from catalog.models import System
from core.ids import new_id
from core.leases import Leased
from notifications.models import ContactMethod
from oncall.cover_models import CalendarFeed, HolidayPlace, SwapRequest, TimeOff
from oncall.handoff.models import HandoffNote, ShiftNotice
from oncall.load.models import PayRule
from oncall.shadow.models import Shadow

__all__ = [
    "CalendarFeed",
    "Escalation",
    "EscalationPolicy",
    "EscalationTimer",
    "HandoffNote",
    "HolidayPlace",
    "Override",
    "Page",
    "PayRule",
    "PolicyStep",
    "PolicyTarget",
    "Rotation",
    "RotationChange",
    "RotationChangeMember",
    "RotationMember",
    "RoundRobin",
    "Schedule",
    "Shadow",
    "ShiftNotice",
    "SwapRequest",
    "SystemPolicy",
    "TimeOff",
]


class Schedule(models.Model):
    slug = models.SlugField(max_length=63, unique=True)
    name = models.CharField(max_length=120)
    time_zone = models.CharField(max_length=64, default="UTC")
    holidays_move_cover = models.BooleanField(
        default=False, help_text="Whoever has a public holiday takes no turn on it"
    )

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Rotation(models.Model):
    """One layer of a schedule; `oncall.rotation` says what the fields mean."""

    schedule = models.ForeignKey(Schedule, on_delete=models.CASCADE, related_name="rotations")
    name = models.CharField(max_length=120)
    position = models.PositiveSmallIntegerField(default=0)
    starts = models.DateTimeField()
    handoff = models.TimeField()
    shift_length = models.CharField(max_length=10, default="1w")
    restrictions = models.JSONField(default=list, blank=True)
    ends = models.DateTimeField(null=True)
    shadow = models.BooleanField(
        default=False, help_text="Whoever is on it looks on and is not paged"
    )

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["schedule", "name"], name="rotation_name_once")
        ]


class RotationMember(models.Model):
    rotation = models.ForeignKey(Rotation, on_delete=models.CASCADE, related_name="members")
    position = models.PositiveSmallIntegerField()
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["rotation", "position"], name="rotation_position_once")
        ]


class RotationChange(models.Model):
    """From the first hand-off at or after `since` on, other people take turns."""

    rotation = models.ForeignKey(Rotation, on_delete=models.CASCADE, related_name="changes")
    since = models.DateTimeField()

    class Meta:
        ordering = ["since"]
        constraints = [
            models.UniqueConstraint(fields=["rotation", "since"], name="rotation_change_once")
        ]


class RotationChangeMember(models.Model):
    change = models.ForeignKey(RotationChange, on_delete=models.CASCADE, related_name="members")
    position = models.PositiveSmallIntegerField()
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["change", "position"], name="change_position_once")
        ]


class Override(models.Model):
    """Somebody takes the schedule for a while: all of it, or only where `replaces` would be."""

    class Kind(models.TextChoices):
        OVERRIDE = "override", "Override"
        SWAP = "swap", "Swap"

    schedule = models.ForeignKey(Schedule, on_delete=models.CASCADE, related_name="overrides")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    starts = models.DateTimeField()
    ends = models.DateTimeField()
    reason = models.CharField(max_length=200, blank=True)
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.OVERRIDE)
    replaces = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    created_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["starts", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends__gt=models.F("starts")), name="override_ends_after_start"
            )
        ]


class EscalationPolicy(models.Model):
    """Who is paged in which order. The one marked `is_fallback` catches what nobody else does."""

    slug = models.SlugField(max_length=63, unique=True)
    name = models.CharField(max_length=120)
    repeat = models.PositiveSmallIntegerField(default=0)
    is_fallback = models.BooleanField(default=False)
    ack_timeout_seconds = models.PositiveIntegerField(
        default=0, help_text="So long after an acknowledgement it pages again; 0 never"
    )

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_fallback"],
                condition=models.Q(is_fallback=True),
                name="one_fallback_policy",
            )
        ]

    def __str__(self) -> str:
        return self.name


class PolicyStep(models.Model):
    policy = models.ForeignKey(EscalationPolicy, on_delete=models.CASCADE, related_name="steps")
    position = models.PositiveSmallIntegerField()
    after_seconds = models.PositiveIntegerField(default=0)
    severities = models.JSONField(default=list, blank=True, help_text="Empty: every severity")
    hours = models.JSONField(
        null=True, help_text="None: at any time; see `policy_json.hours_to_json`"
    )
    round_robin = models.BooleanField(
        default=False, help_text="Only one of its people is paged, each in turn"
    )

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["policy", "position"], name="step_position_once")
        ]


def _one_target() -> models.Q:
    empty: dict[str, Any] = {"user": None, "schedule": None, "team": None, "contact": None}
    empty |= {"slack_channel": ""}
    ways = models.Q()
    for field in empty:
        rest = {name: value for name, value in empty.items() if name != field}
        ways |= ~models.Q(**{field: empty[field]}) & models.Q(**rest)
    return ways


class PolicyTarget(models.Model):
    """Exactly one of the five says who."""

    step = models.ForeignKey(PolicyStep, on_delete=models.CASCADE, related_name="targets")
    user = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    schedule = models.ForeignKey(Schedule, null=True, on_delete=models.PROTECT, related_name="+")
    team = models.ForeignKey(Team, null=True, on_delete=models.PROTECT, related_name="+")
    slack_channel = models.CharField(max_length=80, blank=True)
    contact = models.ForeignKey(
        ContactMethod, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(name="target_is_one_of_five", condition=_one_target())
        ]

    @property
    def in_use_as(self) -> str:
        return f"the escalation policy “{self.step.policy}”"


class SystemPolicy(models.Model):
    """Which policy pages for a system when no route says otherwise."""

    system = models.OneToOneField(System, on_delete=models.CASCADE, related_name="paging")
    policy = models.ForeignKey(
        EscalationPolicy, on_delete=models.PROTECT, related_name="system_policies"
    )

    @property
    def in_use_as(self) -> str:
        return f"the system “{self.system}”"


class RoundRobin(models.Model):
    """Who of a step has been paged, longest ago first: the next page goes to whoever is not in
    it, else to the first."""

    policy = models.ForeignKey(EscalationPolicy, on_delete=models.CASCADE, related_name="+")
    position = models.PositiveSmallIntegerField()
    served = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["policy", "position"], name="round_robin_once")
        ]


class Escalation(models.Model):
    """A policy at work for one subject. The policy is a snapshot: editing it changes nothing here.

    `subject_key` (for example `incident:42`) names what it is about without this room knowing
    what that is; `card` holds the facts that messages are made of.
    """

    class State(models.TextChoices):
        RUNNING = "running", "Paging"
        ACKNOWLEDGED = "acknowledged", "Acknowledged"
        ENDED = "ended", "Ended"
        EXHAUSTED = "exhausted", "All steps done, nobody acknowledged"

    id = models.UUIDField(primary_key=True, default=new_id)
    subject_key = models.CharField(max_length=80)
    state = models.CharField(max_length=12, choices=State.choices, default=State.RUNNING)
    policy_slug = models.CharField(max_length=63, blank=True)
    policy = models.JSONField()
    fallback = models.BooleanField(
        default=False, help_text="Nobody said whom to page, so the fallback is paged"
    )
    shadow = models.BooleanField(
        default=False, db_default=False, help_text="Recorded only: nobody is paged"
    )
    card = models.JSONField()
    started_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subject_key"],
                condition=models.Q(state="running"),
                name="one_running_escalation",
            )
        ]
        indexes = [models.Index(fields=["subject_key", "-started_at"], name="escalation_subject")]


class EscalationTimer(Leased):
    """The next step's obligation. Unique: a step of a round happens once."""

    class State(models.TextChoices):
        PENDING = "pending"
        DONE = "done"
        CANCELLED = "cancelled"

    escalation = models.ForeignKey(Escalation, on_delete=models.CASCADE, related_name="timers")
    round = models.PositiveSmallIntegerField()
    step = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.PENDING)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["escalation", "round", "step"], name="timer_once")
        ]
        indexes = [
            models.Index(
                fields=["due_at"], condition=models.Q(state="pending"), name="timer_pending"
            )
        ]


class Page(models.Model):
    """A demand for one person's attention (or, without a user, for a channel or the fallback
    address). `because` is why them, in words."""

    id = models.UUIDField(primary_key=True, default=new_id)
    escalation = models.ForeignKey(Escalation, on_delete=models.CASCADE, related_name="pages")
    round = models.PositiveSmallIntegerField()
    step = models.PositiveSmallIntegerField()
    user = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="pages")
    target = models.CharField(max_length=320)
    because = models.CharField(max_length=300)
    is_fallback = models.BooleanField(default=False)
    shadow = models.BooleanField(default=False, db_default=False)
    created_at = models.DateTimeField(db_default=Now())
    acknowledged_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["escalation", "round", "step", "target"], name="page_once"
            )
        ]
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="page_recent"),
            models.Index(fields=["user", "-created_at"], name="page_user"),
        ]
