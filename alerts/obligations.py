"""What of the alerts room can be late: receipts that nobody has absorbed."""

OVERDUE_SQL = """
    SELECT 'receipt', id::text, due_at, state::text, attempts::int
      FROM alerts_receipt
     WHERE state = 'new' AND due_at < now() - interval '30 seconds'"""
