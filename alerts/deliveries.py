"""Deliveries that a sender repeats: those that it names itself count once.

Which names a delivery has is its format's habit (`Manners.delivery`); the names of the Standard
Webhooks specification (https://www.standardwebhooks.com, Svix) hold for all. A name counts with
its format and its bytes only: a sender that has one name for everything must lose nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from django.db import connection

from alerts.ingest.doors import STANDARD_NAMES, manners_of
from alerts.models import Receipt
from alerts.signals import Reading
from core import clock

KEPT = timedelta(days=3)
"""How long GitHub sends a delivery again when asked to; PagerDuty repeats one for two days."""

BITE = 5000


def key_of(receipt: Receipt) -> UUID | None:
    """What tells this delivery from any other of its source; None when its sender does not say."""
    if receipt.drill:
        return None
    headers, body = receipt.headers, bytes(receipt.body)
    name = next((headers[one] for one in STANDARD_NAMES if headers.get(one)), "")
    name = name or manners_of(receipt.format).delivery(headers, body)
    if not name:
        return None
    parts = (receipt.format.encode(), name.encode("utf-8", "replace"), body)
    return UUID(bytes=hashlib.sha256(b"\x00".join(parts)).digest()[:16])


def first_ones(source_id: int, named: Iterable[tuple[UUID, UUID]]) -> set[UUID]:
    """Remember these deliveries, given as (key, receipt); answers the receipts that are the first
    of their key, which a receipt that is read again still is. In the caller's transaction."""
    keys, receipts = zip(*named, strict=True)
    with connection.cursor() as cursor:
        cursor.execute(_REMEMBER, {"source": source_id, "keys": list(keys), "ids": list(receipts)})
        return {receipt_id for (receipt_id,) in cursor.fetchall()}


_REMEMBER = """
    WITH written AS (
        INSERT INTO alerts_delivered (source_id, key, receipt_id)
        SELECT DISTINCT ON (given.key) %(source)s, given.key, given.id
          FROM unnest(%(keys)s::uuid[], %(ids)s::uuid[]) WITH ORDINALITY AS given(key, id, number)
         ORDER BY given.key, given.number
        ON CONFLICT (source_id, key) DO NOTHING RETURNING receipt_id)
    SELECT receipt_id FROM written
    UNION ALL
    SELECT receipt_id FROM alerts_delivered
     WHERE source_id = %(source)s AND key = ANY(%(keys)s)"""


def repeated(reading: Reading) -> Reading:
    """What is left of a delivery that came before: a note."""
    said = "The sender has delivered this before: it was not counted again."
    return replace(reading, signals=(), measured=(), notes=(said, *reading.notes))


def forget_repeats() -> int:
    """Those that nobody repeats any more. One bite a call."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM alerts_delivered WHERE id = ANY(ARRAY("
            "SELECT id FROM alerts_delivered WHERE recorded_at < %s LIMIT %s))",
            [clock.now() - KEPT, BITE],
        )
        return int(cursor.rowcount)
