"""Stored policies and schedules as the pure rules read them. Reads only."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import Any

from django.db.models import Prefetch, QuerySet

from accounts.models import Role, User
from core.errors import Invalid
from oncall import escalation, rotation
from oncall.models import EscalationPolicy, Override, PolicyTarget, Schedule
from oncall.rotation import ScheduleRules
from oncall.shift_length import ScheduleError, ShiftLength

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
BUILT_IN = "Fallback: all admins"


def with_rules(*, since: datetime, until: datetime) -> QuerySet[Schedule]:
    """Schedules with all that their rules need for this stretch of time, in four queries."""
    near = Override.objects.filter(starts__lt=until, ends__gt=since).select_related("user")
    return Schedule.objects.prefetch_related(
        "rotations__members__user", Prefetch("overrides", near.order_by("id"), to_attr="near")
    )


def rules_at(at: datetime) -> QuerySet[Schedule]:
    """The same, wide enough for who is on call at an instant, since when and until when."""
    return with_rules(since=at - timedelta(days=31), until=at + timedelta(days=62))


def rules_of(schedule: Schedule) -> ScheduleRules[User]:
    """The rules of a schedule that `with_rules` loaded. Whoever left keeps their turn, so that
    nobody else's shifts move; that they cannot be paged is found when it matters."""
    overrides: list[Override] = schedule.near  # type: ignore[attr-defined]
    return ScheduleRules(
        time_zone=schedule.time_zone,
        rotations=tuple(
            rotation.Rotation(
                name=row.name,
                users=tuple(member.user for member in row.members.all()),
                starts=row.starts,
                handoff=row.handoff,
                shift_length=ShiftLength.parse(row.shift_length),
                restrictions=restrictions_of(row.restrictions),
            )
            for row in schedule.rotations.all()
        ),
        overrides=tuple(
            rotation.Override(row.user, row.starts, row.ends, row.reason) for row in overrides
        ),
    )


def restrictions_of(stored: Iterable[Any]) -> tuple[rotation.Restriction, ...]:
    """From `[{"weekdays": ["mon", …], "start": "09:00", "end": "17:00"}]`."""
    return tuple(_restriction(item) for item in stored)


def _restriction(item: Any) -> rotation.Restriction:
    if not isinstance(item, dict) or set(item) - {"weekdays", "start", "end"}:
        raise ScheduleError("A restriction has weekdays, start and end.")
    days = item.get("weekdays", list(WEEKDAYS))
    if not isinstance(days, list) or any(day not in WEEKDAYS for day in days):
        raise ScheduleError(f"Weekdays are written {', '.join(WEEKDAYS)}.")
    return rotation.Restriction(
        weekdays=frozenset(WEEKDAYS.index(day) for day in days),
        start=wall_time(item.get("start"), "The start of a restriction"),
        end=wall_time(item.get("end"), "The end of a restriction"),
    )


def wall_time(value: object, what: str) -> time:
    """`09:30` as a time of day. YAML reads 17:30 as a count of minutes: that is taken as well."""
    if isinstance(value, time):
        return value
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 24 * 60:
        return time(value // 60, value % 60)
    try:
        return time.fromisoformat(str(value).strip()).replace(tzinfo=None)
    except ValueError as error:
        raise ScheduleError(f"{what} is written as hours and minutes, like 09:30.") from error


def policy_snapshot(policy: EscalationPolicy) -> escalation.Policy:
    """As it stands now; what runs with it does not change when the policy is edited."""
    steps = policy.steps.prefetch_related("targets__user", "targets__schedule", "targets__team")
    return escalation.Policy(
        slug=policy.slug,
        name=policy.name,
        repeat=policy.repeat,
        steps=tuple(
            escalation.Step(
                after_seconds=step.after_seconds,
                targets=tuple(target_of(target) for target in step.targets.all()),
            )
            for step in steps
        ),
    )


def target_of(row: PolicyTarget) -> escalation.Target:
    if row.user is not None:
        return escalation.Target("user", str(row.user.pk), str(row.user))
    if row.schedule is not None:
        return escalation.Target("schedule", str(row.schedule.pk), row.schedule.name)
    if row.team is not None:
        return escalation.Target("team", str(row.team.pk), row.team.name)
    return escalation.Target("slack_channel", row.slack_channel, row.slack_channel)


def fallback_snapshot() -> escalation.Policy:
    """The fallback policy, or without one a built-in that pages every admin at once."""
    policy = EscalationPolicy.objects.filter(is_fallback=True).first()
    if policy is not None:
        snapshot = policy_snapshot(policy)
        if snapshot.steps:
            return snapshot
    return escalation.Policy(
        slug="", name=BUILT_IN, steps=(escalation.Step(0, tuple(admin_targets())),), repeat=0
    )


def admin_targets() -> list[escalation.Target]:
    admins = User.objects.filter(role=Role.ADMIN, is_active=True).order_by("id")
    return [escalation.Target("user", str(user.pk), str(user)) for user in admins]


def checked(policy: escalation.Policy) -> escalation.Policy:
    """Raises `Invalid` with what its author must change."""
    if found := escalation.problems(policy):
        raise Invalid(found[0], errors={"steps": found})
    return policy
