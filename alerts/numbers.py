"""Short numbers of conditions, for senders that let people type them (Opsgenie's tiny ids)."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import replace

from django.db import connection

from alerts.models import Receipt
from alerts.signals import Signal

_DIGITS = 7
"""Hexadecimal ones: of a thousand conditions that fire, two share a number once in 500 times."""

_FIND = """
    SELECT number, dedup_key FROM (
        SELECT dedup_key, last_seen_at, ('x' || left(md5(dedup_key), 7))::bit(28)::int AS number
          FROM alerts_alert WHERE source_id = %s AND status <> 'resolved') open
     WHERE number = ANY(%s) ORDER BY last_seen_at"""


def short_number(dedup_key: str) -> int:
    """The same for a key wherever it is asked; below 2^28."""
    digest = hashlib.md5(dedup_key.encode(), usedforsecurity=False).hexdigest()
    return int(digest[:_DIGITS], 16)


def keys_by_number(source_id: int, numbers: Collection[int]) -> dict[int, str]:
    """The keys of a source's conditions that still fire; of two with one number the one that was
    heard of last."""
    with connection.cursor() as cursor:
        cursor.execute(_FIND, [source_id, list(numbers)])
        return dict(cursor.fetchall())


def with_keys(source_id: int, items: list[tuple[Receipt, Signal]]) -> list[tuple[Receipt, Signal]]:
    """The signals with the keys that their numbers stand for; those of nothing keep their own."""
    numbers = {one.key_number for _, one in items if one.key_number is not None}
    if not numbers:
        return items
    keys = keys_by_number(source_id, numbers)
    return [
        (receipt, replace(one, dedup_key=keys.get(one.key_number or -1, one.dedup_key)))
        for receipt, one in items
    ]
