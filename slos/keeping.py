"""How long measurements are kept, and what throws the older ones away. One bounded bite a call."""

from __future__ import annotations

from datetime import timedelta

from django.db import connection

from core import clock

KEPT = timedelta(days=400)
"""Longer than the longest window, so that late truth and corrections can be counted exactly.
Roll-ups and budgets stay."""
BITE = 5000


def forget_old_measurements() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM slos_measurement WHERE ctid = ANY(ARRAY("
            "SELECT ctid FROM slos_measurement WHERE ended < %s ORDER BY ended LIMIT %s))",
            [clock.now() - KEPT - timedelta(days=1), BITE],
        )
        return int(cursor.rowcount)
