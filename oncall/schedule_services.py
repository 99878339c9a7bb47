"""Writing schedules: rotations and overrides. The only writers of these tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import ProtectedError

from accounts.audit import record
from accounts.checks import Findings
from accounts.models import User
from core.actor import Actor
from core.errors import Conflict, NotFound
from core.payload import clean_text
from oncall.models import Override, Rotation, RotationMember, Schedule
from oncall.rotation import EARLIEST, LATEST, ScheduleError, zone_named
from oncall.shift_length import ShiftLength
from oncall.snapshot import WEEKDAYS, restrictions_of, wall_time

MAX_ROTATIONS = 20
MAX_MEMBERS = 100
MAX_OVERRIDES = 500
RESERVED = frozenset({"new"})


@transaction.atomic
def save_schedule(
    *,
    slug: str,
    name: str,
    time_zone: str,
    rotations: Sequence[Mapping[str, Any]],
    overrides: Sequence[Mapping[str, Any]] | None = None,
    actor: Actor,
) -> Schedule:
    """Create the schedule with this slug, or bring it to exactly this state.

    A rotation is `{name, users: [addresses], starts, handoff: "09:00", shift_length: "1w",
    restrictions: [{weekdays: ["mon", …], start: "09:00", end: "17:00"}]}`; later ones win.
    An override is `{user, starts, ends, reason}`; None leaves the overrides as they are.
    """
    found = Findings()
    slug = found.slug("slug", slug, reserved=RESERVED)
    name = found.line("name", name or slug, limit=120, required=True)
    zone = _zone(found, time_zone)
    if len(rotations) > MAX_ROTATIONS:
        found.add("rotations", f"At most {MAX_ROTATIONS} rotations fit into a schedule.")
    people = _people(found, rotations, overrides or ())
    layers = [_rotation(found, f"rotations.{n}", r, people) for n, r in enumerate(rotations)]
    names = [layer["name"] for layer in layers]
    if len(set(names)) < len(names):
        found.add("rotations", "Two rotations have the same name.")
    replaced = [
        _override(found, f"overrides.{n}", o, people) for n, o in enumerate(overrides or ())
    ]
    found.raise_any()
    schedule, _ = Schedule.objects.update_or_create(
        slug=slug, defaults={"name": name, "time_zone": zone}
    )
    _write_rotations(schedule, layers)
    if overrides is not None:
        _write_overrides(schedule, replaced, actor)
    record(actor=actor, action="schedule.save", target_kind="schedule", target_ref=slug)
    return schedule


@transaction.atomic
def delete_schedule(*, schedule: Schedule, actor: Actor) -> None:
    """Refused while a policy names it: paging would end in a gap."""
    slug = schedule.slug
    try:
        schedule.delete()
    except ProtectedError as error:
        raise Conflict(f"An escalation policy still names the schedule “{slug}”.") from error
    record(actor=actor, action="schedule.delete", target_kind="schedule", target_ref=slug)


@transaction.atomic
def add_override(
    *,
    schedule_slug: str,
    user: User | str,
    starts: datetime,
    ends: datetime,
    reason: str = "",
    actor: Actor,
) -> Override:
    """`user` (or their address) takes the whole schedule from `starts` to `ends`."""
    schedule = _locked(schedule_slug)
    found = Findings()
    email = user.email if isinstance(user, User) else str(user)
    item = {"user": email, "starts": starts, "ends": ends, "reason": reason}
    people = _people(found, (), [item])
    checked = _override(found, "", item, people)
    if schedule.overrides.count() >= MAX_OVERRIDES:
        found.add("schedule", f"At most {MAX_OVERRIDES} overrides fit into a schedule.")
    found.raise_any()
    override = Override.objects.create(schedule=schedule, created_by_id=actor.user_id, **checked)
    record(
        actor=actor,
        action="override.add",
        target_kind="schedule",
        target_ref=schedule.slug,
        user=email,
        starts=override.starts.isoformat(),
        ends=override.ends.isoformat(),
    )
    return override


@transaction.atomic
def remove_override(*, schedule_slug: str, override_id: int, actor: Actor) -> None:
    schedule = _locked(schedule_slug)
    removed, _ = schedule.overrides.filter(pk=override_id).delete()
    if not removed:
        raise NotFound("There is no such override in this schedule.")
    record(actor=actor, action="override.remove", target_kind="schedule", target_ref=schedule.slug)


def _locked(slug: str) -> Schedule:
    schedule = Schedule.objects.select_for_update().filter(slug=slug).first()
    if schedule is None:
        raise NotFound(f"There is no schedule “{clean_text(slug, 63)}”.")
    return schedule


def _zone(found: Findings, time_zone: str) -> str:
    try:
        zone_named(str(time_zone))
    except ScheduleError as error:
        found.add("time_zone", str(error))
    return str(time_zone)[:64]


def _people(
    found: Findings,
    rotations: Sequence[Mapping[str, Any]],
    overrides: Sequence[Mapping[str, Any]],
) -> dict[str, User]:
    """All people named, by lower-case address, in one query; unknown ones are found wrong."""
    named = [
        (f"rotations.{n}.users.{m}", email)
        for n, item in enumerate(rotations)
        for m, email in enumerate(item.get("users") or ())
    ]
    named += [(f"overrides.{n}.user", item.get("user")) for n, item in enumerate(overrides)]
    wanted = {clean_text(str(email), 320).strip().lower() for _, email in named}
    people = {user.email.lower(): user for user in User.objects.filter(email__in=wanted)}
    missing = wanted - set(people)
    if missing:
        for email in missing:
            if user := User.objects.filter(email__iexact=email).first():
                people[email] = user
    for place, email in named:
        if clean_text(str(email), 320).strip().lower() not in people:
            shown = clean_text(str(email), 120)
            found.add(place, f"There is nobody with the address “{shown}”.")
    return people


def _rotation(
    found: Findings, place: str, item: Mapping[str, Any], people: Mapping[str, User]
) -> dict[str, Any]:
    emails = [clean_text(str(email), 320).strip().lower() for email in item.get("users") or ()]
    if len(emails) > MAX_MEMBERS:
        found.add(f"{place}.users", f"At most {MAX_MEMBERS} people fit into a rotation.")
    restrictions = item.get("restrictions") or []
    checked: dict[str, Any] = {
        "name": found.line(f"{place}.name", item.get("name") or "", limit=120, required=True),
        "starts": _moment(found, f"{place}.starts", item.get("starts")),
        "members": [people[email] for email in emails if email in people],
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
    return checked


def _override(
    found: Findings, place: str, item: Mapping[str, Any], people: Mapping[str, User]
) -> dict[str, Any]:
    prefix = f"{place}." if place else ""
    starts = _moment(found, f"{prefix}starts", item.get("starts"))
    ends = _moment(found, f"{prefix}ends", item.get("ends"))
    if starts and ends and ends <= starts:
        found.add(f"{prefix}ends", "An override must end after it starts.")
    return {
        "user": people.get(clean_text(str(item.get("user")), 320).strip().lower()),
        "starts": starts,
        "ends": ends,
        "reason": found.line(f"{prefix}reason", item.get("reason") or "", limit=200),
    }


def _moment(found: Findings, field: str, value: object) -> datetime | None:
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


def _write_rotations(schedule: Schedule, layers: Sequence[dict[str, Any]]) -> None:
    schedule.rotations.exclude(name__in=[layer["name"] for layer in layers]).delete()
    for position, layer in enumerate(layers):
        members = layer.pop("members")
        row, _ = Rotation.objects.update_or_create(
            schedule=schedule,
            name=layer.pop("name"),
            defaults={**layer, "position": position},
        )
        row.members.all().delete()
        RotationMember.objects.bulk_create(
            RotationMember(rotation=row, position=number, user=user)
            for number, user in enumerate(members)
        )


def _write_overrides(schedule: Schedule, wanted: Sequence[dict[str, Any]], actor: Actor) -> None:
    """Those that are there already are kept, so that saving the same again changes nothing."""
    kept = set()
    present = {(o.user_id, o.starts, o.ends, o.reason): o.pk for o in schedule.overrides.all()}
    for item in wanted:
        key = (item["user"].pk, item["starts"], item["ends"], item["reason"])
        if key not in present:
            made = Override.objects.create(schedule=schedule, created_by_id=actor.user_id, **item)
            present[key] = made.pk
        kept.add(present[key])
    schedule.overrides.exclude(pk__in=kept).delete()
