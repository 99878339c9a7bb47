"""Reading what somebody wants a schedule to be: every problem is found, none is written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from accounts.checks import Findings
from accounts.models import User
from core.clock import WEEKDAYS
from core.payload import clean_text
from oncall.hours import restrictions_of, wall_time
from oncall.rotation import EARLIEST, LATEST, ScheduleError, zone_named
from oncall.shift_length import ShiftLength

MAX_MEMBERS = 200
MAX_CHANGES = 20


def address(value: object) -> str:
    """A mail address as people are looked up by."""
    return clean_text(str(value), 320).strip().lower()


def checked_zone(found: Findings, time_zone: str) -> str:
    try:
        zone_named(str(time_zone))
    except ScheduleError as error:
        found.add("time_zone", str(error))
    return str(time_zone)[:64]


def people_named(
    found: Findings,
    rotations: Sequence[Mapping[str, Any]],
    overrides: Sequence[Mapping[str, Any]],
) -> dict[str, User]:
    """All people named, by lower-case address, in one query; unknown ones are found wrong."""
    named = [*_in_rotations(rotations), *_in_overrides(overrides)]
    wanted = {address(email) for _, email in named}
    people = {user.email.lower(): user for user in User.objects.filter(email__in=wanted)}
    missing = wanted - set(people)
    if missing:
        for email in missing:
            if user := User.objects.filter(email__iexact=email).first():
                people[email] = user
    for place, given in named:
        if address(given) not in people:
            shown = clean_text(str(given), 120)
            found.add(place, f"There is nobody with the address “{shown}”.")
    return people


def _in_rotations(rotations: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, object]]:
    for n, item in enumerate(rotations):
        for m, email in enumerate(item.get("users") or ()):
            yield f"rotations.{n}.users.{m}", email
        for c, change in enumerate(item.get("changes") or ()):
            for m, email in enumerate(change.get("users") or ()):
                yield f"rotations.{n}.changes.{c}.users.{m}", email


def _in_overrides(overrides: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, object]]:
    for n, item in enumerate(overrides):
        yield f"overrides.{n}.user", item.get("user")
        if item.get("replaces"):
            yield f"overrides.{n}.replaces", item["replaces"]


def checked_rotation(
    found: Findings, place: str, item: Mapping[str, Any], people: Mapping[str, User]
) -> dict[str, Any]:
    restrictions = item.get("restrictions") or []
    checked: dict[str, Any] = {
        "name": found.line(f"{place}.name", item.get("name") or "", limit=120, required=True),
        "starts": moment(found, f"{place}.starts", item.get("starts")),
        "ends": moment(found, f"{place}.ends", item["ends"]) if item.get("ends") else None,
        "shadow": bool(item.get("shadow")),
        "members": _members(found, f"{place}.users", item.get("users"), people),
        "changes": _changes(found, f"{place}.changes", item.get("changes") or (), people),
        "restrictions": [],
        "shift_length": str(item.get("shift_length") or "1w").strip(),
    }
    try:
        checked["handoff"] = wall_time(item.get("handoff") or "09:00", "The hand-off")
    except ScheduleError as error:
        found.add(f"{place}.handoff", str(error))
    try:
        checked["shift_length"] = str(ShiftLength.parse(checked["shift_length"]))
    except ScheduleError as error:
        found.add(f"{place}.shift_length", str(error))
    try:
        checked["restrictions"] = [
            {
                "weekdays": list(item.get("weekdays") or WEEKDAYS),
                "start": f"{read.start:%H:%M}",
                "end": f"{read.end:%H:%M}",
            }
            for item, read in zip(restrictions, restrictions_of(restrictions), strict=True)
        ]
    except ScheduleError as error:
        found.add(f"{place}.restrictions", str(error))
    if checked["starts"] and checked["ends"] and checked["ends"] <= checked["starts"]:
        found.add(f"{place}.ends", "A rotation must end after it starts.")
    return checked


def _members(
    found: Findings, place: str, emails: Sequence[object] | None, people: Mapping[str, User]
) -> list[User]:
    if len(emails or ()) > MAX_MEMBERS:
        found.add(place, f"At most {MAX_MEMBERS} people fit into a rotation.")
    named = (address(email) for email in emails or ())
    return [people[email] for email in named if email in people]


def _changes(
    found: Findings, place: str, changes: Sequence[Mapping[str, Any]], people: Mapping[str, User]
) -> list[tuple[datetime, list[User]]]:
    if len(changes) > MAX_CHANGES:
        found.add(place, f"At most {MAX_CHANGES} changes can be planned for a rotation.")
    checked: dict[datetime, list[User]] = {}
    for number, change in enumerate(changes):
        since = moment(found, f"{place}.{number}.since", change.get("since"))
        members = _members(found, f"{place}.{number}.users", change.get("users"), people)
        if since in checked:
            found.add(f"{place}.{number}.since", "Two changes have the same date.")
        if since is not None:
            checked[since] = members
    return sorted(checked.items(), key=lambda item: item[0])


def checked_override(
    found: Findings, place: str, item: Mapping[str, Any], people: Mapping[str, User]
) -> dict[str, Any]:
    prefix = f"{place}." if place else ""
    starts = moment(found, f"{prefix}starts", item.get("starts"))
    ends = moment(found, f"{prefix}ends", item.get("ends"))
    if starts and ends and ends <= starts:
        found.add(f"{prefix}ends", "An override must end after it starts.")
    return {
        "user": people.get(address(item.get("user"))),
        "replaces": people.get(address(item["replaces"])) if item.get("replaces") else None,
        "kind": "swap" if item.get("kind") == "swap" else "override",
        "starts": starts,
        "ends": ends,
        "reason": found.line(f"{prefix}reason", item.get("reason") or "", limit=200),
    }


def moment(found: Findings, field: str, value: object) -> datetime | None:
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            value = None
    if not isinstance(value, datetime):
        found.add(field, "Give a time with its zone, like 2026-03-02T09:00:00+01:00.")
        return None
    if value.utcoffset() is None:
        found.add(field, "This time needs a zone, like 2026-03-02T09:00:00+01:00.")
        return None
    if not EARLIEST.year < value.year < LATEST.year:
        found.add(field, f"Give a year between {EARLIEST.year} and {LATEST.year}.")
        return None
    return value
