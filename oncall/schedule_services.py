"""Writing schedules: rotations and overrides. The only writers of these tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.audit import record
from accounts.checks import Findings
from accounts.models import User
from core import clock
from core.actor import Actor
from core.errors import Conflict, NotFound
from core.in_use import refuse_while_used
from core.payload import clean_text
from oncall.models import (
    Escalation,
    Override,
    Rotation,
    RotationChange,
    RotationChangeMember,
    RotationMember,
    Schedule,
)
from oncall.schedule_checks import (
    checked_override,
    checked_rotation,
    checked_zone,
    people_named,
)
from oncall.telling import tell

MAX_ROTATIONS = 20
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
    holidays_move_cover: bool = False,
    actor: Actor,
) -> Schedule:
    """Create the schedule with this slug, or bring it to exactly this state.

    A rotation is `{name, users: [addresses], starts, handoff: "09:00", shift_length: "1w",
    restrictions: [{weekdays: ["mon", …], start: "09:00", end: "17:00"}], ends, shadow: false,
    changes: [{since, users}]}`; later ones win. An override is `{user, starts, ends, reason,
    replaces: address, kind: "override" or "swap"}`; None leaves the overrides as they are.
    """
    found = Findings()
    slug = found.slug("slug", slug, reserved=RESERVED)
    name = found.line("name", name or slug, limit=120, required=True)
    zone = checked_zone(found, time_zone)
    if len(rotations) > MAX_ROTATIONS:
        found.add("rotations", f"At most {MAX_ROTATIONS} rotations fit into a schedule.")
    people = people_named(found, rotations, overrides or ())
    layers = [checked_rotation(found, f"rotations.{n}", r, people) for n, r in enumerate(rotations)]
    names = [layer["name"] for layer in layers]
    if len(set(names)) < len(names):
        found.add("rotations", "Two rotations have the same name.")
    replaced = [
        checked_override(found, f"overrides.{n}", o, people) for n, o in enumerate(overrides or ())
    ]
    found.raise_any()
    schedule, _ = Schedule.objects.update_or_create(
        slug=slug,
        defaults={
            "name": name,
            "time_zone": zone,
            "holidays_move_cover": bool(holidays_move_cover),
        },
    )
    _write_rotations(schedule, layers)
    if overrides is not None:
        _write_overrides(schedule, replaced, actor)
    record(actor=actor, action="schedule.save", target_kind="schedule", target_ref=slug)
    return schedule


@transaction.atomic
def delete_schedule(*, slug: str, actor: Actor) -> None:
    """With its overrides, swaps, hand-off notes and calendar addresses. Refused while a policy
    names it, or an escalation that runs may come to it: paging would end in a gap."""
    schedule = locked_schedule(slug)
    refuse_while_used(schedule, name=schedule.name, mend="Take it out there first.")
    if _is_ahead(slug):
        raise Conflict(
            f"“{schedule.name}” cannot go: an escalation that runs now pages by it. Wait until it "
            "is acknowledged."
        )
    schedule.delete()
    record(actor=actor, action="schedule.delete", target_kind="schedule", target_ref=slug)


def _is_ahead(slug: str) -> bool:
    return Escalation.objects.filter(
        state=Escalation.State.RUNNING,
        policy__steps__contains=[{"targets": [{"kind": "schedule", "ref": slug}]}],
    ).exists()


@transaction.atomic
def add_override(
    *,
    schedule_slug: str,
    user: User | str,
    starts: datetime,
    ends: datetime,
    reason: str = "",
    replaces: User | str | None = None,
    kind: str = "override",
    actor: Actor,
) -> Override:
    """`user` (or their address) takes the schedule from `starts` to `ends`: all of it, or only
    where `replaces` would be on call."""
    schedule = locked_schedule(schedule_slug)
    found = Findings()
    email = _address(user)
    item = {"user": email, "starts": starts, "ends": ends, "reason": reason, "kind": kind}
    if replaces:
        item["replaces"] = _address(replaces)
    people = people_named(found, (), [item])
    checked = checked_override(found, "", item, people)
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
        replaces=override.replaces.email if override.replaces else None,
    )
    return override


def _address(person: User | str) -> str:
    return person.email if isinstance(person, User) else str(person)


@transaction.atomic
def remove_override(*, schedule_slug: str, override_id: int, actor: Actor) -> None:
    schedule = locked_schedule(schedule_slug)
    found = schedule.overrides.select_related("user", "replaces").filter(pk=override_id).first()
    if found is None:
        raise NotFound("There is no such override in this schedule.")
    _tell_undone(schedule, found, actor)
    found.delete()
    record(actor=actor, action="override.remove", target_kind="schedule", target_ref=schedule.slug)


def _tell_undone(schedule: Schedule, override: Override, actor: Actor) -> None:
    """Of a shift that somebody had taken for another both hear that it is not so any more, unless
    it is over or was their own doing."""
    if override.replaces is None or override.ends <= clock.now():
        return
    what = (
        f"{actor.label} has taken back that {override.user} stands in for {override.replaces} in "
        f"{schedule.name}"
    )
    people = [one for one in (override.user, override.replaces) if one.pk != actor.user_id]
    key = f"override:{override.pk}:undone"
    tell(people, key, what, schedule.slug, override.starts, override.ends, override.reason)


def locked_schedule(slug: str) -> Schedule:
    schedule = Schedule.objects.select_for_update().filter(slug=slug).first()
    if schedule is None:
        raise NotFound(f"There is no schedule “{clean_text(slug, 63)}”.")
    return schedule


def _write_rotations(schedule: Schedule, layers: Sequence[dict[str, Any]]) -> None:
    schedule.rotations.exclude(name__in=[layer["name"] for layer in layers]).delete()
    for position, layer in enumerate(layers):
        members, changes = layer.pop("members"), layer.pop("changes")
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
        _write_changes(row, changes)


def _write_changes(rotation: Rotation, changes: Sequence[tuple[datetime, list[User]]]) -> None:
    rotation.changes.all().delete()
    for since, users in changes:
        change = RotationChange.objects.create(rotation=rotation, since=since)
        RotationChangeMember.objects.bulk_create(
            RotationChangeMember(change=change, position=number, user=user)
            for number, user in enumerate(users)
        )


def _write_overrides(schedule: Schedule, wanted: Sequence[dict[str, Any]], actor: Actor) -> None:
    """Those that are there already are kept, so that saving the same again changes nothing."""
    kept = set()
    present = {
        (o.user_id, o.starts, o.ends, o.reason, o.replaces_id, o.kind): o.pk
        for o in schedule.overrides.all()
    }
    for item in wanted:
        replaces = item["replaces"].pk if item["replaces"] else None
        own = (item["starts"], item["ends"], item["reason"])
        key = (item["user"].pk, *own, replaces, item["kind"])
        if key not in present:
            made = Override.objects.create(schedule=schedule, created_by_id=actor.user_id, **item)
            present[key] = made.pk
        kept.add(present[key])
    gone = schedule.overrides.exclude(pk__in=kept)
    for override in gone.select_related("user", "replaces"):
        _tell_undone(schedule, override, actor)
    gone.delete()
