"""Which existing object stands for each argument of an address: what the demo and the desk made."""

from __future__ import annotations

PROPOSING = """
    FROM incidents_incidentcause i JOIN taxonomy_cause c ON c.id = i.cause_id
   WHERE i.confidence <> 'ruled-out' AND c.follow_up_actions @> '[{"type": "prevent"}]'
     AND i.incident_id NOT IN (SELECT incident_id FROM postmortems_action)
   ORDER BY i.id LIMIT 1"""

# name of a fact -> the object that stands for it, from what the demo and the desk made.
FACTS = {
    "incident": "SELECT 'INC-' || id FROM incidents_incident"
    " WHERE status = 'acknowledged' ORDER BY id LIMIT 1",
    "paged": "SELECT 'INC-' || id FROM incidents_incident WHERE title LIKE 'Browser burns%%'",
    "task": "SELECT min(id) FROM incidents_incidenttask",
    "drill": "SELECT min(id) FROM incidents_drill",
    "deepeval": "SELECT 'deepeval'",
    "evidenced": "SELECT 'INC-' || incident_id FROM incidents_evidencesample"
    " WHERE sealed <> '' ORDER BY incident_id DESC LIMIT 1",
    "reported": "SELECT id FROM incidents_reportcluster WHERE incident_id IS NULL"
    " ORDER BY count DESC, id LIMIT 1",
    "redacted-report": "SELECT id FROM incidents_peoplereport WHERE sealed <> '' LIMIT 1",
    "scenario": "SELECT 'capacity'",
    "drill-schedule": "SELECT slug FROM incidents_drillschedule ORDER BY id LIMIT 1",
    "registry": "SELECT slug FROM alerts_source WHERE format = 'mlflow' LIMIT 1",
    "heartbeat": "SELECT slug FROM alerts_heartbeat ORDER BY id LIMIT 1",
    "kpi": "SELECT k.slug FROM catalog_kpi k JOIN catalog_system s ON s.id = k.system_id"
    " WHERE s.slug = 'support-assistant' ORDER BY k.slug LIMIT 1",
    "check": "SELECT 'kill-switch'",
    "action": "SELECT 'ACT-' || min(id) FROM postmortems_action",
    # The first cause that still proposes something, and its incident.
    "proposal": f"SELECT c.slug || ':prevent:1' {PROPOSING}",
    "proposing": f"SELECT 'INC-' || i.incident_id {PROPOSING}",
    "digest": "SELECT slug FROM chatops_channeldigest LIMIT 1",
    "slack-channel": "SELECT slug FROM integrations_slackannouncement LIMIT 1",
    "connection": "SELECT slug FROM playbooks_connection ORDER BY slug LIMIT 1",
    "playbook": "SELECT slug FROM playbooks_playbook ORDER BY slug LIMIT 1",
    "run": "SELECT 'RUN-' || min(id) FROM playbooks_playbookrun",
    "undo": "SELECT 'undo'",
    "tracker": "SELECT slug FROM postmortems_tracker LIMIT 1",
    "caused": "SELECT 'INC-' || incident_id FROM incidents_incidentcause ORDER BY id LIMIT 1",
    "attached": "SELECT min(id) FROM incidents_incidentcause",
    "clock": "SELECT id FROM postmortems_regulatoryclock WHERE state = 'running' LIMIT 1",
    "report": "SELECT 'breakage'",
    "set-aside": "SELECT id FROM alerts_receipt WHERE state = 'set_aside' LIMIT 1",
    "alert": "SELECT id FROM alerts_alert WHERE title LIKE 'Browser burns%%'",
    "source": "SELECT slug FROM alerts_source WHERE slug = 'prometheus'",
    "key": "SELECT min(id) FROM alerts_sourcekey",
    "route": "SELECT slug FROM alerts_route ORDER BY id LIMIT 1",
    "mapped": "SELECT slug FROM alerts_source WHERE format = 'generic' ORDER BY id LIMIT 1",
    "silence": "SELECT id FROM alerts_silence ORDER BY slug LIMIT 1",
    "inhibition": "SELECT slug FROM alerts_inhibition LIMIT 1",
    "system": "SELECT slug FROM catalog_system WHERE slug = 'support-assistant'",
    "page": "SELECT id FROM oncall_page LIMIT 1",
    "schedule": "SELECT slug FROM oncall_schedule ORDER BY id LIMIT 1",
    "policy": "SELECT slug FROM oncall_escalationpolicy ORDER BY id LIMIT 1",
    "cause": "SELECT slug FROM taxonomy_cause ORDER BY id LIMIT 1",
    "person": "SELECT min(id) FROM accounts_user",
    "api-key": "SELECT min(id) FROM accounts_apikey",
    "team": "SELECT slug FROM accounts_team ORDER BY id LIMIT 1",
    "postmortem": "SELECT 'PM-' || id FROM postmortems_postmortem"
    " WHERE status = 'changes_requested'",
    "published": "SELECT 'PM-' || min(postmortem_id) FROM postmortems_addendum",
    "comment": "SELECT id FROM postmortems_comment LIMIT 1",
    "template": "SELECT 'hallucination'",
    "summary": "SELECT 'summary'",
    "md": "SELECT 'md'",
    "uuid": "SELECT '00000000-0000-7000-8000-000000000000'",
    # These need no object: any number will do.
    "1": "SELECT 1",
    "a": "SELECT 'a'",
    "github": "SELECT 'github'",
    "high": "SELECT 'high'",
    "webhook": "SELECT slug FROM notifications_contactmethod WHERE channel = 'webhook' LIMIT 1",
    "slo": "SELECT slug FROM slos_slo ORDER BY id LIMIT 1",
    "any-id": "SELECT gen_random_uuid()",
    "slack-link": "SELECT 'no-such-link'",
}
