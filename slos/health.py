"""What of the slos room can be late: objectives that nobody has evaluated."""

OVERDUE_SQL = """
    SELECT 'slo', o.slug::text, coalesce(s.as_of, o.created_at) + interval '1 minute',
           'not evaluated', 0
      FROM slos_slo o LEFT JOIN slos_slostate s ON s.slo_id = o.id
     WHERE o.enabled AND coalesce(s.as_of, o.created_at) < now() - interval '5 minutes'"""
