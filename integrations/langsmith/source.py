"""Reads LangSmith's webhooks: alert rules, and automation rules. The runs themselves stay unread:
they hold what people wrote."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from textwrap import dedent

from alerts.reading import (
    Notes,
    condition_key,
    load_object,
    one_line,
    read_annotations,
    read_labels,
    read_time,
    received_at,
    text_of,
)
from alerts.severity_words import severity_of
from alerts.signals import Action, Reading, Severity, Signal, Unreadable

_OWN = frozenset({
    "project_name", "alert_rule_id", "alert_rule_name", "alert_rule_type", "alert_rule_attribute",
    "triggered_metric_value", "triggered_threshold", "timestamp", "text", "severity",
})  # fmt: skip


class LangSmith:
    """The format `langsmith`."""

    name = "langsmith"
    title = "LangSmith"

    def read(
        self, body: bytes, *, headers: Mapping[str, str], options: Mapping[str, object]
    ) -> Reading:
        """The one signal of a triggered rule. LangSmith never says that something is over."""
        document, notes = load_object(body, "LangSmith webhook")
        now = received_at(options)
        if isinstance(document.get("runs"), list) or "rule_id" in document:
            return Reading((_runs(document, notes, now),), notes.sentences())
        if not document.keys() & {"alert_rule_id", "alert_rule_name"}:
            raise Unreadable(
                "This is no LangSmith alert: it has neither alert_rule_id nor alert_rule_name."
            )
        return Reading((_alert(document, notes, now),), notes.sentences())

    def snippet(self, *, url: str, base_url: str, key: str) -> str:
        """Where the alert's webhook is set."""
        return dedent(
            f"""\
            # In LangSmith: Tracing project > Alerts > New alert > Notifications > Webhook
            #   URL: {url}
            #   Request body template (what AIRE shall see beside LangSmith's own fields):
            {{"severity": "critical", "system": "support-assistant"}}
            # LangSmith never says that an alert is over: set "Resolve by itself after silence"
            # in this source's settings to about three times the rule's window.
            """
        )

    def sample(self, *, now: datetime, system: str) -> bytes:
        """A rule on feedback scores."""
        document = {
            "project_name": system,
            "alert_rule_id": "00000000-0000-4000-8000-00000000000a",
            "alert_rule_name": f"feedback_score of {system}",
            "alert_rule_type": "threshold",
            "alert_rule_attribute": "feedback_score",
            "triggered_metric_value": 0.61,
            "triggered_threshold": 0.8,
            "timestamp": now.isoformat(),
            "severity": "critical",
            "system": system,
        }
        return json.dumps(document, ensure_ascii=False).encode()


def _alert(document: Mapping[str, object], notes: Notes, now: datetime) -> Signal:
    name = one_line(document.get("alert_rule_name"), 300)
    value, limit = (one_line(document.get(f"triggered_{part}"), 60)
                    for part in ("metric_value", "threshold"))  # fmt: skip
    title = one_line(document.get("text")) or f"{name or 'Alert'}: {value} (threshold {limit})"
    more = {
        key: given for key, given in document.items() if key not in _OWN and isinstance(given, str)
    }
    project = document.get("project_name")
    labels = {
        **more,
        "alertname": name,
        "project": project,
        "service": project,
        "attribute": document.get("alert_rule_attribute"),
    }
    return Signal(
        action=Action.FIRE,
        dedup_key=condition_key("rule", text_of(document.get("alert_rule_id")) or name),
        title=title,
        severity=_severity(document.get("severity"), notes),
        labels=read_labels(labels, notes),
        annotations=read_annotations({"value": value, "threshold": limit}, notes),
        occurred_at=read_time(document.get("timestamp"), notes, name="timestamp", now=now),
    )


def _runs(document: Mapping[str, object], notes: Notes, now: datetime) -> Signal:
    runs = document.get("runs")
    count = len(runs) if isinstance(runs, list) else 0
    rule = text_of(document.get("rule_id"))
    return Signal(
        action=Action.FIRE,
        dedup_key=condition_key("automation", rule or "unnamed"),
        title=f"{count:,} runs matched an automation rule in LangSmith",
        severity=_severity(document.get("severity"), notes),
        labels=read_labels({"rule": rule, "system": document.get("system")}, notes),
        occurred_at=read_time(document.get("end_time"), notes, name="end_time", now=now),
    )


def _severity(word: object, notes: Notes) -> Severity | None:
    text = text_of(word)
    severity = severity_of(text)
    if text and severity is None:
        notes.add(f"The severity {one_line(text, 80)!r} is no word that AIRE knows.")
    return severity


FORMAT = LangSmith()
