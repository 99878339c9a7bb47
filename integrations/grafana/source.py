"""Reads the webhook of Grafana's unified alerting (version 1): Alertmanager's shape and more."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice
from textwrap import dedent

from alerts.alert_group import GroupContext, fingerprint_of, read_alert, read_alerts
from alerts.reading import (
    MAX_ANNOTATION_VALUE,
    Notes,
    add_link,
    condition_key,
    load_body,
    one_line,
    received_at,
    text_of,
)
from alerts.signals import Reading, Severity, Signal, Unreadable
from core.payload import clean_text

NO_DATA_LABEL = "aire_no_data"
MAX_VALUES = 50

_NO_DATA = {
    "DatasourceNoData": "No data for the rule {rule}",
    "DatasourceError": "The rule {rule} could not be evaluated",
}
_LINKS = {
    "panelURL": "Panel",
    "dashboardURL": "Dashboard",
    "silenceURL": "Silence in Grafana",
    "imageURL": "Image",
}


class Grafana:
    """The format `grafana`."""

    name = "grafana"
    title = "Grafana"

    def read(
        self, body: bytes, *, headers: Mapping[str, str], options: Mapping[str, object]
    ) -> Reading:
        """Signals of a webhook contact point. Missing data and failed evaluations are conditions
        of their own beside the rule: a resolved one of these says nothing good of the rule."""
        loaded = load_body(body)
        document = loaded.value
        if not isinstance(document, dict) or not isinstance(document.get("alerts"), list):
            raise Unreadable(
                "This is no webhook of Grafana's unified alerting: there is no list named "
                "'alerts' in it. A contact point with a custom payload needs a generic source."
            )
        context = GroupContext(
            sender="Grafana",
            now=received_at(options),
            notes=Notes(loaded.notes),
            status=document.get("status") or document.get("state"),
            group_key=text_of(document.get("groupKey")),
        )
        cut = document.get("truncatedAlerts")
        if isinstance(cut, int) and cut > 0:
            context.notes.add(f"Grafana left out {cut} alerts of this group (truncatedAlerts).")
        return read_alerts(document["alerts"], context, _read_alert)

    def snippet(self, *, url: str, base_url: str, key: str) -> str:
        """The steps in Grafana, and the same as a provisioning file."""
        return dedent(
            f"""\
            # In Grafana: Alerting > Contact points > Add contact point
            #   Integration: Webhook    HTTP method: POST    URL: the one below
            #   leave "Custom payload" empty, then choose it under Notification policies.
            # Or provision it (conf/provisioning/alerting/aire.yaml):
            apiVersion: 1
            contactPoints:
              - orgId: 1
                name: AIRE
                receivers:
                  - uid: aire
                    type: webhook
                    disableResolveMessage: false
                    settings:
                      url: {json.dumps(url)}
                      httpMethod: POST
            """
        )

    def sample(self, *, now: datetime, system: str) -> bytes:
        """A rule on nightly evaluation: the retrieval behind the answers got worse."""
        labels = {
            "alertname": "Recall too low",
            "grafana_folder": "AI reliability",
            "index": "policies",
            "severity": "critical",
            "system": system,
        }
        alert = {
            "status": "firing",
            "labels": labels,
            "annotations": {
                "summary": f"recall@10 of {system} fell to 0.62 on the golden set",
                "description": "Grounded answers follow recall with about an hour of delay.",
            },
            "startsAt": (now - timedelta(minutes=5)).isoformat(),
            "endsAt": "0001-01-01T00:00:00Z",
            "generatorURL": "",
            "fingerprint": fingerprint_of(labels),
            "values": {"B": 0.62, "C": 1},
            "valueString": "[ var='B' labels={index=policies} value=0.62 ]",
            "orgId": 1,
        }
        document = {
            "receiver": "AIRE",
            "status": "firing",
            "state": "alerting",
            "version": "1",
            "orgId": 1,
            "groupKey": '{}:{alertname="Recall too low"}',
            "truncatedAlerts": 0,
            "groupLabels": {"alertname": labels["alertname"]},
            "commonLabels": labels,
            "commonAnnotations": alert["annotations"],
            "externalURL": "",
            "title": "[FIRING:1] Recall too low",
            "message": "",
            "alerts": [alert],
        }
        return json.dumps(document, ensure_ascii=False).encode()


def _read_alert(alert: Mapping[str, object], context: GroupContext) -> Signal | None:
    signal = read_alert(alert, context)
    if signal is None:
        return None
    links = list(signal.links)
    for field, text in _LINKS.items():
        add_link(links, text, alert.get(field), context.notes)
    signal = replace(
        signal,
        annotations={**signal.annotations, **_values(alert)},
        links=tuple(links),
        is_test=_is_test(signal.labels),
    )
    if signal.labels.get("alertname") in _NO_DATA:
        return _as_no_data(signal)
    return signal


def _values(alert: Mapping[str, object]) -> dict[str, str]:
    """The measured values as annotations: they differ at each evaluation, so never as labels."""
    found: dict[str, str] = {}
    values = alert.get("values")
    if isinstance(values, Mapping):
        for name, value in islice(values.items(), MAX_VALUES):
            found[f"values.{one_line(name, 60)}"] = one_line(value, 200)
    for field in ("valueString", "ruleUID"):
        if text := text_of(alert.get(field)):
            found[field] = clean_text(text, MAX_ANNOTATION_VALUE)
    return found


def _is_test(labels: Mapping[str, str]) -> bool:
    return labels.get("alertname") == "TestAlert" and labels.get("instance") == "Grafana"


def _as_no_data(signal: Signal) -> Signal:
    labels = signal.labels
    rule = labels.get("rulename") or signal.annotations.get("ruleUID") or "without a name"
    return replace(
        signal,
        dedup_key=condition_key(f"no-data:{signal.dedup_key}"),
        title=one_line(_NO_DATA[labels["alertname"]].format(rule=rule)),
        severity=Severity.SEV3,
        labels={**labels, NO_DATA_LABEL: "true"},
    )


FORMAT = Grafana()
