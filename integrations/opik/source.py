"""Reads Opik's webhooks: traces and guardrails become alerts, prompts become changes. Inputs and
outputs of traces stay unread: they hold what people wrote."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from textwrap import dedent

from alerts.changes import change_seen
from alerts.reading import (
    Notes,
    condition_key,
    inner,
    load_object,
    objects,
    one_line,
    read_annotations,
    read_labels,
    read_time,
    received_at,
    text_of,
    word_of,
)
from alerts.signals import Action, Reading, Severity, Signal, Unreadable

_SEVERITIES = {"trace:guardrails_triggered": Severity.SEV2, "trace:errors": Severity.SEV2}
_WHAT = {
    "trace:errors": "errors",
    "trace:feedback_score": "feedback score",
    "trace_thread:feedback_score": "feedback score of threads",
    "trace:cost": "cost",
    "trace:latency": "latency",
    "trace:guardrails_triggered": "guardrails",
}


class Opik:
    """The format `opik`."""

    name = "opik"
    title = "Opik"

    def read(
        self, body: bytes, *, headers: Mapping[str, str], options: Mapping[str, object]
    ) -> Reading:
        """A signal, or the changes of prompts. Opik never says that something is over."""
        document, notes = load_object(body, "Opik webhook")
        payload = inner(document, "payload")
        kind = word_of(document.get("eventType") or payload.get("eventType"))
        if not kind:
            raise Unreadable("This is no Opik webhook: it has no eventType.")
        now = received_at(options)
        at = read_time(document.get("createdAt"), notes, name="createdAt", now=now)
        if kind.startswith("prompt:"):
            changes = tuple(_prompt(kind, one, at, notes, now) for one in _metadata(payload, notes))
            return Reading((), notes.sentences(), measured=changes)
        if kind.startswith("experiment:"):
            notes.add("An experiment finished: a result, no alert.")
            return Reading((), notes.sentences())
        return Reading((_alert(kind, document, payload, notes, at),), notes.sentences())

    def snippet(self, *, url: str, base_url: str, key: str) -> str:
        """Where an alert is made."""
        return dedent(
            f"""\
            # In Opik: Configuration > Alerts > Create alert > Destination: General webhook
            #   Endpoint URL: {url}
            #   Secret token: leave empty (the key is in the address)
            # Opik never says that an alert is over: set "Resolve by itself after silence" in this
            # source's settings to about three times the alert's window.
            """
        )

    def sample(self, *, now: datetime, system: str) -> bytes:
        """Guardrails found personal data in answers."""
        document = {
            "id": "alert-sample",
            "eventType": "trace:guardrails_triggered",
            "alertId": "00000000-0000-7000-8000-000000000001",
            "alertName": f"Guard of {system}",
            "createdAt": now.isoformat(),
            "payload": {
                "eventCount": 3,
                "metadata": [
                    {"project_name": system, "name": "PII", "result": "failed",
                     "details": {"message": "PII in the answer"}}
                ],
            },
        }  # fmt: skip
        return json.dumps(document, ensure_ascii=False).encode()


def _metadata(payload: Mapping[str, object], notes: Notes) -> list[dict[str, object]]:
    """Of one event an object, of several a list."""
    given = payload.get("metadata")
    if isinstance(given, list) and len(given) > 50:
        notes.add(f"Only the first 50 of {len(given):,} events were looked at.")
    return [given] if isinstance(given, dict) else objects(given)


def _alert(
    kind: str,
    document: Mapping[str, object],
    payload: Mapping[str, object],
    notes: Notes,
    at: datetime | None,
) -> Signal:
    found = _metadata(payload, notes)
    first = found[0] if found else {}
    name = one_line(document.get("alertName"), 300) or "Alert in Opik"
    projects = one_line(first.get("project_names") or first.get("project_name"), 1000)
    project = projects.split(",")[0].strip()
    what = _WHAT.get(kind, kind)
    value, limit = one_line(first.get("metric_value"), 40), one_line(first.get("threshold"), 40)
    title = (
        f"{name}: {what} {value} (threshold {limit})" if value else _counted(name, what, payload)
    )
    if kind == "trace:latency" and value:
        notes.add("Opik gives the latency in milliseconds and its threshold in seconds.")
    error = inner(first, "error_info")
    return Signal(
        action=Action.FIRE,
        dedup_key=condition_key("alert", text_of(document.get("alertId")) or name, kind, project),
        title=one_line(title),
        severity=_SEVERITIES.get(kind),
        labels=read_labels(
            {
                "alertname": name,
                "event": kind,
                "project": project,
                "service": project,
                "guardrail": first.get("name") if "guardrails" in kind else None,
                "error": error.get("exception_type"),
            },
            notes,
        ),
        annotations=read_annotations(
            {
                "value": value,
                "threshold": limit,
                "window_seconds": first.get("window_seconds"),
                "projects": projects,
                "events": payload.get("eventCount"),
                "error": error.get("message"),
            },
            notes,
        ),
        occurred_at=at,
    )


def _counted(name: str, what: str, payload: Mapping[str, object]) -> str:
    count = text_of(payload.get("eventCount"))
    return f"{name}: {what}" + (f" ({count} events)" if count not in ("", "1") else "")


def _prompt(
    kind: str, one: Mapping[str, object], at: datetime | None, notes: Notes, now: datetime
) -> object:
    latest = inner(one, "latest_version")
    name = one_line(one.get("name"), 200)
    shown = name or f"prompt {one_line(one.get('prompt_id') or one.get('id'), 60)}"
    commit = one.get("commit") or latest.get("commit")
    done = kind.partition(":")[2] or "changed"
    made = read_time(one.get("last_updated_at") or one.get("created_at"), notes,
                     name="created_at", now=now)  # fmt: skip
    return change_seen(
        "prompt",
        f"{shown}: {done}" + (f" {one_line(commit, 60)}" if commit else ""),
        name,
        one.get("prompt_id") or one.get("id"),
        version=commit,
        author=one.get("last_updated_by") or one.get("created_by"),
        occurred_at=at if done == "deleted" else made or at,
    )


FORMAT = Opik()
