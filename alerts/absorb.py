"""From receipts to alerts: claims receipts, reads signals, folds them into episodes.

One source is absorbed by one worker at a time, in the order of arrival, so that counted episodes
cannot be torn apart; different sources run side by side. Reading happens outside any transaction.
"""

from __future__ import annotations

import contextlib
import time
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

from django.db import DatabaseError, InterfaceError, OperationalError, connection, transaction

from alerts import reading_signals, storing
from alerts.deliveries import first_ones, key_of, repeated
from alerts.extensions import Measured, take_measured
from alerts.facts import SourceFacts, facts_as_of
from alerts.models import Receipt
from alerts.partitions import boundary
from alerts.redaction.storing import keep_redacted, redact_read, unseal_again
from core import clock
from core.crashpoints import crash_point
from core.ids import new_id
from core.live import tick
from core.logs import get_logger

log = get_logger(__name__)
LEASE_SECONDS = 30
BATCH = 500
BATCH_BYTES = 2 * 1024 * 1024
"""About 2,000 alerts: absorbed in a fraction of the lease, whatever the senders put in a post."""

MAX_ATTEMPTS = 3
"""A receipt that was claimed this often without an outcome is killing its workers."""

CANDIDATES = 100
ALL_DAYS_SECONDS = 5.0
LOCK_SPACE = 0x41495245


@dataclass(frozen=True, slots=True)
class Lot:
    """Receipts of one source, oldest first, the token to finish them with, and the version of
    the facts at that moment."""

    source_id: int
    token: UUID
    receipts: list[Receipt]
    facts: UUID | None


def absorb_due() -> int:
    """Absorb one lot; answers how many receipts it had. Safe to call at once from anywhere."""
    lot = _claim()
    if lot is None:
        return 0
    crash_point("absorb:after_claim")
    source = facts_as_of(lot.facts, lot.source_id)
    unseal_again(lot.receipts)
    read = [_read(receipt, source) for receipt in lot.receipts]
    try:
        _store(lot, source, read)
    except storing.LateFinisher:
        log.warning("absorb_late_finisher", source=lot.source_id)
    except (OperationalError, InterfaceError):
        # The database's trouble (a deadlock, a restart), not the receipts': they come up again.
        _let_go(lot)
        raise
    except Exception:
        # One receipt may poison the statement of all: each gets a transaction of its own.
        log.exception("absorb_batch_failed", source=lot.source_id, receipts=len(read))
        for item in read:
            _store_alone(lot, source, item)
    crash_point("absorb:after_commit")
    return len(lot.receipts)


def drain(*, seconds: float = 20.0) -> int:
    """Absorb until nothing is due or the time is over; answers how many receipts it had."""
    end, total = time.monotonic() + seconds, 0
    while had := absorb_due():
        total += had
        if time.monotonic() >= end:
            break
    return total


_served: dict[int, float] = {}
"""When this process last absorbed a source: the one that waited longest is next, so that a loud
source with a long backlog cannot keep the others waiting."""


_looked_at = float("-inf")
"""When this process last looked for what waits in the tables of all days."""


def _floor() -> UUID:
    """The least id to look at: mostly yesterday's first, so that few tables are opened; now and
    then all, for deliveries of longer ago that are read again."""
    global _looked_at
    if time.monotonic() - _looked_at >= ALL_DAYS_SECONDS:
        _looked_at = time.monotonic()
        return UUID(int=0)
    return boundary(clock.now().date() - timedelta(days=1))


def _claim() -> Lot | None:
    """Lease the oldest due receipts of one source that nobody else is absorbing.

    The advisory lock only guards the look and the lease; the lease keeps others away after it.
    """
    floor = _floor()
    with connection.cursor() as cursor:
        cursor.execute(_WAITING, {"floor": floor, "limit": CANDIDATES})
        waiting = [source_id for (source_id,) in cursor.fetchall()]
    for source_id in sorted(waiting, key=lambda source_id: _served.get(source_id, 0.0)):
        lot = _lease(source_id, floor)
        if lot is not None:
            _served[source_id] = time.monotonic()
            return lot
    return None


def _lease(source_id: int, floor: UUID) -> Lot | None:
    """A receipt whose claimer died is claimed alone: if it kills its workers, it takes no
    neighbour along."""
    token = new_id()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_LOCK, [LOCK_SPACE, source_id])
        locked, facts = cursor.fetchone()
        if not locked:
            return None
        cursor.execute(_DUE, {"floor": floor, "source": source_id, "limit": BATCH})
        ids: list[UUID] = []
        size = 0
        for receipt_id, bytes_, attempts in cursor.fetchall():
            size += bytes_
            if ids and (attempts or size > BATCH_BYTES):
                break
            ids.append(receipt_id)
            if attempts:
                break
        receipts = list(Receipt.objects.raw(_CLAIM, [LEASE_SECONDS, token, ids])) if ids else []
    receipts.sort(key=lambda row: (row.received_at, row.pk))
    return Lot(source_id, token, receipts, facts) if receipts else None


