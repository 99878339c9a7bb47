"""Every report at 50,000 incidents and 200,000 actions, over 90 days, a year and everything."""

from __future__ import annotations

import time
from typing import Any

import psycopg

from bench.fill import fill
from bench.program import Program
from bench.report import Result, at_most

INCIDENTS = 50_000
ACTIONS = 200_000
TARGET_MS = 300.0

# Uneven as real ones are; times differ from incident to incident, some are not known.
PAST = """
    INSERT INTO accounts_team (slug, name)
        SELECT 'team-' || n, 'Team ' || n FROM generate_series(1, 8) n;
    INSERT INTO accounts_user (password, email, name, role, time_zone, theme, is_active)
        SELECT '', 'p' || n || '@example.org', 'Person ' || n, 'responder',
               (ARRAY['Europe/Berlin', 'Asia/Tokyo', 'America/New_York', 'UTC'])[1 + n % 4],
               '', true
          FROM generate_series(1, 60) n;
    INSERT INTO catalog_system (slug, name, description, kind, tier, stage, team_id, labels,
            runbooks)
        SELECT 'system-' || n, 'System ' || n, '', 'llm', 1 + n % 4, 'production',
               (SELECT id FROM accounts_team WHERE slug = 'team-' || 1 + n % 8), '{}', '[]'
          FROM generate_series(1, 40) n;
    UPDATE incidents_incidentsystem h SET system_id =
        (SELECT id FROM catalog_system WHERE slug = 'system-' || 1 + h.incident_id % 40);
    UPDATE incidents_incident SET onset_at = opened_at - (id % 50) * interval '1 minute',
        mitigated_at = CASE WHEN id % 7 > 0 THEN opened_at + (id % 97) * interval '3 minutes' END,
        resolved_at = CASE WHEN status IN ('resolved', 'closed')
                           THEN opened_at + (id % 89) * interval '7 minutes' END;
    INSERT INTO catalog_change (id, system_id, kind, version, previous_version, summary, url,
            rollback_url, author_label, occurred_at)
        SELECT gen_random_uuid(), s.id, (ARRAY['model', 'prompt', 'index', 'config'])[1 + n % 4],
               'v' || n, '', 'x', '', '', '', now() - n * interval '2 days'
          FROM generate_series(1, 350) n, catalog_system s;
    INSERT INTO incidents_incidentcause (incident_id, cause_id, role, confidence, evidence,
            explains, version, set_by_label)
        SELECT i, c.id, 'contributing',
               (ARRAY['suspected', 'likely', 'confirmed', 'ruled-out'])[1 + i % 4], '', '', 1, 'x'
          FROM generate_series(1, {incidents}) i, LATERAL (
               SELECT id FROM taxonomy_cause ORDER BY id OFFSET (i * 7) % 79 LIMIT 2) c;
    INSERT INTO incidents_incidentmember (incident_id, user_id, because)
        SELECT i, (SELECT min(id) FROM accounts_user) + (i + k * 17) % 60, 'x'
          FROM generate_series(1, {incidents}) i, generate_series(0, 2) k
            ON CONFLICT DO NOTHING;
    INSERT INTO oncall_escalation (id, subject_key, state, policy_slug, policy, fallback, card,
            started_at, ended_by)
        SELECT ('02900000-0000-7000-8000-' || lpad(to_hex(i), 12, '0'))::uuid, 'incident:' || i,
               'acknowledged', 'x', '{}', false, '{}', n.opened_at, ''
          FROM generate_series(1, {incidents}) i JOIN incidents_incident n ON n.id = i;
    INSERT INTO oncall_page (id, escalation_id, round, step, user_id, target, because, is_fallback,
            created_at, acknowledged_at)
        SELECT gen_random_uuid(), e.id, 0, k,
               (SELECT min(id) FROM accounts_user) + (i.id + k) % 60, 'user:' || k, 'x', false,
               i.opened_at + k * interval '5 minutes',
               CASE WHEN k = 1 THEN i.opened_at + (i.id % 600 + 300) * interval '1 second' END
          FROM incidents_incident i
          JOIN oncall_escalation e ON e.subject_key = 'incident:' || i.id,
               generate_series(0, 1) k;
    INSERT INTO postmortems_action (incident_id, title, detail, type, status, priority,
            done_criterion, required, cause, proposal, proof_kind, proof, reason, external_url,
            version, created_at, due_on, done_at)
        SELECT i.id, 'Action ' || n, '',
               (ARRAY['prevent', 'detect', 'mitigate', 'process'])[1 + n % 4],
               CASE WHEN n % 5 = 0 THEN 'open' ELSE 'done' END, 'p2', '', false, '', '', '', '', '',
               '', 1, i.opened_at, (i.opened_at + (n % 40) * interval '1 day')::date,
               CASE WHEN n % 5 > 0 THEN i.opened_at + (n % 53) * interval '1 day' END
          FROM generate_series(1, {actions}) n
          JOIN incidents_incident i ON i.id = 1 + n % {incidents};
    INSERT INTO postmortems_postmortemtemplate (slug, shipped, retired, position)
        VALUES ('bench', false, true, 999);
    INSERT INTO postmortems_templateversion (template_id, number, title, body, created_label)
        SELECT id, 1, 'Bench', '{}', '' FROM postmortems_postmortemtemplate WHERE slug = 'bench';
    INSERT INTO postmortems_postmortem (incident_id, title, status, owner_id, template_version_id,
            version, round, created_at, due_at, submitted_at, approved_at, published_at,
            set_aside_reason)
        SELECT i.id, 'Postmortem ' || i.id, s.status,
               (SELECT min(id) FROM accounts_user) + i.id % 60, v.id, 1, 1, i.opened_at,
               i.opened_at + interval '10 days', i.opened_at + interval '4 days',
               i.opened_at + interval '6 days',
               CASE WHEN s.status = 'published'
                    THEN i.opened_at + (i.id % 20) * interval '1 day' END, ''
          FROM incidents_incident i,
               (SELECT max(id) AS id FROM postmortems_templateversion) v,
               LATERAL (SELECT CASE WHEN i.id % 10 > 0 THEN 'published' ELSE
                    (ARRAY['draft', 'in_review', 'approved'])[1 + i.id / 10 % 3]
                    END AS status) s
         WHERE i.id % 2 = 0;
    INSERT INTO postmortems_review (postmortem_id, user_id, because, by_rule, state, note, asked_at)
        SELECT p.id, (SELECT min(id) FROM accounts_user) + (p.id + 1) % 60, 'x', true, 'waiting',
               '', p.submitted_at FROM postmortems_postmortem p WHERE p.status = 'in_review';
    ANALYZE"""


def run() -> Result:
    result = Result("reports", f"Reports at {INCIDENTS:,} incidents and {ACTIONS:,} actions")
    with Program() as program, program.suspended("worker", "beat", "engine"):
        with program.database() as connection:
            began = time.monotonic()
            fill(connection, incidents=INCIDENTS, alerts=2_000)
            _fill_more(connection)
            result.notes.append(f"Filling took {time.monotonic() - began:.0f} s.")
        pages = program.told("from bench import report_visits; report_visits.main()")
        for path, page in pages.items():
            at_most(result, f"{path} p95", page["p95_ms"], TARGET_MS)
            if page["status"] != 200:
                result.notes.append(f"{path} answered {page['status']}.")
    return result


def _fill_more(connection: psycopg.Connection[Any]) -> None:
    connection.execute("SET session_replication_role = replica")
    past = PAST.replace("{incidents}", str(INCIDENTS)).replace("{actions}", str(ACTIONS))
    for statement in past.split(";\n"):
        connection.execute(statement)
    connection.execute("RESET session_replication_role")
