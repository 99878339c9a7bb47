"""Alerts that are over are held by nothing, and hold nothing back any more."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db import connection

_OVER = """
    WITH gone AS (
        DELETE FROM alerts_hold WHERE alert_id = ANY(%(ids)s) RETURNING ref),
    freed AS (
        UPDATE alerts_hold SET due_at = now()
         WHERE by_alert = ANY(%(ids)s) AND NOT alert_id = ANY(%(ids)s))
    UPDATE alerts_silence SET due_at = now()
     WHERE ends_when_resolved AND id::text IN (SELECT ref FROM gone)"""


def let_go(ids: Collection[UUID]) -> None:
    """Forget what held these alerts; have what was held on their account looked at again, and the
    silences that were to last until they were over. Call in the transaction that ends them."""
    if ids:
        with connection.cursor() as cursor:
            cursor.execute(_OVER, {"ids": list(ids)})
