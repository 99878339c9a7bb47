"""Stored policies and schedules as the pure rules read them. Reads only."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.db import connection

from accounts.models import Role, User
from core.errors import Invalid
from core.lots import kept
from oncall import escalation
from oncall.duty_rules import LOOK_AHEAD, LOOK_BACK, people_of, stored_rules
from oncall.models import EscalationPolicy, Schedule
from oncall.policy_json import hours_from_json
from oncall.rotation import ScheduleRules
from oncall.shift_length import ScheduleError

BUILT_IN = "Fallback: all admins"


def with_rules(
    *, since: datetime, until: datetime, slugs: Collection[str] | None = None
) -> list[Schedule]:
    """Schedules with all that their rules need for this stretch of time, in three queries."""
    wanted = Schedule.objects.all()
    schedules = list(wanted if slugs is None else wanted.filter(slug__in=slugs))
    ids = None if slugs is None else [schedule.pk for schedule in schedules]
    stored = stored_rules(since=since, until=until, ids=ids)
    people = people_of({user for one in stored.values() for user in one.people()})
    for schedule in schedules:
        schedule.stored = stored.get(schedule.pk), people  # type: ignore[attr-defined]
    return schedules


def rules_at(at: datetime, *, slugs: Collection[str] | None = None) -> list[Schedule]:
    """The same, wide enough for who is on call at an instant, since when and until when."""
    return with_rules(since=at - LOOK_BACK, until=at + LOOK_AHEAD, slugs=slugs)


def rules_of(schedule: Schedule) -> ScheduleRules[User]:
    """The rules of a schedule that `with_rules` loaded."""
    stored, people = schedule.stored  # type: ignore[attr-defined]
    if stored is None:
        raise ScheduleError("This schedule has just been deleted.")
    rules: ScheduleRules[User] = stored.rules(people)
    return rules


def policy_snapshot(policy: EscalationPolicy) -> escalation.Policy:
    """As it stands now; what runs with it does not change when the policy is edited."""
    return kept(("policy snapshot", policy.pk), lambda: _policy_snapshot(policy))


def _policy_snapshot(policy: EscalationPolicy) -> escalation.Policy:
    return escalation.Policy(
        slug=policy.slug,
        name=policy.name,
        repeat=policy.repeat,
        ack_timeout_seconds=policy.ack_timeout_seconds,
        steps=tuple(_step_in(rows) for rows in _steps_of(policy)),
    )


_STEPS = """
    SELECT s.id, s.after_seconds, s.severities, s.hours, s.round_robin,
           t.id, u.id, coalesce(nullif(u.name, ''), u.email),
           c.id, c.name, m.id, m.name, t.slack_channel, k.slug, k.label
      FROM oncall_policystep s
      LEFT JOIN oncall_policytarget t ON t.step_id = s.id
      LEFT JOIN accounts_user u ON u.id = t.user_id
      LEFT JOIN oncall_schedule c ON c.id = t.schedule_id
      LEFT JOIN accounts_team m ON m.id = t.team_id
      LEFT JOIN notifications_contactmethod k ON k.id = t.contact_id
     WHERE s.policy_id = %s ORDER BY s.position, s.id, t.id"""


def _steps_of(policy: EscalationPolicy) -> Iterable[list[tuple[Any, ...]]]:
    """The rows of each step in one query: every incident that pages asks."""
    with connection.cursor() as cursor:
        cursor.execute(_STEPS, [policy.pk])
        rows = cursor.fetchall()
    return [list(group) for _, group in groupby(rows, key=itemgetter(0))]


def _step_in(rows: list[tuple[Any, ...]]) -> escalation.Step:
    """Hours that cannot be read any more exclude nothing."""
    _, after, severities, hours, round_robin, *_ = rows[0]
    try:
        read = hours_from_json(json.loads(hours)) if hours else None
    except ScheduleError:
        read = None
    return escalation.Step(
        after_seconds=after,
        targets=tuple(_target_in(row[5:]) for row in rows if row[5] is not None),
        severities=tuple(json.loads(severities)),
        hours=read,
        round_robin=round_robin,
    )


def _target_in(row: tuple[Any, ...]) -> escalation.Target:
    _, user, user_name, schedule, schedule_name, team, team_name, channel, slug, label = row
    if slug is not None:
        return escalation.Target("contact", slug, label)
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
