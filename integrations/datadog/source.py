"""Reads Datadog's webhook. Its body is the user's own template of `$VARIABLES`: ours is in the
snippet, and every value in it is text."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime

from alerts.reading import (
    Notes,
    add_link,
    condition_key,
    load_object,
    one_line,
    read_annotations,
    read_labels,
    read_time,
    received_at,
    text_of,
    word_of,
)
from alerts.severity_words import severity_of
from alerts.signals import Action, Link, Reading, Severity, Signal, Unreadable

TEMPLATE = {
    "source": "datadog",
    "org_id": "$ORG_ID",
    "org_name": "$ORG_NAME",
    "event_id": "$ID",
    "event_type": "$EVENT_TYPE",
    "alert_id": "$ALERT_ID",
    "alert_cycle_key": "$ALERT_CYCLE_KEY",
    "aggreg_key": "$AGGREG_KEY",
    "alert_transition": "$ALERT_TRANSITION",
    "alert_type": "$ALERT_TYPE",
    "alert_status": "$ALERT_STATUS",
    "alert_priority": "$ALERT_PRIORITY",
    "alert_scope": "$ALERT_SCOPE",
    "alert_query": "$ALERT_QUERY",
    "alert_metric": "$ALERT_METRIC",
    "title": "$EVENT_TITLE",
    "message": "$EVENT_MSG",
    "tags": "$TAGS",
    "link": "$LINK",
    "date": "$DATE",
    "last_updated": "$LAST_UPDATED",
    "hostname": "$HOSTNAME",
    "snapshot": "$SNAPSHOT",
}
_RESOLVED = frozenset({"recovered", "re-recovered", "muted and recovered"})
_TYPES = {"error": Severity.SEV2, "warning": Severity.SEV3, "info": Severity.SEV4}
_LABELS = {"alert_id": "monitor", "alert_metric": "metric", "hostname": "host"}
MAX_TAGS = 150


class Datadog:
    """The format `datadog`."""

    name = "datadog"
    title = "Datadog"

    def read(
        self, body: bytes, *, headers: Mapping[str, str], options: Mapping[str, object]
    ) -> Reading:
        """The one signal of a notification. A variable that Datadog left unreplaced is missing."""
        document, notes = load_object(body, "Datadog notification")
        fields = _filled(document, notes)
        if not fields.keys() & {"alert_cycle_key", "aggreg_key", "alert_id", "title"}:
            raise Unreadable(
                "This is no Datadog notification with AIRE's template: it has neither "
                "alert_cycle_key nor title. Paste the payload from the source's page."
            )
        labels = _labels(fields, notes)
        transition = word_of(fields.get("alert_transition"))
        if transition == "no data":
            labels["aire_no_data"] = "true"
        now = received_at(options)
        title = one_line(fields.get("title")) or f"Monitor {fields.get('alert_id', 'unnamed')}"
        signal = Signal(
            action=_action(fields, transition, notes),
            dedup_key=_key(fields),
            title=title,
            severity=_severity(fields, transition),
            labels=labels,
            annotations=_annotations(fields, notes),
            occurred_at=read_time(
                fields.get("last_updated") or fields.get("date"), notes, name="date", now=now
            ),
            links=_links(fields, notes),
            is_test=title.startswith("[TEST]"),
        )
        return Reading((signal,), notes.sentences())

    def snippet(self, *, url: str, base_url: str, key: str) -> str:
        """The webhook's settings, its payload, and the line for a monitor's message."""
        payload = json.dumps(TEMPLATE, indent=2)
        return (
            "# In Datadog: Integrations > Webhooks > New webhook\n"
            f"#   Name: aire    URL: {url}\n"
            "#   leave Encode as form off, and paste this as Payload:\n"
            f"{payload}\n"
            "# Then write @webhook-aire into the message of each monitor that AIRE shall hear of.\n"
        )

    def sample(self, *, now: datetime, system: str) -> bytes:
        """A monitor on judged answers: they are no longer grounded."""
        document = {
            **dict.fromkeys(TEMPLATE, ""),
            "source": "datadog",
            "alert_id": "88123",
            "alert_cycle_key": f"cycle-{now:%Y%m%d%H%M%S}",
            "alert_transition": "Triggered",
            "alert_type": "error",
            "alert_priority": "P1",
            "alert_scope": "env:production",
            "alert_metric": "assistant.groundedness",
            "title": f"[P1] [Triggered] Groundedness of {system}",
            "message": "Groundedness is 0.84 (objective 0.95).",
            "tags": "env:production,monitor",
            "system": system,
            "date": str(int(now.timestamp() * 1000)),
        }
        return json.dumps(document, ensure_ascii=False).encode()


def _filled(document: Mapping[str, object], notes: Notes) -> dict[str, str]:
    fields: dict[str, str] = {}
    left = []
    for name, value in document.items():
        text = text_of(value).strip()
        if text.startswith("$") and text[1:].replace("_", "").isupper():
            left.append(name)
        elif text:
            fields[name] = text
    if left:
        names = ", ".join(left)
        notes.add(f"Datadog did not fill in {names}: it knows no such variable for this event.")
    return fields


def _action(fields: Mapping[str, str], transition: str, notes: Notes) -> Action:
    if transition in _RESOLVED:
        return Action.RESOLVE
    if not transition and fields.get("alert_type") == "success":
        return Action.RESOLVE
    if not transition:
        notes.add("The notification names no transition; it was read as triggered.")
    return Action.FIRE


def _key(fields: Mapping[str, str]) -> str:
    """The cycle key links a trigger and its recovery; without it the monitor and its scope do."""
    cycle = fields.get("alert_cycle_key") or fields.get("aggreg_key")
    if cycle:
        return condition_key(cycle)
    parts = (fields.get("alert_id", ""), fields.get("alert_scope", ""))
    return condition_key(*(parts if any(parts) else (fields.get("title", "datadog"),)))


def _severity(fields: Mapping[str, str], transition: str) -> Severity | None:
    if transition in ("warn", "re-warn", "no data"):
        return Severity.SEV3
    said = severity_of(fields.get("alert_priority", "")) or severity_of(fields.get("severity", ""))
    return said or _TYPES.get(word_of(fields.get("alert_type")))


def _labels(fields: Mapping[str, str], notes: Notes) -> dict[str, str]:
    raw: dict[str, object] = {}
    tags = [tag.strip() for tag in fields.get("tags", "").split(",") if tag.strip()]
    if len(tags) > MAX_TAGS:
        notes.add(f"Only the first {MAX_TAGS} of {len(tags):,} tags were kept.")
    for tag in tags[:MAX_TAGS]:
        name, colon, value = tag.partition(":")
        raw.setdefault(name, value if colon else "true")
    raw.update({label: fields[name] for name, label in _LABELS.items() if name in fields})
    if "system" in fields:
        raw["system"] = fields["system"]
    return read_labels(raw, notes)


def _annotations(fields: Mapping[str, str], notes: Notes) -> dict[str, str]:
    raw = {name: fields[name] for name in ("alert_status", "alert_scope", "alert_query")
           if name in fields}  # fmt: skip
    message = fields.get("message", "").strip().removeprefix("%%%").removesuffix("%%%").strip()
    return read_annotations({"description": message, **raw}, notes)


def _links(fields: Mapping[str, str], notes: Notes) -> tuple[Link, ...]:
    links: list[Link] = []
    add_link(links, "Event in Datadog", fields.get("link"), notes)
    add_link(links, "Snapshot", fields.get("snapshot"), notes)
    return tuple(links)


FORMAT = Datadog()
