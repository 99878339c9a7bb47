"""Who is on call in one schedule, for the way of a page: the same rules as everywhere, loaded in
two statements. Pages of the browser load many schedules at once, see `snapshot`."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from django.db import connection

from accounts.models import User
from oncall import rotation
from oncall.rotation import Duty, ScheduleRules
from oncall.shift_length import ShiftLength
from oncall.snapshot import LOOK_AHEAD, LOOK_BACK, restrictions_of

_RULES = """
    SELECT s.slug, s.name, s.time_zone,
      (SELECT jsonb_agg(jsonb_build_array(r.name, r.starts, r.handoff, r.shift_length,
                r.restrictions, (SELECT jsonb_agg(m.user_id ORDER BY m.position)
                  FROM oncall_rotationmember m WHERE m.rotation_id = r.id))
                ORDER BY r.position, r.id)
         FROM oncall_rotation r WHERE r.schedule_id = s.id),
      (SELECT jsonb_agg(jsonb_build_array(o.user_id, o.starts, o.ends, o.reason) ORDER BY o.id)
         FROM oncall_override o
        WHERE o.schedule_id = s.id AND o.starts < %s AND o.ends > %s)
      FROM oncall_schedule s WHERE s.id = %s"""


@dataclass(frozen=True, slots=True)
class OnDuty:
    slug: str
    name: str
    rules: ScheduleRules[int]

    def at(self, at: datetime) -> list[Duty[User]]:
        """Raises `ScheduleError` when the stored rules make no sense."""
        duties = rotation.on_call(self.rules, at)
        wanted = [duty.user for duty in duties]
        found = User.objects.raw("SELECT * FROM accounts_user WHERE id = ANY(%s)", [wanted])
        people = {user.pk: user for user in found}
        return [Duty(people[duty.user], *duty[1:]) for duty in duties]


def on_duty(schedule_id: int, at: datetime) -> OnDuty | None:
    """The rules of a schedule around an instant; None when there is no such schedule. Raises
    `ScheduleError` when they cannot be read."""
    with connection.cursor() as cursor:
        cursor.execute(_RULES, [at + LOOK_AHEAD, at - LOOK_BACK, schedule_id])
        row = cursor.fetchone()
    if row is None:
        return None
    slug, name, zone, rotations, overrides = row
    rules = ScheduleRules(
        time_zone=zone,
        rotations=tuple(_rotation(*stored) for stored in _loaded(rotations)),
        overrides=tuple(
            rotation.Override(user, _moment(starts), _moment(ends), reason)
            for user, starts, ends, reason in _loaded(overrides)
        ),
    )
    return OnDuty(slug, name, rules)


def _rotation(
    name: str,
    starts: str,
    handoff: str,
    shift_length: str,
    restrictions: list[Any],
    users: list[int] | None,
) -> rotation.Rotation[int]:
    return rotation.Rotation(
        name=name,
        users=tuple(users or ()),
        starts=_moment(starts),
        handoff=time.fromisoformat(handoff),
        shift_length=ShiftLength.parse(shift_length),
        restrictions=restrictions_of(restrictions),
    )


def _loaded(column: str | None) -> list[Any]:
    """Django has jsonb arrive as text."""
    return json.loads(column) if column else []


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
