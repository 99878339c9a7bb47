"""What a read calendar would become: overrides of a schedule, or somebody's time off. The plan is
shown before anything is written, and made again from the same events when it is applied."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from accounts.models import User
from core import clock, http
from core.actor import Actor
from core.errors import Invalid
from oncall.calendar_in import MAX_BYTES, CalendarError, CalendarEvent, Read, read_calendar
from oncall.cover_services import add_time_off
from oncall.models import Schedule
from oncall.schedule_services import add_override

COMING = timedelta(days=366)
FETCH_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class PlanLine:
    """`verb` is create, unchanged or refused; `reason` says why it is refused."""

    verb: str
    event: CalendarEvent
    person: User | None = None
    reason: str = ""


def fetch_calendar(address: str) -> bytes:
    """Through the guarded client: only what is public, small and quick."""
    address = address.strip()
    if address.lower().startswith("webcal://"):
        address = f"https://{address[9:]}"
    try:
        answer = http.request(
            "GET", address, timeout=FETCH_SECONDS, max_bytes=MAX_BYTES, allow_redirects=3
        )
    except (http.OutboundRefused, http.OutboundFailed) as error:
        raise Invalid(str(error), errors={"address": [str(error)]}) from error
    if not answer.ok:
        said = f"The calendar's server answered with status {answer.status}."
        raise Invalid(said, errors={"address": [said]})
    return answer.body


def read_coming(data: bytes, zone: ZoneInfo) -> Read:
    """From now on, for a year."""
    now = clock.now()
    try:
        return read_calendar(data, since=now, until=now + COMING, zone=zone)
    except CalendarError as error:
        raise Invalid(str(error), errors={"file": [str(error)]}) from error


def plan_time_off(person: User, events: Iterable[CalendarEvent]) -> list[PlanLine]:
    present = set(person.time_off.values_list("starts", "ends"))
    return [
        PlanLine("unchanged" if (e.starts, e.ends) in present else "create", e, person)
        for e in events
    ]


def plan_overrides(schedule: Schedule, events: Sequence[CalendarEvent]) -> list[PlanLine]:
    """An event is an override of whoever it names: an attendee's address, or a title that is
    somebody's name or address."""
    present = set(schedule.overrides.values_list("user_id", "starts", "ends"))
    people = _people_by_name()
    lines = []
    for event in events:
        named = [people[key] for key in (*event.people, event.title.lower()) if key in people]
        if not named:
            reason = "It names nobody who is here: neither an attendee nor its title is a person."
            lines.append(PlanLine("refused", event, None, reason))
            continue
        known = (named[0].pk, event.starts, event.ends) in present
        lines.append(PlanLine("unchanged" if known else "create", event, named[0]))
    return lines


def _people_by_name() -> dict[str, User]:
    """By address and by name; a name that two people have is nobody's."""
    found: dict[str, User] = {}
    doubled: set[str] = set()
    for user in User.objects.filter(is_active=True):
        found[user.email.lower()] = user
        name = user.name.strip().lower()
        if name and found.setdefault(name, user) != user:
            doubled.add(name)
    return {key: user for key, user in found.items() if key not in doubled}


@transaction.atomic
def apply_plan(lines: Iterable[PlanLine], *, schedule: Schedule | None, actor: Actor) -> int:
    """Write what is to be created, all of it or nothing; answers how much that was."""
    made = 0
    for line in lines:
        if line.verb != "create" or line.person is None:
            continue
        event = line.event
        if schedule is None:
            add_time_off(
                user=line.person,
                starts=event.starts,
                ends=event.ends,
                reason=event.title,
                calendar_uid=event.uid,
                actor=actor,
            )
        else:
            add_override(
                schedule_slug=schedule.slug,
                user=line.person,
                starts=event.starts,
                ends=event.ends,
                reason="" if event.title.lower() == line.person.name.lower() else event.title,
                actor=actor,
            )
        made += 1
    return made


def packed(events: Iterable[CalendarEvent]) -> list[list[Any]]:
    """Events as plain data, to be carried (signed) from the preview to the confirmation."""
    return [
        [e.uid, e.title, e.starts.isoformat(), e.ends.isoformat(), list(e.people)] for e in events
    ]


def unpacked(data: Iterable[list[Any]]) -> list[CalendarEvent]:
    return [
        CalendarEvent(
            uid, title, datetime.fromisoformat(starts), datetime.fromisoformat(ends), tuple(people)
        )
        for uid, title, starts, ends, people in data
    ]
