"""From receipts to alerts: claims receipts, reads signals, folds them into episodes.

One source is absorbed by one worker at a time, in the order of arrival, so that counted episodes
cannot be torn apart; different sources run side by side. Reading happens outside any transaction.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from alerts import reading_signals, storing
from alerts.models import Receipt
from alerts.signals import Reading
from core.crashpoints import crash_point
from core.ids import new_id
from core.logs import get_logger

log = get_logger(__name__)
LEASE_SECONDS = 15
BATCH = 200
BATCH_BYTES = 16 * 1024 * 1024
MAX_ATTEMPTS = 3
"""A receipt that was claimed this often without an outcome is killing its workers."""


@dataclass(frozen=True, slots=True)
class Lot:
    """Receipts of one source, oldest first, and the token to finish them with."""

    source_id: int
    token: UUID
    receipts: list[Receipt]


@dataclass(frozen=True, slots=True)
class Read:
    """A receipt and what was read from it, or why it could not be."""

    receipt: Receipt
    reading: Reading | None
    reason: str = ""


def absorb_due() -> int:
    """Absorb one lot; answers how many receipts it had. Safe to call at once from anywhere."""
    lot = _claim()
    if lot is None:
        return 0
    crash_point("absorb:after_claim")
    source = storing.source_facts(lot.source_id)
    read = [_read(receipt, source) for receipt in lot.receipts]
    try:
        _store(lot, source, read)
    except storing.LateFinisher:
        log.warning("absorb_late_finisher", source=lot.source_id)
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
    while (had := absorb_due()) and time.monotonic() < end:
        total += had
    return total


def _claim() -> Lot | None:
    """Lease the due receipts of one source that nobody else is absorbing.

    The advisory lock only guards the look and the lease; the lease keeps others away after it.
    Sources come up by their oldest waiting receipt, so a loud one cannot starve the others.
    """
    token = new_id()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT source_id FROM alerts_receipt WHERE state = 'new'
             GROUP BY source_id
            HAVING min(due_at) <= now() AND coalesce(max(lease_until), '-infinity') < now()
             ORDER BY min(due_at) LIMIT 20"""
        )
        for (source_id,) in cursor.fetchall():
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [0x41495245, source_id])
            if not cursor.fetchone()[0]:
                continue
            receipts = list(
                Receipt.objects.raw(_CLAIM, [LEASE_SECONDS, token] + [source_id] * 2 + [BATCH])
            )
            if receipts:
                receipts.sort(key=lambda row: (row.received_at, row.pk))
                return Lot(source_id, token, receipts)
    return None


_CLAIM = """
    UPDATE alerts_receipt SET lease_until = now() + %s * interval '1 second',
           lease_token = %s, attempts = attempts + 1
     WHERE state = 'new' AND source_id = %s AND id = ANY(ARRAY(
        SELECT id FROM alerts_receipt
         WHERE state = 'new' AND source_id = %s AND due_at <= now()
           AND NOT EXISTS (
               SELECT 1 FROM alerts_receipt held
                WHERE held.state = 'new' AND held.source_id = alerts_receipt.source_id
                  AND held.lease_until >= now())
         ORDER BY due_at LIMIT %s))
    RETURNING *"""


def _read(receipt: Receipt, source: storing.SourceFacts) -> Read:
    if receipt.attempts > MAX_ATTEMPTS:
        return Read(receipt, None, f"Reading it failed {MAX_ATTEMPTS} times without an answer.")
    return Read(receipt, *reading_signals.read(receipt, source))


def _store(lot: Lot, source: storing.SourceFacts, read: list[Read]) -> None:
    with transaction.atomic():
        batch = storing.Batch(source, received_at=_now())
        for item in read:
            if item.reading is not None:
                batch.fold(item.receipt, item.reading)
        batch.save()
        for item in read:
            storing.finish_receipt(item.receipt, lot.token, item.reading, item.reason)
        crash_point("absorb:before_commit")


def _store_alone(lot: Lot, source: storing.SourceFacts, item: Read) -> None:
    try:
        _store(lot, source, [item])
    except storing.LateFinisher:
        log.warning("absorb_late_finisher", source=lot.source_id)
    except Exception as error:
        log.exception("absorb_receipt_failed", receipt=str(item.receipt.pk))
        reason = f"It was read but could not be stored ({type(error).__name__})."
        with transaction.atomic():
            storing.finish_receipt(item.receipt, lot.token, None, reason)


def _now() -> datetime:
    """The database's clock: what timers compare with."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT now()")
        value: datetime = cursor.fetchone()[0]
        return value
