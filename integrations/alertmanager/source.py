"""Reads Alertmanager's webhook (version 4) and the bare list of alerts that Prometheus sends."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from textwrap import dedent

from alerts.alert_group import GroupContext, fingerprint_of, read_alerts
from alerts.reading import Notes, load_body, received_at, text_of
from alerts.signals import Reading, Unreadable


class Alertmanager:
    """The format `alertmanager`."""

    name = "alertmanager"
    title = "Alertmanager"

    def read(
        self, body: bytes, *, headers: Mapping[str, str], options: Mapping[str, object]
    ) -> Reading:
        """Signals of a webhook delivery, or of a list as posted to `/api/v2/alerts`.

        In such a list an alert has ended when its `endsAt` lies before the time of receipt.
        """
        loaded = load_body(body)
        document, notes, now = loaded.value, Notes(loaded.notes), received_at(options)
        if isinstance(document, list):
            return read_alerts(document, GroupContext(sender="Prometheus", now=now, notes=notes))
        if not isinstance(document, dict) or not isinstance(document.get("alerts"), list):
            raise Unreadable(
                "This is no Alertmanager webhook: there is no list named 'alerts' in it."
            )
        _note_truncation(document.get("truncatedAlerts"), notes)
        context = GroupContext(
            sender="Alertmanager",
            now=now,
            notes=notes,
            status=document.get("status"),
            group_key=text_of(document.get("groupKey")),
        )
        return read_alerts(document["alerts"], context)

    def snippet(self, *, url: str, base_url: str, key: str) -> str:
        """A receiver for `alertmanager.yml`, and a route that leads to it."""
        return dedent(
            f"""\
            route:
              receiver: aire
              group_by: [alertname, system]
            receivers:
              - name: aire
                webhook_configs:
                  - url: {json.dumps(url)}
                    send_resolved: true
            """
        )

    def sample(self, *, now: datetime, system: str) -> bytes:
        """A page of a burn-rate rule: answers are no longer grounded."""
        labels = {
            "alertname": "GroundedAnswersBudgetBurn",
            "category": "quality",
            "failure_class": "hallucination",
            "severity": "critical",
            "slo": "grounded-answers",
            "system": system,
        }
        annotations = {
            "summary": f"Grounded-answer budget of {system} burns 14.4 times too fast",
            "description": "97.1 % of judged answers were grounded over 1 h (objective 99.5 %).",
        }
        alert = {
            "status": "firing",
            "labels": labels,
            "annotations": annotations,
            "startsAt": (now - timedelta(minutes=2)).isoformat(),
            "endsAt": "0001-01-01T00:00:00Z",
            "generatorURL": "",
            "fingerprint": fingerprint_of(labels),
        }
        group = {name: labels[name] for name in ("alertname", "system")}
        document = {
            "version": "4",
            "groupKey": f'{{}}:{{alertname="{group["alertname"]}", system="{system}"}}',
            "truncatedAlerts": 0,
            "status": "firing",
            "receiver": "aire",
            "groupLabels": group,
            "commonLabels": labels,
            "commonAnnotations": annotations,
            "externalURL": "",
            "alerts": [alert],
        }
        return json.dumps(document, ensure_ascii=False).encode()


def _note_truncation(count: object, notes: Notes) -> None:
    if isinstance(count, int) and count > 0:
        notes.add(
            f"Alertmanager left out {count} alerts of this group (truncatedAlerts; its setting "
            "max_alerts): they are unknown here, also when they end."
        )


FORMAT = Alertmanager()
