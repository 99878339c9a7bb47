"""What counts as late in Slack, as a part of the view `overdue_obligation`: also while Slack is
away, since people then look at cards that are not true."""

from __future__ import annotations

OVERDUE_SQL = """
    SELECT 'slack post' AS kind, id::text AS id, due_at, state::text AS state,
           attempts::int AS attempts
      FROM integrations_slackpost
     WHERE state = 'pending' AND due_at < now() - interval '1 minute'"""
