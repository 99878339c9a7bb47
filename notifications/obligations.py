"""What of deliveries counts as late, as a part of the view `overdue_obligation`."""

from __future__ import annotations

OVERDUE_SQL = """
    SELECT 'delivery' AS kind, id::text AS id, due_at, state::text AS state,
           attempts::int AS attempts
      FROM notifications_delivery
     WHERE state = 'pending' AND due_at < now() - interval '15 seconds'
       AND (lease_until IS NULL OR lease_until < now())"""
