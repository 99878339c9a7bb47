"""What of an incident can be late: one that is open, pages, and has nobody on the way to it."""

OVERDUE_SQL = """
    SELECT 'incident', i.id::text, i.opened_at, i.status::text, 0
      FROM incidents_incident i
     WHERE i.status = 'open' AND i.severity < 'sev4'
       AND i.opened_at < now() - interval '15 seconds'
       AND i.opened_at > now() - interval '7 days'
       AND NOT EXISTS (
           SELECT 1 FROM oncall_escalation e WHERE e.subject_key = 'incident:' || i.id)"""
