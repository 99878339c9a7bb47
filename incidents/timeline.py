"""The timeline's one writer. Lines are never changed; a correction is a further line."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from core import clock
from core.actor import Actor
from core.inserts import insert, insert_new
from core.live import tick
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
    **detail: Any,
) -> None:
    """Write a line. With `once` the same line is written a single time however often it is told.
    `occurred_at` is when it happened, by default now."""
    tick(incident.subject_key)
    event = IncidentEvent(
        incident=incident,
        kind=kind,
        text=text[:MAX_TEXT],
        occurred_at=occurred_at or clock.now(),
        actor_id=actor.user_id,
        actor_label=actor.label[:200],
        via=actor.via,
        detail=detail,
        idempotency=once,
    )
    if once is None:
        insert(event)
    else:
        insert_new(event)
