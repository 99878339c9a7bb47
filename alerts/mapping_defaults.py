"""How a plain JSON alert is read when its source has no mapping, or one without that field.

Data only: names that tools and scripts are seen to use, best first.
"""

from __future__ import annotations

from alerts.signals import Action

DEFAULT_MAPPING: dict[str, object] = {
    "title": [
        "title", "summary", "message", "subject", "alert_name", "alertname", "alertName", "rule",
        "name", "text", "check", "description", "labels.alertname",
    ],
    "key": [
        "dedup_key", "dedupKey", "dedup", "deduplication_key", "key", "alias", "fingerprint",
        "alert_uid", "alert_id", "alertId", "incident_key", "incident_id", "id", "uid", "uuid",
    ],
    "status": [
        "status", "state", "event_action", "action", "alert_status", "alertStatus", "transition",
    ],
    "severity": ["severity", "priority", "level", "urgency", "labels.severity"],
    "labels": {
        "*": ["labels", "tags"],
        "system": ["system", "system_name", "service.name", "service", "application", "app"],
        "component": "component",
        "environment": ["environment", "env"],
        "model": ["model", "model_name", "model.name"],
        "source": ["source", "host", "hostname"],
        "team": "team",
    },
    "annotations": {
        "*": ["annotations", "details"],
        "description": ["description", "details", "body", "text", "message"],
        "value": "value",
        "threshold": "threshold",
    },
    "startsAt": ["startsAt", "starts_at", "started_at", "startedAt", "start_time", "start"],
    "endsAt": ["endsAt", "ends_at", "ended_at", "endedAt", "resolved_at", "end_time", "end"],
    "occurredAt": [
        "occurred_at", "occurredAt", "timestamp", "@timestamp", "time", "event_time", "date",
    ],
    "links": {
        "Open": ["url", "html_url", "web_url", "link", "href", "client_url"],
        "Runbook": ["runbook_url", "runbook", "annotations.runbook_url"],
        "Dashboard": ["dashboard_url", "dashboard"],
    },
    "test": ["is_test", "test"],
}  # fmt: skip

STATUS_WORDS: dict[str, Action] = {
    word: action
    for action, words in {
        Action.FIRE: (
            "firing", "fire", "fired", "alerting", "alert", "alarm", "triggered", "trigger",
            "open", "opened", "active", "problem", "new", "create", "created", "raised", "failed",
            "fail", "failure", "failing", "down", "error", "critical", "warning",
            "warn", "unhealthy", "breached", "violated", "degraded", "started", "re-triggered",
        ),
        Action.RESOLVE: (
            "resolved", "resolve", "ok", "okay", "closed", "close", "recovered", "recovery",
            "normal", "inactive", "cleared", "clear", "healthy", "up", "success", "succeeded",
            "passed", "pass", "fixed", "ended", "green",
        ),
        Action.ACKNOWLEDGE: ("acknowledged", "acknowledge", "ack", "acked"),
    }.items()
    for word in words
}  # fmt: skip
