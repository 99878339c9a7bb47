"""Counts by day what became of the alerts of each rule: incidents know, alerts show it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from django.db import connection

from core import clock

RECENT_DAYS = 3
"""Days that are counted again each round; outcomes of older alerts change once a night."""

LATE_DAYS = 14
KEPT_DAYS = 400

_RULES = """
    SELECT a.id, a.source_id,
           left(coalesce(nullif(a.labels->>'alertname', ''), a.title), 200) AS rule,
           EXISTS (SELECT 1 FROM alerts_alertstep s WHERE s.alert_id = a.id
                    AND s.kind IN ('silenced', 'inhibition', 'dependency', 'flapping')
                    AND s.detail ? 'kind') AS silenced,
           i.id AS incident_id, i.status,
           i.acknowledged_at IS NOT NULL OR a.acknowledged_at IS NOT NULL AS acted
      FROM alerts_alert a
      LEFT JOIN incidents_incidentalert l ON l.alert_id = a.id
      LEFT JOIN incidents_incident i ON i.id = l.incident_id AND NOT i.private
     WHERE a.listed_at >= %(from)s AND a.first_seen_at >= %(from)s AND a.first_seen_at < %(to)s
       AND NOT a.drill AND NOT a.is_test"""

# Only the constant above is put into it; values are bound.
_COUNT = f"""
    WITH rules AS ({_RULES}),
    paged AS (
        SELECT DISTINCT r.incident_id FROM rules r
          JOIN oncall_escalation e ON e.subject_key = 'incident:' || r.incident_id
          JOIN oncall_page p ON p.escalation_id = e.id
         WHERE r.incident_id IS NOT NULL)
    INSERT INTO alerts_alerttally
           (day, source_id, rule, fired, paged, acted_on, silenced, false_alarms)
    SELECT %(day)s, r.source_id, r.rule, count(*), count(p.incident_id),
           count(*) FILTER (WHERE r.incident_id IS NOT NULL AND r.acted),
           count(*) FILTER (WHERE r.silenced), count(*) FILTER (WHERE r.status = 'cancelled')
      FROM rules r LEFT JOIN paged p ON p.incident_id = r.incident_id
     GROUP BY r.source_id, r.rule
    ON CONFLICT (day, source_id, rule) DO UPDATE
       SET fired = excluded.fired, paged = excluded.paged, acted_on = excluded.acted_on,
           silenced = excluded.silenced, false_alarms = excluded.false_alarms"""  # noqa: S608


def count_recent() -> int:
    """Count the last days anew. Two at once count the same twice. Answers 0: nothing is left over
    that the engine should come back for at once."""
    count_days(RECENT_DAYS)
    return 0


def count_late() -> int:
    """Once a night what is older: an incident may be acknowledged or cancelled days later."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM alerts_alerttally WHERE day < %s",
            [clock.now().date() - timedelta(days=KEPT_DAYS)],
        )
    count_days(LATE_DAYS)
    return 0


def count_days(days: int) -> None:
    today = clock.now().date()
    for back in range(days):
        count_day(today - timedelta(days=back))


def count_day(day: date) -> None:
    start = datetime(day.year, day.month, day.day, tzinfo=UTC)
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, {"day": day, "from": start, "to": start + timedelta(days=1)})
