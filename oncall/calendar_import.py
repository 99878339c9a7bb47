"""A calendar that is brought in, for the page and the API: first what it would become, then,
confirmed, that. What was read travels signed in between, so that nothing is kept in the database
and nobody confirms what they were not shown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo

from django.core import signing

from accounts.models import User
from core.actor import Actor
from core.errors import Invalid, NotFound
from oncall import selectors
from oncall.calendar_in import CalendarEvent
from oncall.calendar_plan import (
    PlanLine,
    apply_plan,
    packed,
    plan_overrides,
    plan_time_off,
    read_coming,
    unpacked,
)
from oncall.models import Schedule

SALT: Final = "oncall.calendar-import"
MAX_AGE: Final = 3600
"""Seconds a preview can be confirmed for."""


@dataclass(frozen=True, slots=True)
class Preview:
    """`lines` in the order of the calendar; `problems` say what of it could not be read."""

    lines: list[PlanLine]
    problems: Sequence[tuple[str, str]]
    token: str

    @property
    def making(self) -> int:
        return sum(line.verb == "create" for line in self.lines)


def preview_import(user: User, *, into: str, raw: bytes, zone: ZoneInfo) -> Preview:
    """`into` is the slug of a schedule whose overrides the events are, or empty: the reader's own
    time off. Times without a zone are read in `zone`. Writes nothing."""
    schedule = _target(user, into)
    read = read_coming(raw, zone)
    token = signing.dumps([user.pk, into, packed(read.events)], salt=SALT, compress=True)
    return Preview(_lines(user, schedule, read.events), read.problems, token)


def apply_import(user: User, *, token: str, actor: Actor) -> tuple[str, int]:
    """Make what a preview showed, as far as it is still to be made: all of it or nothing. Answers
    the slug it went into (empty: time off) and how much was added."""
    try:
        owner, into, events = signing.loads(token, salt=SALT, max_age=MAX_AGE)
    except signing.BadSignature as error:
        sentence = "This preview is too old. Read the calendar again."
        raise Invalid(sentence, errors={"token": [sentence]}) from error
    if owner != user.pk:
        raise NotFound("This preview is somebody else's.")
    schedule = _target(user, into)
    lines = _lines(user, schedule, unpacked(events))
    return into, apply_plan(lines, schedule=schedule, actor=actor)


def _lines(
    user: User, schedule: Schedule | None, events: Iterable[CalendarEvent]
) -> list[PlanLine]:
    if schedule is None:
        return plan_time_off(user, events)
    return plan_overrides(schedule, list(events))


def _target(user: User, into: str) -> Schedule | None:
    if not into:
        return None
    if not user.can_manage:
        raise NotFound("Only a manager brings overrides in.")
    return selectors.schedule_for(user, into)
