"""Stored policies and schedules as the pure rules read them. Reads only."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.db import connection
from django.db.models import Prefetch, QuerySet

from accounts.models import Role, User
from core.errors import Invalid
from core.lots import kept
from oncall import escalation, rotation
from oncall.models import EscalationPolicy, Override, RotationMember, Schedule
from oncall.rotation import ScheduleRules
from oncall.shift_length import ScheduleError, ShiftLength

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
BUILT_IN = "Fallback: all admins"
LOOK_BACK = timedelta(days=31)
LOOK_AHEAD = timedelta(days=62)
"""How far overrides are loaded around an instant: for since when and until when."""


def with_rules(*, since: datetime, until: datetime) -> QuerySet[Schedule]:
    """Schedules with all that their rules need for this stretch of time, in four queries."""
    near = Override.objects.filter(starts__lt=until, ends__gt=since).select_related("user")
    members = RotationMember.objects.select_related("user")
    return Schedule.objects.prefetch_related(
        Prefetch("rotations__members", members),
        Prefetch("overrides", near.order_by("id"), to_attr="near"),
    )


def rules_at(at: datetime) -> QuerySet[Schedule]:
    """The same, wide enough for who is on call at an instant, since when and until when."""
    return with_rules(since=at - LOOK_BACK, until=at + LOOK_AHEAD)


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
    return kept(("policy snapshot", policy.pk), lambda: _policy_snapshot(policy))


def _policy_snapshot(policy: EscalationPolicy) -> escalation.Policy:
    return escalation.Policy(
        slug=policy.slug,
        name=policy.name,
        repeat=policy.repeat,
        steps=tuple(
            escalation.Step(
                after_seconds=rows[0][1],
                targets=tuple(_target_in(row[2:]) for row in rows if row[2] is not None),
            )
            for rows in _steps_of(policy)
        ),
    )


_STEPS = """
    SELECT s.id, s.after_seconds, t.id, u.id, coalesce(nullif(u.name, ''), u.email),
           c.id, c.name, m.id, m.name, t.slack_channel
      FROM oncall_policystep s
      LEFT JOIN oncall_policytarget t ON t.step_id = s.id
      LEFT JOIN accounts_user u ON u.id = t.user_id
      LEFT JOIN oncall_schedule c ON c.id = t.schedule_id
      LEFT JOIN accounts_team m ON m.id = t.team_id
     WHERE s.policy_id = %s ORDER BY s.position, s.id, t.id"""


def _steps_of(policy: EscalationPolicy) -> Iterable[list[tuple[Any, ...]]]:
    """The rows of each step in one query: every incident that pages asks."""
    with connection.cursor() as cursor:
        cursor.execute(_STEPS, [policy.pk])
        rows = cursor.fetchall()
    return [list(group) for _, group in groupby(rows, key=itemgetter(0))]


def _target_in(row: tuple[Any, ...]) -> escalation.Target:
    _, user, user_name, schedule, schedule_name, team, team_name, channel = row
    if user is not None:
        return escalation.Target("user", str(user), user_name)
    if schedule is not None:
        return escalation.Target("schedule", str(schedule), schedule_name)
    if team is not None:
        return escalation.Target("team", str(team), team_name)
    return escalation.Target("slack_channel", channel, channel)


def fallback_snapshot() -> escalation.Policy:
    """The fallback policy, or without one a built-in that pages every admin at once."""
    return kept("fallback snapshot", _fallback_snapshot)


def _fallback_snapshot() -> escalation.Policy:
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
