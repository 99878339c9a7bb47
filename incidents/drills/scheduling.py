"""Drills that come back: the writers of their schedules, and who starts what is due."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.audit import record
from alerts.noise.windows import MAX_RULE, RuleError
from catalog.models import System
from core import clock
from core.actor import Actor, program
from core.errors import Conflict, Invalid, NotFound
from core.leases import claim_due, finish
from core.logs import get_logger
from incidents.drills.models import Drill, DrillSchedule
from incidents.drills.recurring import Recurring
from incidents.drills.scenario import scenarios
from incidents.drills.services import scenario_named, start_drill
from incidents.models import Incident

log = get_logger(__name__)
BATCH = 10
LEASE_SECONDS = 60
TOO_LATE = timedelta(minutes=15)
"""A drill whose time passed while AIRE was away is left out: people would be paged at an hour that
nobody chose."""

SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
RESERVED = frozenset({"new"})
OVERDUE_SQL = """
    SELECT 'drill schedule', id::text, due_at, state::text, attempts::int
      FROM incidents_drillschedule
     WHERE state = 'pending' AND due_at < now() - interval '5 minutes'"""


def save_schedule(
    *,
    slug: str,
    scenario: str,
    system: System | None,
    recurrence: str,
    at: time,
    time_zone: str,
    actor: Actor,
    starts_on: date | None = None,
    paused: bool = False,
) -> DrillSchedule:
    """Make a schedule or bring it to exactly this state. `starts_on` is today unless given, or
    stays. Raises `Invalid` by field."""
    with transaction.atomic():
        present = DrillSchedule.objects.select_for_update().filter(slug=slug[:63]).first()
        now = clock.now()
        first = starts_on or (present.starts_on if present else now.date())
        recurring = Recurring(recurrence.strip(), first, at, time_zone)
        due = _checked(slug, scenario, system, recurring, now)
        assert system is not None, "_checked has refused it"
        row, made = DrillSchedule.objects.update_or_create(
            slug=slug,
            defaults={
                "scenario": scenario,
                "system": system,
                "recurrence": recurring.rule,
                "starts_on": first,
                "at": at,
                "time_zone": time_zone,
                "state": _state(paused, due),
                "due_at": due or now,
                # Whoever is starting it holds a lease on what is no longer so.
                "lease_token": None,
                "lease_until": None,
                "attempts": 0,
            },
        )
        _record(actor, "drill_schedule.create" if made else "drill_schedule.update", row)
    return row


def pause_schedule(*, slug: str, paused: bool, actor: Actor) -> DrillSchedule:
    """Stop it for a while, or let it go on with its next time from now."""
    with transaction.atomic():
        row = _locked(slug)
        due = recurring_of(row).after(clock.now())
        row.state, row.due_at = _state(paused, due), due or row.due_at
        row.lease_token = row.lease_until = None
        row.save(update_fields=["state", "due_at", "lease_token", "lease_until"])
        _record(actor, "drill_schedule.pause" if paused else "drill_schedule.resume", row)
    return row


def delete_schedule(*, slug: str, actor: Actor) -> None:
    """Drills that it started stay."""
    with transaction.atomic():
        row = _locked(slug)
        _record(actor, "drill_schedule.delete", row)
        row.delete()


def run_due_schedules() -> int:
    """Start the drills that are due; answers how many rows were worked off."""
    claim = claim_due(
        DrillSchedule, pending=DrillSchedule.State.PENDING, limit=BATCH, lease_seconds=LEASE_SECONDS
    )
    for row in claim.rows:
        try:
            _run(row, claim.token)
        except Exception:
            # The lease runs out and it is tried again: the others must not wait for it.
            log.exception("drill_schedule_failed", schedule=row.slug)
    return len(claim.rows)


def recurring_of(row: DrillSchedule) -> Recurring:
    return Recurring(row.recurrence, row.starts_on, row.at, row.time_zone)


def _run(row: DrillSchedule, token: UUID) -> None:
    """The drill and the schedule's next time in one transaction: each time is played once."""
    now = clock.now()
    following = recurring_of(row).after(now)
    with transaction.atomic():
        drill, why = _started(row, now)
        done = finish(
            DrillSchedule,
            pk=row.pk,
            token=token,
            state=_state(False, following),
            due_at=following or row.due_at,
            attempts=0,
            last_drill_id=drill.pk if drill else row.last_drill_id,
            last_skipped=why[:300],
        )
        if not done:
            transaction.set_rollback(True)


def _started(row: DrillSchedule, now: datetime) -> tuple[Drill | None, str]:
    """The drill, or why it was left out this time."""
    system = row.system
    if now - row.due_at > TOO_LATE:
        return None, "AIRE was away at its time."
    if row.scenario not in scenarios():
        return None, f"There is no scenario {row.scenario} any more."
    if system.stage == System.Stage.RETIRED:
        return None, f"{system.name} is retired."
    if _has_trouble(system):
        return None, f"{system.name} had a real incident."
    try:
        actor = program(f"Drill schedule {row.slug}")
        return start_drill(name=row.scenario, system=system, actor=actor), ""
    except Conflict as error:
        return None, error.message


def _has_trouble(system: System) -> bool:
    """People who have a real incident at hand are not paged for practice."""
    # A private one is left out: a drill that does not come would tell of it.
    real = Incident.objects.active().filter(
        drill=False, private=False, systems=system, severity__lt="sev4"
    )
    return real.exists()


def _state(paused: bool, due: datetime | None) -> DrillSchedule.State:
    if due is None:
        return DrillSchedule.State.OVER
    return DrillSchedule.State.PAUSED if paused else DrillSchedule.State.PENDING


def _checked(
    slug: str, scenario: str, system: System | None, recurring: Recurring, now: datetime
) -> datetime | None:
    """The next time. Raises `Invalid`."""
    errors: dict[str, list[str]] = {}
    if not SLUG.fullmatch(slug) or slug in RESERVED:
        errors["slug"] = ["Use small letters, digits and hyphens, at most 63."]
    errors |= _played(scenario, system)
    due = None
    if len(recurring.rule) > MAX_RULE:
        errors["recurrence"] = [f"At most {MAX_RULE} characters."]
    else:
        try:
            due = recurring.after(now)
        except RuleError as error:
            field = "time_zone" if "time zone" in str(error) else "recurrence"
            errors[field] = [str(error)]
    if errors:
        raise Invalid("The schedule was not saved.", errors=errors)
    return due


def _played(scenario: str, system: System | None) -> Mapping[str, list[str]]:
    if system is None:
        return {"system": ["There is no such system."]}
    try:
        found = scenario_named(scenario)
    except Invalid as error:
        return {"scenario": [error.message]}
    if system.kind not in found.kinds:
        return {"system": [f"{found.title}: this happens to {', '.join(found.kinds)} only."]}
    return {}


def _locked(slug: str) -> DrillSchedule:
    row = DrillSchedule.objects.select_for_update().filter(slug=slug[:63]).first()
    if row is None:
        raise NotFound("There is no such schedule.")
    return row


def _record(actor: Actor, action: str, row: DrillSchedule, **detail: Any) -> None:
    record(
        actor=actor,
        action=action,
        target_kind="drill_schedule",
        target_ref=row.slug,
        scenario=row.scenario,
        system=row.system.slug,
        **detail,
    )
