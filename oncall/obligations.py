"""What of escalations counts as late, as a part of the view `overdue_obligation`."""

from __future__ import annotations

OVERDUE_SQL = """
    SELECT 'escalation' AS kind, id::text AS id, due_at, state::text AS state,
           attempts::int AS attempts
      FROM oncall_escalationtimer
     WHERE state = 'pending' AND due_at < now() - interval '15 seconds'
    UNION ALL
    SELECT 'escalation', e.id::text, e.started_at, 'no timer', 0
      FROM oncall_escalation e
     WHERE e.state = 'running' AND NOT EXISTS (
           SELECT 1 FROM oncall_escalationtimer t
            WHERE t.escalation_id = e.id AND t.state = 'pending')"""

SHIFT_NOTICES_SQL = """
    SELECT 'shift notice' AS kind, id::text AS id, due_at, state::text AS state,
           attempts::int AS attempts
      FROM oncall_shiftnotice
     WHERE state = 'pending' AND due_at < now() - interval '90 seconds'
       AND (lease_until IS NULL OR lease_until < now())"""
