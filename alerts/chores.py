"""What the alerts room throws away. One bounded bite a call."""

from __future__ import annotations

from datetime import timedelta

from django.db import connection

from alerts.models import Tombstone
from core import clock

BITE = 5000


def forget_tombstones() -> int:
    """Early resolves whose trigger did not come within a day."""
    old = clock.now() - timedelta(days=1)
    return Tombstone.objects.filter(recorded_at__lt=old).delete()[0]


def forget_emptied_receipts() -> int:
    """Receipts of telemetry a week after it was read: their bodies went when it was counted, and
    there are thousands a day of them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM alerts_receipt WHERE id = ANY(ARRAY(SELECT id FROM alerts_receipt "
            "WHERE state = 'done' AND signals = 0 AND octet_length(body) = 0 "
            "AND received_at < now() - interval '7 days' LIMIT %s))",
            [BITE],
        )
        return int(cursor.rowcount)
