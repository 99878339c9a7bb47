"""What of Slack's requests can be late: asked, and neither done nor answered."""

OVERDUE_SQL = """
    SELECT 'slack request', id::text, due_at, state::text, attempts::int
      FROM integrations_slackrequest
     WHERE state = 'pending' AND due_at < now() - interval '60 seconds'"""
