"""BI-A: what alert sources mean. Idempotent, fail-open, visible."""

from __future__ import annotations

import json

from tests.bad_input.corpus import ASIDE, IN, NOTHING, READ, Case, alert, bare, labelled, refused
from tests.integrations.captured import body
from tests.integrations.hostile import encoded

PAGER = "/in/{pagerduty}/pagerduty/"
GITHUB = "/in/{github}/github/"


def _event(**changes: object) -> bytes:
    payload = {"summary": "s", "source": "x", "severity": "critical"}
    return encoded({"event_action": "trigger", "payload": payload, **changes})


def _flap(number: int) -> Case:
    status = "resolved" if number % 2 else "firing"
    changes = {"fingerprint": "flapping", "status": status, "startsAt": None}
    return Case(f"flap {number}", alert(**changes), outcome=READ)


CASES = [
    *(Case(f"the same delivery, time {n}", alert(fingerprint="same"), outcome=READ)
      for n in range(100)),
    Case("the same episode from a second sender", alert(fingerprint="pair"), outcome=READ),
    Case("the same episode from a second sender again", alert(fingerprint="pair"),
         path="/in/{second}/alertmanager/", outcome=READ),
    Case("a resolve before its trigger", alert(fingerprint="late", status="resolved"),
         outcome=READ),
    Case("the trigger of that resolve", alert(fingerprint="late"), outcome=READ),
    Case("a resolve of an unknown key", _event(event_action="resolve", dedup_key="unknown"),
         path=PAGER, outcome=READ),
    *(Case(f"trigger, resolve, trigger: {n}", _event(event_action=action, dedup_key="quick"),
           path=PAGER, outcome=READ)
      for n, action in enumerate(("trigger", "resolve", "trigger"))),
    *map(_flap, range(1_000)),
    Case("no fingerprint", bare(fingerprint=None), outcome=READ),
    Case("labels changed, fingerprint the same",
         alert(fingerprint="same", labels={"alertname": "B"}), outcome=READ),
    Case("an unknown severity", labelled("huge", name="severity"), outcome=READ, says="huge"),
    Case("a list of severities", labelled(["critical"], name="severity"), outcome=READ),
    Case("a misspelt status", alert(status="fireing"), outcome=READ, says="read as firing"),
    Case("alerts were left out", alert(truncatedAlerts=4), outcome=READ, says="truncatedAlerts"),
    Case("a group without alerts", encoded({"version": "4", "alerts": []}), outcome=READ),
    Case("10,000 labels", alert(labels={f"l{n}": "v" for n in range(10_000)}), outcome=READ,
         says="Only the first"),
    Case("names with dots and umlauts", alert(labels={"service.name": "x", "größe": "y"}),
         outcome=READ),
    Case("a label of 64 KB", labelled("v" * 65_536), outcome=READ, says="was cut"),
    Case("a script for a link", alert(generatorURL="javascript:alert(1)"), outcome=READ,
         says="no http"),
    Case("an empty summary", alert(annotations={"summary": ""}), outcome=READ),
    Case("a summary of 1 MB", alert(annotations={"summary": "s" * 1_000_000}), outcome=READ),
    Case("the key of a deleted source", alert(), path="/in/{deleted}/alertmanager/",
         status=refused(401), outcome=NOTHING),
    Case("a source that is switched off", alert(), path="/in/{off}/alertmanager/",
         status=refused(401), outcome=NOTHING),
    Case("another sender's payload", body("pagerduty", "events-v2-trigger-full"), outcome=ASIDE),
    Case("another sender's payload, the other way", alert(), path="/in/{sentry}/sentry/",
         outcome=ASIDE),
    Case("Grafana's test", body("grafana", "test-notification"), path="/in/{grafana}/grafana/",
         outcome=READ),
    Case("an event without a key", _event(), path=PAGER, outcome=READ),
    Case("a key of 10 KB", _event(dedup_key="k" * 10_240), path=PAGER, outcome=READ),
    Case("an alert of what is in maintenance",
         alert(fingerprint="planned", labels={"alertname": "Planned"}), outcome=READ),
    Case("GitHub's ping", json.dumps({"zen": "x", "hook_id": 1}).encode(), path=GITHUB,
         outcome=READ, says="ping"),
    Case("last year's payload", alert(startsAt="2025-11-21T02:00:00Z"), path=IN, outcome=READ),
]  # fmt: skip
