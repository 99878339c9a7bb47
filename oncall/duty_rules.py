"""Stored schedules as the pure rules read them, for the way of a page as for the pages of the
browser: one statement loads any number of schedules, another their people. Reads only."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.db import connection

from accounts.models import User
from oncall import rotation
from oncall.hours import restrictions_of
from oncall.public_holidays import Place, holidays_off
from oncall.rotation import Away, Duty, ScheduleRules
from oncall.schedule_parts import UserKey
from oncall.shift_length import ShiftLength

LOOK_BACK = timedelta(days=31)
LOOK_AHEAD = timedelta(days=62)
"""How far overrides and absences are loaded around an instant: for since when and until when."""

_RULES = """
    SELECT s.id, s.slug, s.name, s.time_zone,
      (SELECT jsonb_agg(jsonb_build_array(r.name, r.starts, r.handoff, r.shift_length,
                r.restrictions,
                (SELECT jsonb_agg(m.user_id ORDER BY m.position)
                   FROM oncall_rotationmember m WHERE m.rotation_id = r.id),
                (SELECT jsonb_agg(jsonb_build_array(c.since,
                          (SELECT jsonb_agg(n.user_id ORDER BY n.position)
                             FROM oncall_rotationchangemember n WHERE n.change_id = c.id))
                          ORDER BY c.since)
                   FROM oncall_rotationchange c WHERE c.rotation_id = r.id),
                r.ends, r.shadow)
                ORDER BY r.position, r.id)
         FROM oncall_rotation r WHERE r.schedule_id = s.id),
      (SELECT jsonb_agg(jsonb_build_array(o.user_id, o.starts, o.ends, o.reason,
                o.replaces_id, o.kind) ORDER BY o.id)
         FROM oncall_override o
        WHERE o.schedule_id = s.id AND o.starts < %(until)s AND o.ends > %(since)s),
      (SELECT jsonb_agg(jsonb_build_array(t.user_id, t.starts, t.ends, t.reason)
                ORDER BY t.starts, t.id)
         FROM oncall_timeoff t
        WHERE t.starts < %(until)s AND t.ends > %(since)s AND t.user_id IN (
              SELECT m.user_id FROM oncall_rotationmember m
                JOIN oncall_rotation r ON r.id = m.rotation_id WHERE r.schedule_id = s.id
               UNION ALL
              SELECT n.user_id FROM oncall_rotationchangemember n
                JOIN oncall_rotationchange c ON c.id = n.change_id
                JOIN oncall_rotation r ON r.id = c.rotation_id WHERE r.schedule_id = s.id)),
      (SELECT jsonb_agg(jsonb_build_array(h.user_id, h.country, h.subdivision, u.time_zone))
         FROM oncall_holidayplace h JOIN accounts_user u ON u.id = h.user_id
        WHERE s.holidays_move_cover AND h.user_id IN (
              SELECT m.user_id FROM oncall_rotationmember m
                JOIN oncall_rotation r ON r.id = m.rotation_id WHERE r.schedule_id = s.id
               UNION ALL
              SELECT n.user_id FROM oncall_rotationchangemember n
                JOIN oncall_rotationchange c ON c.id = n.change_id
                JOIN oncall_rotation r ON r.id = c.rotation_id WHERE r.schedule_id = s.id))
      FROM oncall_schedule s WHERE {which}"""


@dataclass(frozen=True, slots=True)
class StoredRules:
    """A schedule as it lies in the database, near a stretch of time. People are ids."""

    id: int
    slug: str
    name: str
    time_zone: str
    rotations: list[Any]
    overrides: list[Any]
    time_off: list[Any]
    places: list[Any]
    since: datetime
    until: datetime

    def people(self) -> set[int]:
        found: set[int] = set()
        for _, _, _, _, _, users, changes, _, _ in self.rotations:
            found.update(users or ())
            found.update(user for _, own in changes or () for user in own or ())
        for user, _, _, _, replaces, _ in self.overrides:
            found.update({user, replaces} - {None})
        return found

    def rules(self, people: Mapping[int, UserKey]) -> ScheduleRules[UserKey]:
        """Whoever left keeps their turn, so that nobody else's shifts move; that they cannot be
        paged is found when it matters. Raises `ScheduleError` for rules that make no sense."""
        return ScheduleRules(
            time_zone=self.time_zone,
            rotations=tuple(_rotation(stored, people) for stored in self.rotations),
            overrides=tuple(_override(stored, people) for stored in self.overrides),
            away=tuple(self._away(people)),
        )

    def _away(self, people: Mapping[int, UserKey]) -> Iterator[Away[UserKey]]:
        for user, starts, ends, reason in self.time_off:
            yield Away(people[user], _moment(starts), _moment(ends), reason)
        for user, country, subdivision, zone in self.places:
            place = Place(country, subdivision, zone)
            yield from holidays_off(people[user], place, self.since, self.until)


@dataclass(frozen=True, slots=True)
class OnDuty:
    slug: str
    name: str
    rules: ScheduleRules[int]

    def at(self, at: datetime) -> list[Duty[User]]:
        duties = rotation.on_call(self.rules, at)
        ids = {user for duty in duties for user in (duty.user, duty.instead_of) if user is not None}
        people = people_of(ids)
        return [
            Duty(
                people[duty.user],
                *duty[1:5],
                None if duty.instead_of is None else people[duty.instead_of],
                duty.reason,
            )
            for duty in duties
        ]


def on_duty(schedule_id: int, at: datetime) -> OnDuty | None:
    """The rules of a schedule around an instant; None when there is no such schedule. Raises
    `ScheduleError` when they cannot be read."""
    found = stored_rules(since=at - LOOK_BACK, until=at + LOOK_AHEAD, ids=[schedule_id])
    if not found:
        return None
    own = found[schedule_id]
    return OnDuty(own.slug, own.name, own.rules(_Same()))


class _Same(dict[int, int]):
    """For rules whose people stay ids."""

    def __missing__(self, key: int) -> int:
        return key


def stored_rules(
    *, since: datetime, until: datetime, ids: Collection[int] | None = None
) -> dict[int, StoredRules]:
    """All schedules, or those with these ids, in one statement."""
    which = "true" if ids is None else "s.id = ANY(%(ids)s)"
    asked: dict[str, Any] = {"since": since, "until": until, "ids": list(ids or ())}
    with connection.cursor() as cursor:
        cursor.execute(_RULES.format(which=which), asked)
        rows = cursor.fetchall()
    return {
        row[0]: StoredRules(*row[:4], *map(_loaded, row[4:8]), since, until)  # type: ignore[call-arg]
        for row in rows
    }


def people_of(ids: Collection[int]) -> dict[int, User]:
    found = User.objects.raw("SELECT * FROM accounts_user WHERE id = ANY(%s)", [list(ids)])
    return {user.pk: user for user in found}


def _rotation(stored: list[Any], people: Mapping[int, UserKey]) -> rotation.Rotation[UserKey]:
    name, starts, handoff, length, restrictions, users, changes, ends, shadow = stored
    return rotation.Rotation(
        name=name,
        users=tuple(people[user] for user in users or ()),
        starts=_moment(starts),
        handoff=time.fromisoformat(handoff),
        shift_length=ShiftLength.parse(length),
        restrictions=restrictions_of(restrictions),
        changes=tuple(
            rotation.Change(_moment(since), tuple(people[user] for user in own or ()))
            for since, own in changes or ()
        ),
        ends=_moment(ends) if ends else None,
        shadow=shadow,
    )


def _override(stored: list[Any], people: Mapping[int, UserKey]) -> rotation.Override[UserKey]:
    user, starts, ends, reason, replaces, kind = stored
    return rotation.Override(
        people[user],
        _moment(starts),
        _moment(ends),
        reason,
        None if replaces is None else people[replaces],
        "swap" if kind == "swap" else "override",
    )


def _loaded(column: str | None) -> list[Any]:
    """Django has jsonb arrive as text."""
    return json.loads(column) if column else []


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
