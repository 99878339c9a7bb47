"""Alertmanager deliveries of about 1 KB an alert, made by template so that making them is free."""

from __future__ import annotations

import json
from datetime import UTC, datetime

MARK = "@@mark@@"


def alert(mark: str = MARK) -> dict[str, object]:
    return {
        "status": "firing",
        "labels": {"alertname": mark, "severity": "critical", "service": "support-assistant",
                   "cluster": "eu-central-1", "namespace": "assistants", "pod": "answering-7f9c"},
        "annotations": {"summary": f"{mark}: grounded answers below objective",
                        "description": "The share of grounded answers over the last hour is 0.84; "
                        "the objective is 0.95. " * 2,
                        "runbook_url": "https://runbooks.example/grounding"},
        "startsAt": datetime.now(UTC).isoformat(),
        "endsAt": "0001-01-01T00:00:00Z",
        "generatorURL": "https://prometheus.example/graph?g0.expr=grounded",
        "fingerprint": mark,
    }  # fmt: skip


def delivery(count: int = 1) -> str:
    """A template of one post with `count` alerts, marked `<MARK>0`, `<MARK>1`, …"""
    alerts = [alert(f"{MARK}{number}") for number in range(count)]
    document = {"version": "4", "groupKey": "{}:{}", "truncatedAlerts": 0, "status": "firing",
                "receiver": "aire", "groupLabels": {}, "commonLabels": {}, "commonAnnotations": {},
                "externalURL": "https://alertmanager.example", "alerts": alerts}  # fmt: skip
    return json.dumps(document)


def marked(template: str, mark: str) -> bytes:
    """One post whose alerts are named `<mark>-0`, `<mark>-1`, …"""
    return template.replace(MARK, f"{mark}-").encode()
