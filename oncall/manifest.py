"""Schedule and EscalationPolicy as documents, and the policy that a System names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import time
from typing import Annotated, Any, ClassVar, Self

from pydantic import AfterValidator, Field, model_validator

from accounts.manifest import Zone
from catalog.models import System
from core.actor import Actor
from core.clock import WEEKDAYS
from core.manifest import (
    Email,
    Kind,
    Line,
    Moment,
    Name,
    Reference,
    Resource,
    Seconds,
    Spec,
    SpecField,
    WallTime,
    Weekday,
    one_of,
)
from core.yaml import Path
from oncall.escalation import (
    MAX_ACK_TIMEOUT_SECONDS,
    MAX_REPEAT,
    MAX_WAIT_SECONDS,
    SEVERITIES,
)
from oncall.models import EscalationPolicy, PolicyTarget, Rotation, Schedule, SystemPolicy
from oncall.services import (
    delete_policy,
    delete_schedule,
    save_policy,
    save_schedule,
    set_system_policy,
)
from oncall.shift_length import ScheduleError, ShiftLength


def _shift_length(text: str) -> str:
    try:
        return str(ShiftLength.parse(text))
    except ScheduleError as error:
        raise ValueError(str(error).rstrip(".")) from None


def _slack_channel(text: str) -> str:
    return text if text.startswith(("#", "C", "G")) else f"#{text}"


SlackChannel = Annotated[Line, Field(min_length=1, max_length=79), AfterValidator(_slack_channel)]


class RestrictionSpec(Spec):
    weekdays: Annotated[list[Weekday], Field(min_length=1)] = list(WEEKDAYS)
    start: WallTime
    end: WallTime


class ChangeSpec(Spec):
    """From the first hand-off at or after `since` on, these people take turns."""

    since: Moment
    users: list[Email]


class RotationSpec(Spec):
    name: Annotated[Line, Field(min_length=1, max_length=120)]
    users: list[Email]
    starts: Moment
    handoff: WallTime
    shift_length: Annotated[str, AfterValidator(_shift_length)] = "1w"
    restrictions: list[RestrictionSpec] = []
    changes: list[ChangeSpec] = []
    ends: Moment | None = None
    shadow: bool = False


class OverrideSpec(Spec):
    user: Email
    starts: Moment
    ends: Moment
    reason: Annotated[Line, Field(max_length=200)] = ""
    replaces: Email | None = None
    kind: Annotated[str, one_of(("override", "swap"))] = "override"


class ScheduleSpec(Spec):
    """Without `overrides` those made on the pages stay; with it there are exactly these."""

    time_zone: Zone = "UTC"
    rotations: list[RotationSpec] = []
    overrides: list[OverrideSpec] | None = None
    holidays_move_cover: bool = False


class ScheduleKind(Kind[ScheduleSpec]):
    name: ClassVar[str] = "Schedule"
    kept_when_absent = frozenset({"overrides"})

    @property
    def spec(self) -> type[ScheduleSpec]:
        return ScheduleSpec

    def present(self) -> dict[str, Resource[ScheduleSpec]]:
        schedules = Schedule.objects.order_by("slug").prefetch_related(
            "rotations__members__user",
            "rotations__changes__members__user",
            "overrides__user",
            "overrides__replaces",
        )
        return {schedule.slug: _schedule(schedule) for schedule in schedules}

    def references(self, resource: Resource[ScheduleSpec]) -> Iterator[Reference]:
        for number, rotation in enumerate(resource.spec.rotations):
            for place, email in enumerate(rotation.users):
                yield Reference("User", email, ("rotations", number, "users", place))
            for nth, change in enumerate(rotation.changes):
                for place, email in enumerate(change.users):
                    path = ("rotations", number, "changes", nth, "users", place)
                    yield Reference("User", email, path)
        for number, override in enumerate(resource.spec.overrides or []):
            yield Reference("User", override.user, ("overrides", number, "user"))
            if override.replaces is not None:
                yield Reference("User", override.replaces, ("overrides", number, "replaces"))

    def save(self, resource: Resource[ScheduleSpec], *, actor: Actor) -> None:
        spec = resource.spec
        overrides = None if spec.overrides is None else [dict(item) for item in spec.overrides]
        save_schedule(
            slug=resource.name,
            name=resource.display_name,
            time_zone=spec.time_zone,
            rotations=[_rotation_input(rotation) for rotation in spec.rotations],
            overrides=overrides,
            holidays_move_cover=spec.holidays_move_cover,
            actor=actor,
        )

    def remove(self, identity: str, *, actor: Actor) -> str:
        delete_schedule(slug=identity, actor=actor)
        return "delete"


def _rotation_input(rotation: RotationSpec) -> dict[str, Any]:
    return {
        **dict(rotation),
        "handoff": time.fromisoformat(rotation.handoff),
        "restrictions": [item.model_dump() for item in rotation.restrictions],
        "changes": [item.model_dump() for item in rotation.changes],
    }


def _schedule(schedule: Schedule) -> Resource[ScheduleSpec]:
    overrides = [
        OverrideSpec.model_construct(
            user=row.user.email.lower(),
            starts=row.starts,
            ends=row.ends,
            reason=row.reason,
            replaces=row.replaces.email.lower() if row.replaces else None,
            kind=row.kind,
        )
        for row in schedule.overrides.all()
    ]
    spec = ScheduleSpec.model_construct(
        time_zone=schedule.time_zone,
        rotations=[_rotation(row) for row in schedule.rotations.all()],
        overrides=overrides or None,
        holidays_move_cover=schedule.holidays_move_cover,
    )
    return Resource(name=schedule.slug, display_name=schedule.name, spec=spec)


def _rotation(row: Rotation) -> RotationSpec:
    return RotationSpec.model_construct(
        name=row.name,
        users=[member.user.email.lower() for member in row.members.all()],
        starts=row.starts,
        handoff=f"{row.handoff:%H:%M}",
        shift_length=row.shift_length,
        restrictions=[
            RestrictionSpec.model_construct(
                weekdays=item.get("weekdays", list(WEEKDAYS)), start=item["start"], end=item["end"]
            )
            for item in row.restrictions
        ],
        changes=[
            ChangeSpec.model_construct(
                since=change.since,
                users=[member.user.email.lower() for member in change.members.all()],
            )
            for change in row.changes.all()
        ],
        ends=row.ends,
        shadow=row.shadow,
    )


class TargetSpec(Spec):
    """Exactly one of the five says who. `contact` is a room or webhook that has a name here."""

    user: Email | None = None
    schedule: Name | None = None
    team: Name | None = None
    slack_channel: SlackChannel | None = None
    contact: Name | None = None

    @model_validator(mode="after")
    def _one_thing(self) -> Self:
        if len([value for _, value in self if value is not None]) != 1:
            raise ValueError("name exactly one of user, schedule, team, slackChannel, contact")
        return self


class HoursSpec(Spec):
    """Hours of the week in a zone; with `outside` all the others."""

    time_zone: Zone = "UTC"
    windows: Annotated[list[RestrictionSpec], Field(min_length=1)]
    outside: bool = False


class StepSpec(Spec):
    """`after` counts from the step before, for the first one from the start."""

    after: Annotated[Seconds, Field(le=MAX_WAIT_SECONDS)] = 0
    targets: Annotated[list[TargetSpec], Field(min_length=1)]
    severities: list[Annotated[str, one_of(SEVERITIES)]] = []
    hours: HoursSpec | None = None
    round_robin: bool = False


class EscalationPolicySpec(Spec):
    steps: Annotated[list[StepSpec], Field(min_length=1)]
    repeat: Annotated[int, Field(ge=0, le=MAX_REPEAT)] = 0
    fallback: bool = False
    ack_timeout: Annotated[Seconds, Field(le=MAX_ACK_TIMEOUT_SECONDS)] = 0


class EscalationPolicyKind(Kind[EscalationPolicySpec]):
    name: ClassVar[str] = "EscalationPolicy"
    service_fields: ClassVar[dict[str, Path]] = {
        "is_fallback": ("spec", "fallback"),
        "ack_timeout_seconds": ("spec", "ackTimeout"),
    }

    @property
    def spec(self) -> type[EscalationPolicySpec]:
        return EscalationPolicySpec

    def present(self) -> dict[str, Resource[EscalationPolicySpec]]:
        policies = EscalationPolicy.objects.order_by("slug").prefetch_related(
            "steps__targets__user",
            "steps__targets__schedule",
            "steps__targets__team",
            "steps__targets__contact",
        )
        return {policy.slug: _policy(policy) for policy in policies}

    def references(self, resource: Resource[EscalationPolicySpec]) -> Iterator[Reference]:
        kinds = {"user": "User", "schedule": "Schedule", "team": "Team"}
        for number, step in enumerate(resource.spec.steps):
            for place, target in enumerate(step.targets):
                for field, value in target:
                    if value is not None and field in kinds:
                        path = ("steps", number, "targets", place, field)
                        yield Reference(kinds[field], value, path)

    def save(self, resource: Resource[EscalationPolicySpec], *, actor: Actor) -> None:
        spec = resource.spec
        save_policy(
            slug=resource.name,
            name=resource.display_name,
            steps=[_step_input(step) for step in spec.steps],
            repeat=spec.repeat,
            is_fallback=spec.fallback,
            ack_timeout_seconds=spec.ack_timeout,
            actor=actor,
        )

    def remove(self, identity: str, *, actor: Actor) -> str:
        delete_policy(slug=identity, actor=actor, fallback_too=True)
        return "delete"


def _step_input(step: StepSpec) -> dict[str, Any]:
    return {
        "after_seconds": step.after,
        "targets": [target.model_dump(exclude_none=True) for target in step.targets],
        "severities": step.severities,
        "hours": step.hours.model_dump() if step.hours else None,
        "round_robin": step.round_robin,
    }


def _policy(policy: EscalationPolicy) -> Resource[EscalationPolicySpec]:
    spec = EscalationPolicySpec.model_construct(
        steps=[
            StepSpec.model_construct(
                after=step.after_seconds,
                targets=[_target(target) for target in step.targets.all()],
                severities=list(step.severities),
                hours=HoursSpec.model_validate(step.hours, by_name=True) if step.hours else None,
                round_robin=step.round_robin,
            )
            for step in policy.steps.all()
        ],
        repeat=policy.repeat,
        fallback=policy.is_fallback,
        ack_timeout=policy.ack_timeout_seconds,
    )
    return Resource(name=policy.slug, display_name=policy.name, spec=spec)


def _target(row: PolicyTarget) -> TargetSpec:
    return TargetSpec.model_construct(
        user=row.user.email.lower() if row.user else None,
        schedule=row.schedule.slug if row.schedule else None,
        team=row.team.slug if row.team else None,
        slack_channel=row.slack_channel or None,
        contact=row.contact.slug if row.contact else None,
    )


def _policies_of_systems() -> Mapping[str, str]:
    return dict(SystemPolicy.objects.values_list("system__slug", "policy__slug"))


def _set_policy_of_system(slug: str, policy_slug: str | None, actor: Actor) -> None:
    policy = EscalationPolicy.objects.get(slug=policy_slug) if policy_slug else None
    set_system_policy(system=System.objects.get(slug=slug), policy=policy, actor=actor)


SYSTEM_ESCALATION_POLICY = SpecField(
    name="escalation_policy",
    description="The policy that pages for this system when no route says otherwise.",
    reference_kind="EscalationPolicy",
    read=_policies_of_systems,
    write=_set_policy_of_system,
)
