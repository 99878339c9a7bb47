"""Making, changing, pausing and dropping heartbeats."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from accounts.audit import record
from alerts.heartbeats.format import FORMAT_NAME
from alerts.heartbeats.models import Heartbeat
from alerts.heartbeats.rules import PAUSED, WATCHED, Told, due_after
from alerts.heartbeats.telling import announce
from alerts.models import SEVERITIES, Source
from alerts.services.checks import Errors, check_name, check_slug, system_named
from alerts.services.keys import MIN_GIVEN_KEY, add_key
from core import clock
from core.actor import Actor
from core.errors import Conflict, Invalid
from core.secrets import new_key

EVERY_SECONDS = (10, 366 * 86400)
GRACE_SECONDS = (0, 30 * 86400)
MAX_PER_SOURCE = 200


def save_heartbeat(
    *,
    slug: str,
    name: str,
    every: int,
    grace: int,
    actor: Actor,
    system_slug: str | None = None,
    severity: str = "sev2",
    source_slug: str | None = None,
    ping_name: str = "",
    paused: bool = False,
    raw_key: str | None = None,
) -> tuple[Heartbeat, str | None]:
    """Make a heartbeat or bring it to exactly this state. Without `source_slug` it has a source
    of its own; then the second value is the key that was generated, shown this once.

    A new one is due from now on: it expires also when nothing ever comes.
    """
    errors = _problems(slug, name, every, grace, severity, raw_key)
    system = system_named(system_slug, errors)
    source = _named_source(source_slug, errors)
    if source is not None and raw_key is not None:
        errors["key"] = ["It is pinged with the key of its source, which is set there."]
    if errors:
        raise Invalid("The heartbeat was not saved.", errors=errors)
    with transaction.atomic():
        present = Heartbeat.objects.select_for_update(of=("self",)).filter(slug=slug).first()
        shown = None
        if source is None:
            source, shown = _own_source(slug, name.strip(), present, raw_key)
        elif Heartbeat.objects.filter(source=source, ping_name=ping_name).exclude(
            slug=slug
        ).exists():  # fmt: skip
            raise Conflict("This source has a heartbeat of that name already.")
        fields: dict[str, Any] = {
            "name": name.strip()[:120], "every": every, "grace": grace, "system": system,
            "severity": severity, "source": source, "ping_name": ping_name[:100],
        }  # fmt: skip
        row = _changed(present, fields, paused) if present else _new(slug, fields, paused)
        action = "heartbeat.update" if present else "heartbeat.create"
        record(actor=actor, action=action, target_kind="heartbeat", target_ref=slug)
    return row, shown


def create_heartbeat(*, slug: str, **fields: Any) -> tuple[Heartbeat, str | None]:
    """`save_heartbeat`, but refuses a short name that is taken."""
    with transaction.atomic():
        if Heartbeat.objects.filter(slug=slug).exists():
            raise Conflict(f"There is a heartbeat {slug!r} already.")
        return save_heartbeat(slug=slug, **fields)


def delete_heartbeat(*, heartbeat: Heartbeat, actor: Actor) -> None:
    """Nobody waits for it any more; what it said to be down is over. A source of its own goes,
    or is switched off when alerts tell of it."""
    with transaction.atomic():
        row = (
            Heartbeat.objects.select_for_update(of=("self",))
            .select_related("source", "system")
            .get(pk=heartbeat.pk)
        )
        source, own = row.source, row.has_own_source
        if row.is_down:
            announce(row, Told.RECOVERED, at=clock.now(), since=row.since)
        record(actor=actor, action="heartbeat.delete", target_kind="heartbeat", target_ref=row.slug)
        row.delete()
        if own and (source.alerts.exists() or source.receipts.exists()):
            Source.objects.filter(pk=source.pk).update(enabled=False)
        elif own:
            source.delete()


def _new(slug: str, fields: dict[str, Any], paused: bool) -> Heartbeat:
    if Heartbeat.objects.filter(source=fields["source"]).count() >= MAX_PER_SOURCE:
        raise Conflict(f"A source has at most {MAX_PER_SOURCE} heartbeats.")
    due = due_after(clock.now(), fields["every"], fields["grace"])
    state = PAUSED if paused else WATCHED
    return Heartbeat.objects.create(slug=slug, state=state, due_at=due, **fields)


def _changed(row: Heartbeat, fields: dict[str, Any], paused: bool) -> Heartbeat:
    """A change of the rhythm counts from the last ping; pausing ends what is down."""
    timing = (row.every, row.grace) != (fields["every"], fields["grace"])
    for name, value in fields.items():
        setattr(row, name, value)
    if paused and row.state != PAUSED:
        if row.is_down:
            announce(row, Told.RECOVERED, at=clock.now(), since=row.since)
        row.state, row.since = PAUSED, None
    elif not paused and row.state == PAUSED:
        row.state = WATCHED
        row.due_at = due_after(clock.now(), row.every, row.grace)
    elif timing:
        row.due_at = due_after(row.last_ping_at or clock.now(), row.every, row.grace)
    row.save()
    return row


def _own_source(
    slug: str, name: str, present: Heartbeat | None, raw_key: str | None
) -> tuple[Source, str | None]:
    if present is not None and present.has_own_source:
        source = present.source
        Source.objects.filter(pk=source.pk).update(name=name[:120])
        if raw_key:
            add_key(source, raw_key)
        return source, None
    free = slug if not Source.objects.filter(slug=slug).exists() else f"heartbeat-{slug}"[:63]
    old = Source.objects.filter(slug=free).first()
    if old is not None and old.format != FORMAT_NAME:
        raise Conflict(f"There is a source {free!r} already.")
    if old is not None:
        Source.objects.filter(pk=old.pk).update(name=name[:120], enabled=True)
    source = old or Source.objects.create(slug=free, name=name[:120], format=FORMAT_NAME)
    shown = new_key() if raw_key is None else None
    add_key(source, raw_key or shown or "")
    return source, shown


def _named_source(slug: str | None, errors: Errors) -> Source | None:
    if not slug:
        return None
    source = Source.objects.filter(slug=slug).first()
    if source is None:
        errors["source"] = [f"There is no source {slug!r}."]
    return source


def _problems(
    slug: str, name: str, every: int, grace: int, severity: str, raw_key: str | None
) -> Errors:
    errors: Errors = {}
    check_slug(slug, errors)
    check_name(name, "heartbeat", errors)
    if not EVERY_SECONDS[0] <= every <= EVERY_SECONDS[1]:
        errors["every"] = ["Choose between 10 seconds and a year."]
    if not GRACE_SECONDS[0] <= grace <= GRACE_SECONDS[1]:
        errors["grace"] = ["Choose at most 30 days."]
    if severity not in dict(SEVERITIES):
        errors["severity"] = ["Choose sev1, sev2, sev3 or sev4."]
    if raw_key is not None and len(raw_key) < MIN_GIVEN_KEY:
        errors["key"] = [f"A key has at least {MIN_GIVEN_KEY} characters."]
    return errors
