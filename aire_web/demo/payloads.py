"""What Larkmoor's senders would have posted, in each format that its sources speak."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Any

from aire_web.demo.story import AlertStory, IncidentStory


def body_of(
    format_name: str, story: IncidentStory, *, began: datetime, ended: datetime | None
) -> bytes:
    """The bytes of one delivery: firing, or with `ended` resolved."""
    assert story.alert is not None
    document = _MAKERS[format_name](story, story.alert, began, ended)
    return json.dumps(document, ensure_ascii=False).encode()


def _prometheus(
    story: IncidentStory, alert: AlertStory, began: datetime, ended: datetime | None
) -> dict[str, Any]:
    status = "resolved" if ended else "firing"
    labels = {
        "alertname": alert.name,
        "environment": "production",
        "severity": story.severity,
        "system": story.systems[0],
        **alert.labels,
    }
    return {
        "version": "4",
        "receiver": "aire",
        "status": status,
        "groupKey": f"{{}}:{{alertname={alert.name!r}}}",
        "groupLabels": {"alertname": alert.name},
        "commonLabels": labels,
        "commonAnnotations": {},
        "externalURL": "https://alerts.larkmoor.example",
        "alerts": [
            {
                "status": status,
                "labels": labels,
                "annotations": {"summary": story.title, "description": alert.summary},
                "startsAt": began.isoformat(),
                "endsAt": ended.isoformat() if ended else "0001-01-01T00:00:00Z",
                "generatorURL": "https://prometheus.larkmoor.example/graph",
                "fingerprint": hashlib.sha256(repr(sorted(labels.items())).encode()).hexdigest()[
                    :16
                ],
            }
        ],
    }


def _findings(
    story: IncidentStory, alert: AlertStory, began: datetime, ended: datetime | None
) -> dict[str, Any]:
    finding = {
        "id": f"{story.systems[0]}/{alert.name}",
        "metric": alert.name,
        "system": story.systems[0],
        "state": "passed" if ended else "failed",
        "level": alert.level,
        "text": alert.summary,
        "at": (ended or began).isoformat(),
    }
    return {"findings": [{**finding, **({"harm": alert.harm} if alert.harm else {})}]}


def _pager(
    story: IncidentStory, alert: AlertStory, began: datetime, ended: datetime | None
) -> dict[str, Any]:
    return {
        "event_action": "resolve" if ended else "trigger",
        "dedup_key": f"{story.systems[-1]}/{alert.name}",
        "client": "payments",
        "payload": {
            "summary": f"{alert.name}: {alert.summary}",
            "source": "payments-monitor",
            "severity": "critical",
            "timestamp": (ended or began).isoformat(),
            "custom_details": {"system": story.systems[-1]},
        },
    }


_MAKERS = {
    "alertmanager": _prometheus,
    "grafana": _prometheus,
    "generic": _findings,
    "pagerduty": _pager,
}
