"""From pings and silence to alerts: receipts of the heartbeat's source, by the ordinary path."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from uuid import UUID

from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Now

from alerts.extensions import Measured
from alerts.heartbeats.format import FORMAT_NAME, KIND_HEADER, REPORT, Heard
from alerts.heartbeats.models import Heartbeat
from alerts.heartbeats.rules import Pulse, Told, heard, missed
from alerts.models import Receipt
from core import clock
from core.hints import hint_on_commit
from core.leases import claim_due
from core.live import tick

LEASE_SECONDS = 30
LOT = 50
UNREAD_WAIT = timedelta(seconds=5)
"""How long silence is not believed while pings of the source wait to be read."""

_PULSE = ("state", "due_at", "since", "last_ping_at", "last_start_at")


def take(given: Sequence[Measured]) -> Mapping[UUID, Sequence[str]]:
    """Apply the pings of receipts, in the transaction that finishes them."""
    notes: dict[UUID, list[str]] = {}
    for item in given:
        for fact in item.facts:
            if isinstance(fact, Heard) and not item.drill:
                sentence = _hear(item, fact)
                notes.setdefault(item.receipt_id, []).append(sentence)
    return notes


def _hear(item: Measured, fact: Heard) -> str:
    row = (
        Heartbeat.objects.select_for_update(of=("self",))
        .select_related("system")
        .filter(source_id=item.source_id, ping_name=fact.name)
        .first()
    )
    if row is None:
        named = f" named {fact.name}" if fact.name else ""
        return f"This source has no heartbeat{named}: nobody waits for this ping."
    pulse, told = heard(pulse_of(row), fact.beat, item.received_at)
    since = row.since
    write_pulse(row, pulse)
    if told is not None:
        announce(row, told, at=item.received_at, since=pulse.since or since, said=fact.said)
    return f"{row.name}: {fact.beat.value}."


def run_due() -> int:
    """The engine's loop: silence that has lasted too long becomes an alert."""
    _forgive_once()
    return miss_due()


@cache
def _forgive_once() -> None:
    forgive_absence()


def forgive_absence() -> None:
    """While AIRE itself was away nobody could ping: what fell due meanwhile gets its grace again,
    so that a restart does not page for everything at once."""
    Heartbeat.objects.filter(state=Heartbeat.State.WATCHED, due_at__lt=Now()).update(
        due_at=Now() + F("grace") * Value(timedelta(seconds=1))
    )


def miss_due() -> int:
    """Claim what is due; a ping that came meanwhile, or waits to be read, is believed first."""
    claim = claim_due(
        Heartbeat, pending=Heartbeat.State.WATCHED, limit=LOT, lease_seconds=LEASE_SECONDS
    )
    for row in claim.rows:
        with transaction.atomic():
            _miss(row.pk, claim.token)
    return len(claim.rows)


def _miss(pk: int, token: UUID) -> None:
    row = (
        Heartbeat.objects.select_for_update(of=("self",))
        .select_related("system")
        .filter(pk=pk, lease_token=token)
        .first()
    )
    if row is None:
        return
    now = clock.now()
    row.lease_until, row.lease_token, row.attempts = None, None, 0
    waiting = Receipt.objects.filter(
        source_id=row.source_id, state=Receipt.State.NEW, format=FORMAT_NAME
    )
    if row.due_at <= now and waiting.exists():
        row.due_at = now + UNREAD_WAIT
        row.save(update_fields=["due_at", "lease_until", "lease_token", "attempts"])
        return
    pulse, told = missed(pulse_of(row), now)
    row.save(update_fields=["lease_until", "lease_token", "attempts"])
    write_pulse(row, pulse)
    if told is not None:
        announce(row, told, at=now, since=pulse.since)


def pulse_of(row: Heartbeat) -> Pulse:
    return Pulse(
        state=row.state,
        every=row.every,
        grace=row.grace,
        due_at=row.due_at,
        since=row.since,
        last_ping_at=row.last_ping_at,
        last_start_at=row.last_start_at,
    )


def write_pulse(row: Heartbeat, pulse: Pulse) -> None:
    for name in _PULSE:
        setattr(row, name, getattr(pulse, name))
    row.save(update_fields=list(_PULSE))
    tick("alerts")


def announce(
    row: Heartbeat, told: Told, *, at: datetime, since: datetime | None, said: str = ""
) -> None:
    """Write the receipt that says it. Call inside the transaction of the change it tells of."""
    document = {
        "slug": row.slug,
        "name": row.name,
        "told": told,
        "at": at.isoformat(),
        "since": (since or at).isoformat(),
        "severity": row.severity,
        "system": row.system.slug if row.system else None,
        "every": row.every,
        "grace": row.grace,
        "last_ping_at": row.last_ping_at.isoformat() if row.last_ping_at else None,
        "said": said,
    }
    Receipt.objects.create(
        source_id=row.source_id,
        format=FORMAT_NAME,
        headers={"content-type": "application/json", KIND_HEADER: REPORT},
        body=json.dumps(document, ensure_ascii=False).encode(),
        state=Receipt.State.NEW,
    )
    hint_on_commit("absorb")


OVERDUE_SQL = """
    SELECT 'heartbeat', id::text, due_at, state::text, attempts::int
      FROM alerts_heartbeat
     WHERE state = 'watched' AND due_at < now() - interval '60 seconds'"""
