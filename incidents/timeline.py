"""The timeline's one writer. Lines are never changed; a correction is a further line."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from core import clock, outbox
from core.actor import Actor
from core.inserts import insert, insert_once
from core.live import tick
from incidents.events import TimelineWritten
from incidents.models import Incident, IncidentEvent

MAX_TEXT = 20_000


def add_event(
    *,
    incident: Incident,
    kind: str,
    text: str,
    actor: Actor,
    occurred_at: datetime | None = None,
    once: str | None = None,
    replaces: IncidentEvent | None = None,
    withdraws: bool = False,
    **detail: Any,
) -> IncidentEvent:
    """Write a line. With `once` the same line is written a single time however often it is told.
    `occurred_at` is when it happened, by default now. With `replaces` it stands in the place of an
    earlier line, which is kept and no longer part of the story; with `withdraws` it only takes it
    away."""
    event = line(
        incident_id=incident.pk,
        kind=kind,
        text=text,
        actor=actor,
        occurred_at=occurred_at,
        once=once,
        **detail,
    )
    event.replaces, event.withdraws = replaces, withdraws
    with transaction.atomic(savepoint=False):
        tick(incident.subject_key)
        if once is None:
            insert(event)
        else:
            insert_once(event)
        # Of a line that was there already nobody finds this id.
        _tell([event])
    return event


def add_lines(lines: Sequence[IncidentEvent]) -> None:
    """Write several lines, of any incidents; those with a `once` that are there already are left
    out."""
    with transaction.atomic(savepoint=False):
        insert_once(*lines)
        tick(*{f"incident:{row.incident_id}" for row in lines})
        _tell(lines)


def _tell(lines: Sequence[IncidentEvent]) -> None:
    by_incident: dict[int, list[IncidentEvent]] = {}
    for row in lines:
        by_incident.setdefault(row.incident_id, []).append(row)
    outbox.publish(
        *(
            TimelineWritten(
                incident_id=pk,
                lines=[str(row.pk) for row in rows],
                kinds=[row.kind for row in rows],
            )
            for pk, rows in by_incident.items()
        )
    )


def line(
    *,
    incident_id: int,
    kind: str,
    text: str,
    actor: Actor,
    occurred_at: datetime | None = None,
    once: str | None = None,
    **detail: Any,
) -> IncidentEvent:
    """A line that is still to be written."""
    return IncidentEvent(
        incident_id=incident_id,
        kind=kind,
        text=text[:MAX_TEXT],
        occurred_at=occurred_at or clock.now(),
        actor_id=actor.user_id,
        actor_label=actor.label[:200],
        via=actor.via,
        detail=detail,
        idempotency=once,
    )