# The sources that have something waiting, by hops over the partial index: the cost follows their
# number, not the length of the queue.
_WAITING = """
    WITH RECURSIVE waiting(source_id) AS (
        (SELECT source_id FROM alerts_receipt
          WHERE state = 'new' AND id >= %(floor)s ORDER BY source_id LIMIT 1)
        UNION ALL
        SELECT (SELECT r.source_id FROM alerts_receipt r
                 WHERE r.state = 'new' AND r.id >= %(floor)s
                   AND r.source_id > waiting.source_id
                 ORDER BY r.source_id LIMIT 1)
          FROM waiting WHERE waiting.source_id IS NOT NULL)
    SELECT source_id FROM waiting, LATERAL (
        SELECT due_at FROM alerts_receipt r
         WHERE r.state = 'new' AND r.id >= %(floor)s AND r.source_id = waiting.source_id
         ORDER BY due_at LIMIT 1) head
     WHERE head.due_at <= now() ORDER BY head.due_at LIMIT %(limit)s"""

_LOCK = """
    SELECT pg_try_advisory_xact_lock(%s, %s), (SELECT token FROM alerts_factsversion)"""

_DUE = """
    SELECT id, octet_length(body), attempts FROM alerts_receipt
     WHERE state = 'new' AND id >= %(floor)s AND source_id = %(source)s AND due_at <= now()
       AND NOT EXISTS (
           SELECT 1 FROM alerts_receipt held
            WHERE held.state = 'new' AND held.id >= %(floor)s
              AND held.source_id = %(source)s AND held.lease_until >= now())
     ORDER BY due_at, id LIMIT %(limit)s"""

_CLAIM = """
    UPDATE alerts_receipt SET lease_until = now() + %s * interval '1 second',
           lease_token = %s, attempts = attempts + 1
     WHERE id = ANY(%s) AND state = 'new'
    RETURNING *"""


def _let_go(lot: Lot) -> None:
    with contextlib.suppress(DatabaseError, InterfaceError), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE alerts_receipt SET lease_until = NULL WHERE lease_token = %s", [lot.token]
        )


def _read(receipt: Receipt, source: SourceFacts) -> storing.Read:
    if receipt.attempts > MAX_ATTEMPTS:
        reason = f"Absorbing it was tried {MAX_ATTEMPTS} times and never came to an end."
        return storing.Read(receipt, None, reason)
    delivery = key_of(receipt)
    reading, reason = reading_signals.read(receipt, source)
    reading, redacted = redact_read(receipt, reading, source.redaction.plan)
    return storing.Read(receipt, reading, reason, redacted=redacted, delivery=delivery)


def _store(lot: Lot, source: SourceFacts, read: list[storing.Read]) -> None:
    with transaction.atomic():
        batch = storing.Batch(source)
        read = _once(source, read)
        for item in read:
            if item.reading is not None:
                batch.fold(item.receipt, item.reading)
        batch.save()
        storing.finish_receipts(_measured(source, read), lot.token)
        keep_redacted(
            [(item.receipt, item.redacted) for item in read if item.redacted],
            source_id=source.id,
            keep_hours=source.redaction.keep_hours,
        )
        tick("alerts")
        crash_point("absorb:before_commit")


def _once(source: SourceFacts, read: list[storing.Read]) -> list[storing.Read]:
    """With nothing left of what the sender has delivered before and names as the same."""
    named = [(one.delivery, one.receipt.pk) for one in read if one.delivery and one.reading]
    if not named:
        return read
    first = first_ones(source.id, named)
    return [
        replace(one, reading=repeated(one.reading))
        if one.delivery and one.reading and one.receipt.pk not in first
        else one
        for one in read
    ]


def _measured(source: SourceFacts, read: list[storing.Read]) -> list[storing.Read]:
    """Hand on what the receipts measured; each comes back with what became of it."""
    notes = take_measured(
        [
            Measured(
                receipt_id=item.receipt.pk,
                received_at=item.receipt.received_at,
                drill=item.receipt.drill,
                source_id=source.id,
                source_slug=source.slug,
                system=source.system,
                facts=item.reading.measured,
            )
            for item in read
            if item.reading is not None and item.reading.measured
        ]
    )
    return [replace(item, notes=notes.get(item.receipt.pk, ())) for item in read]


def _store_alone(lot: Lot, source: SourceFacts, item: storing.Read) -> None:
    try:
        _store(lot, source, [item])
    except storing.LateFinisher:
        log.warning("absorb_late_finisher", source=lot.source_id)
    except (OperationalError, InterfaceError):
        _let_go(lot)
        raise
    except Exception as error:
        log.exception("absorb_receipt_failed", receipt=str(item.receipt.pk))
        reason = f"It was read but could not be stored ({type(error).__name__})."
        with contextlib.suppress(storing.LateFinisher), transaction.atomic():
            storing.finish_receipts([storing.Read(item.receipt, None, reason)], lot.token)
