"""Reads Langfuse's webhooks: monitors become alerts, prompt versions become changes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from textwrap import dedent

from alerts.changes import change_seen
from alerts.reading import (
    Notes,
    add_link,
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
from alerts.signals import Action, Link, Reading, Severity, Signal, Unreadable

_STATES = {
    "alert": (Action.FIRE, Severity.SEV1),
    "warning": (Action.FIRE, Severity.SEV3),
    "no_data": (Action.FIRE, Severity.SEV3),
    "ok": (Action.RESOLVE, None),
    "paused": (Action.RESOLVE, None),
}


class Langfuse:
    """The format `langfuse`."""

    name = "langfuse"
    title = "Langfuse"

    def read(
        self, body: bytes, *, headers: Mapping[str, str], options: Mapping[str, object]
    ) -> Reading:
        """A monitor's state as a signal, or a prompt version as a change."""
        document, notes = load_object(body, "Langfuse webhook")
        kind = word_of(document.get("type"))
        now = received_at(options)
        if kind.startswith("prompt") or "prompt" in document:
            return _prompt(document, notes, now)
        payload = inner(document, "payload")
        if not payload or not (kind.startswith("monitor") or "monitorId" in payload):
            raise Unreadable("This is no Langfuse webhook about a monitor or a prompt.")
        return Reading((_monitor(payload, notes, now),), notes.sentences())

    def snippet(self, *, url: str, base_url: str, key: str) -> str:
        """Where monitors and prompts send."""
        return dedent(
            f"""\
            # In Langfuse, for alerts: Project > Monitors > a monitor > Notifications > Webhook
            # and for prompt versions: Prompts > Automations > Create > Webhook
            #   URL: {url}
            # Langfuse shows a signing secret once: copy it into "Signing secret" of this source.
            # (Two webhooks have two secrets: write both there, one a line.)
            """
        )

    def sample(self, *, now: datetime, system: str) -> bytes:
        """A monitor on groundedness."""
        document = {
            "id": "00000000-0000-4000-8000-000000000001",
            "timestamp": now.isoformat(),
            "type": "monitor-alert",
            "apiVersion": "v1",
            "payload": {
                "monitorId": f"mon_{system}",
                "projectId": system,
                "message": {
                    "title": f"avg groundedness of {system} crossed alert threshold",
                    "body": "avg groundedness is 0.84 (threshold: 0.90) over the last 1 hour",
                },
                "severity": "ALERT",
                "timestamp": now.isoformat(),
                "filters": [{"column": "environment", "operator": "=", "value": "production"}],
                "window": "1h",
            },
        }
        return json.dumps(document, ensure_ascii=False).encode()


def _monitor(payload: Mapping[str, object], notes: Notes, now: datetime) -> Signal:
    state = word_of(payload.get("severity")).replace(" ", "_").replace("-", "_")
    action, severity = _STATES.get(state, (Action.FIRE, None))
    if state not in _STATES:
        notes.add(f"The monitor's state {state!r} is unknown; read as firing.")
    message = inner(payload, "message")
    project = payload.get("projectId")
    labels: dict[str, object] = {"project": project, "service": project,
                                 "view": payload.get("view")}  # fmt: skip
    for one in objects(payload.get("filters"), limit=20):
        if one.get("operator") == "=" and isinstance(one.get("value"), str):
            labels.setdefault(one_line(one.get("column"), 80), one["value"])
    if state == "no_data":
        labels["aire_no_data"] = "true"
    links: list[Link] = []
    add_link(links, "Monitor in Langfuse", payload.get("permalink"), notes)
    return Signal(
        action=action,
        dedup_key=condition_key("monitor", text_of(payload.get("monitorId")) or "unnamed"),
        title=one_line(message.get("title")) or "A monitor in Langfuse",
        severity=severity,
        labels=read_labels(labels, notes),
        annotations=read_annotations(
            {"description": message.get("body"), "window": payload.get("window")}, notes
        ),
        occurred_at=read_time(payload.get("timestamp"), notes, name="timestamp", now=now),
        links=tuple(links),
        note="The monitor was paused in Langfuse." if state == "paused" else "",
    )


def _prompt(document: Mapping[str, object], notes: Notes, now: datetime) -> Reading:
    prompt = inner(document, "prompt") or inner(document, "payload", "prompt")
    name = one_line(prompt.get("name"), 200)
    if not name:
        raise Unreadable("This Langfuse webhook names no prompt.")
    action = word_of(document.get("action")) or "changed"
    version = one_line(prompt.get("version"), 60)
    labels = prompt.get("labels")
    words = ", ".join(one_line(label, 60) for label in labels[:10]) if isinstance(
        labels, list) else ""  # fmt: skip
    message = one_line(prompt.get("commitMessage"), 300)
    summary = f"Prompt {name} version {version} {action}"
    if words:
        summary += f", labels: {words}"
    if message:
        summary += f" ({message})"
    change = change_seen(
        "prompt",
        summary,
        name,
        prompt.get("projectId"),
        version=version,
        author=inner(document, "user").get("name"),
        occurred_at=read_time(document.get("timestamp"), notes, name="timestamp", now=now),
    )
    return Reading((), notes.sentences(), measured=(change,))


FORMAT = Langfuse()
