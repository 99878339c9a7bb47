"""Fills the tables with a past, by SQL: as many incidents and alerts as are asked for."""

from __future__ import annotations

from typing import Any

import psycopg

# Uneven as real ones are: the newest are active, one in a hundred is private, titles differ.
INCIDENTS = """
    INSERT INTO incidents_incident (id, title, summary, status, severity, private, drill, version,
        auto_resolve, cause_hint, opened_at, onset_at, detected_at, acknowledged_at, resolved_at)
    SELECT n, (ARRAY['Grounding','Latency','Drift','Refusals','Cost','Toxicity'])[1 + n % 6]
             || ' of system ' || n % 40 || ' left its objective, case ' || n,
           'Written by the benchmark.',
           CASE WHEN n > %(incidents)s - 60
                THEN (ARRAY['open','acknowledged','mitigated'])[1 + n % 3]
                ELSE (ARRAY['resolved','closed','closed','cancelled'])[1 + n % 4] END,
           'sev' || 1 + n % 4, n % 100 = 0, false, 3, true, '', at, at, at,
           at + interval '3 minutes', at + interval '1 hour'
      FROM (SELECT n, now() - (%(incidents)s - n) * interval '20 minutes' AS at
              FROM generate_series(%(known)s + 1, %(incidents)s) n) given"""

SYSTEMS = """
    INSERT INTO incidents_incidentsystem (incident_id, system_id)
    SELECT n, (SELECT min(id) FROM catalog_system)
      FROM generate_series(%(known)s + 1, %(incidents)s) n"""

EVENTS = """
    INSERT INTO incidents_incidentevent (id, incident_id, kind, occurred_at, recorded_at,
        actor_label, via, text, detail)
    SELECT gen_random_uuid(), n, (ARRAY['opened','status','note','status'])[1 + line],
           i.opened_at + line * interval '5 minutes', i.opened_at + line * interval '5 minutes',
           'Ana', 'web', 'Line ' || line || ' of the timeline.', '{}'
      FROM generate_series(%(known)s + 1, %(incidents)s) n
      JOIN incidents_incident i ON i.id = n, generate_series(0, 3) line"""

ALERTS = """
    INSERT INTO alerts_alert (id, source_id, dedup_key, episode, status, severity, title, labels,
        annotations, links, system_id, group_key, wants_incident, is_test, drill, started_at,
        first_seen_at, last_seen_at, listed_at, last_event_at, resolved_at, count)
    SELECT ('01900000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid,
           source, 'condition-' || n %% 50000, 'n:' || n,
           CASE WHEN n > %(alerts)s - 500 THEN 'firing' ELSE 'resolved' END,
           'sev' || 1 + n %% 4, 'Condition ' || n %% 50000 || ' of system ' || n %% 40,
           jsonb_build_object('alertname', 'C' || n %% 500, 'service', 'system-' || n %% 40,
                              'pod', 'p' || n %% 5000),
           '{"summary": "Written by the benchmark."}', '[]', system, 'g' || n %% 50000,
           true, false, false, at, at, at, at, at,
           CASE WHEN n > %(alerts)s - 500 THEN NULL ELSE at END, 1
      FROM (SELECT n, now() - (%(alerts)s - n) * interval '1 minute' AS at
              FROM generate_series(%(known_alerts)s + 1, %(alerts)s) n) given,
           (SELECT min(id) AS source FROM alerts_source) s,
           (SELECT min(id) AS system FROM catalog_system) y"""

LINKS = """
    INSERT INTO incidents_incidentalert (incident_id, alert_id, joined_at)
    SELECT 1 + (n * %(incidents)s::bigint - 1) / %(alerts)s,
           ('01900000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, now()
      FROM generate_series(%(known_alerts)s + 1, %(alerts)s) n"""

INDEXES = """
    SELECT c.relname, pg_get_indexdef(i.indexrelid) FROM pg_index i
      JOIN pg_class c ON c.oid = i.indexrelid
     WHERE i.indrelid = 'alerts_alert'::regclass AND NOT i.indisunique"""


def fill(connection: psycopg.Connection[Any], *, incidents: int, alerts: int) -> None:
    """Add what is missing up to these numbers. The tables must hold nothing but such rows."""
    known = _count(connection, "incidents_incident")
    known_alerts = _count(connection, "alerts_alert")
    values = {"incidents": incidents, "alerts": alerts, "known": known,
              "known_alerts": known_alerts}  # fmt: skip
    # Checks and triggers would take most of the time, and these rows are right by construction.
    connection.execute("SET session_replication_role = replica")
    connection.execute("SET synchronous_commit = off")
    connection.execute("SET maintenance_work_mem = '512MB'")
    indexes = connection.execute(INDEXES).fetchall() if alerts - known_alerts > 100_000 else []
    for name, _ in indexes:
        connection.execute(f'DROP INDEX "{name}"')
    for sql in (INCIDENTS.replace(" % ", " %% "), SYSTEMS, EVENTS, ALERTS, LINKS):
        connection.execute(sql, values)
    for _, definition in indexes:
        connection.execute(definition)
    # As the database does by itself a minute after a table has grown.
    connection.execute("ANALYZE")
    connection.execute(
        "SELECT setval(pg_get_serial_sequence('incidents_incident', 'id'), %s)", [incidents]
    )
    connection.execute("RESET session_replication_role")


def _count(connection: psycopg.Connection[Any], table: str) -> int:
    row = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
    return int(row[0]) if row else 0
