"""Reads an event of PagerDuty's Events API v2: trigger, acknowledge or resolve of one key."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from textwrap import dedent

from alerts.alert_group import annotation_links
from alerts.reading import (
    Notes,
    add_link,
    condition_key,
    load_body,
    one_line,
    read_annotations,
    read_labels,
    read_time,
    received_at,
    text_of,
)
from alerts.severity_words import severity_of
from alerts.signals import Action, Link, Reading, Severity, Signal, Unreadable
from integrations.pagerduty.alertmanager_text import shared_fields
from integrations.pagerduty.changes import is_change, read_change
from integrations.pagerduty.webhooks import is_webhook, read_webhook

_ACTIONS = {
    "trigger": Action.FIRE,
    "acknowledge": Action.ACKNOWLEDGE,
    "resolve": Action.RESOLVE,
}
_PAYLOAD_LABELS = ("source", "component", "group", "class", "severity")
_MAX_LABEL_TEXT = 200
_MAX_DETAILS = 400
_MAX_DETAIL_DEPTH = 4

Fields = dict[str, str]


class PagerDuty:
    """The format `pagerduty`."""

    name = "pagerduty"
    title = "PagerDuty Events API v2"

    def read(
        self, body: bytes, *, headers: Mapping[str, str], options: Mapping[str, object]
    ) -> Reading:
        """The one signal of an event; of a change event the change. A trigger without `dedup_key`
        takes its key from `options["receipt_id"]`, so that reading the same receipt again gives
        the same key."""
        loaded = load_body(body)
        notes = Notes(loaded.notes)
        event = loaded.value
        if not isinstance(event, dict):
            raise Unreadable("This is no PagerDuty event: it is not a JSON object.")
        now = received_at(options)
        if is_webhook(event):
            told = read_webhook(event, notes, now)
            return Reading((told,) if told else (), notes.sentences())
        if is_change(event):
            return Reading((), notes.sentences(), measured=(read_change(event, notes, now),))
        action = _ACTIONS.get(text_of(event.get("event_action")).strip().lower())
        if action is None:
            raise Unreadable(_why_unknown(event))
        raw_payload = event.get("payload")
        payload = raw_payload if isinstance(raw_payload, dict) else {}
        labels, annotations = _fields(payload, notes)
        signal = Signal(
            action=action,
            dedup_key=_key(event, action, body=body, receipt_id=options.get("receipt_id")),
            title=_title(payload, action, notes),
            severity=_severity(payload.get("severity"), notes),
            labels=labels,
            annotations=annotations,
            occurred_at=read_time(payload.get("timestamp"), notes, name="timestamp", now=now),
            links=_links(event, annotations, notes),
        )
        return Reading((signal,), notes.sentences())

    def snippet(self, *, url: str, base_url: str, key: str) -> str:
        """Where a sender has PagerDuty's address, and what to write there instead."""
        enqueue = f"{base_url.rstrip('/')}/v2/enqueue"
        return dedent(
            f"""\
            # Wherever a sender asks for an Events API v2 address and a routing key:
            #   {enqueue}   instead of https://events.pagerduty.com/v2/enqueue
            #   {key}   as routing key (integration key)
            # For example Alertmanager:
            receivers:
              - name: aire
                pagerduty_configs:
                  - routing_key: {json.dumps(key)}
                    url: {json.dumps(enqueue)}
                    send_resolved: true
            """
        )

    def sample(self, *, now: datetime, system: str) -> bytes:
        """A trigger of an evaluation job: answers are not grounded in their sources."""
        document = {
            "event_action": "trigger",
            "dedup_key": f"{system}/groundedness",
            "client": "eval-runner",
            "payload": {
                "summary": f"Groundedness of {system} is 0.84 (objective 0.95)",
                "timestamp": now.isoformat(),
                "source": "eval-runner",
                "severity": "critical",
                "component": "answering",
                "class": "hallucination",
                "custom_details": {"system": system, "score": 0.84, "objective": 0.95},
            },
        }
        return json.dumps(document, ensure_ascii=False).encode()


def dedup_key_for(receipt_id: str) -> str:
    """The key that a trigger without `dedup_key` is given, and that its sender is told: always
    the same for one receipt, 32 characters as PagerDuty's own."""
    return hashlib.sha256(f"pagerduty:{receipt_id}".encode("utf-8", "replace")).hexdigest()[:32]


def _why_unknown(event: Mapping[str, object]) -> str:
    if "event_action" not in event and "payload" in event:
        return "This event has no event_action, and for a change event it has no summary."
    action = one_line(event.get("event_action"), 80)
    return f"The event_action {action!r} is none of trigger, acknowledge, resolve."


def _key(event: Mapping[str, object], action: Action, *, body: bytes, receipt_id: object) -> str:
    key = text_of(event.get("dedup_key")).strip()
    if key and (clean := condition_key(key)):
        return clean
    if action is not Action.FIRE:
        raise Unreadable(f"An event that says {action.value} needs a dedup_key.")
    return dedup_key_for(text_of(receipt_id) or hashlib.sha256(body).hexdigest())


def _title(payload: Mapping[str, object], action: Action, notes: Notes) -> str:
    title = one_line(payload.get("summary"))
    if title:
        return title
    if action is Action.FIRE:
        notes.add("The event has no payload.summary.")
    return one_line(f"PagerDuty event from {one_line(payload.get('source')) or 'a sender'}")


def _severity(word: object, notes: Notes) -> Severity | None:
    text = text_of(word)
    severity = severity_of(text)
    if text and severity is None:
        notes.add(f"The severity {one_line(text, 80)!r} is no word that AIRE knows.")
    return severity


def _fields(payload: Mapping[str, object], notes: Notes) -> tuple[Fields, Fields]:
    """Labels and annotations. The payload's own fields keep their names; a detail of the same
    name that says something else stands beside them as `details.<name>`."""
    described: dict[str, object] = {}
    remarks: dict[str, object] = {}
    details = payload.get("custom_details")
    if isinstance(details, dict):
        for name, value in _flat(details, notes):
            (described if _is_label(value) else remarks)[name] = value
        if {"num_firing", "num_resolved"} <= details.keys():
            _unfold_alertmanager(details, described, remarks)
    elif details is not None:
        remarks["custom_details"] = details
    labels = {name: payload[name] for name in _PAYLOAD_LABELS if payload.get(name) is not None}
    for name, value in described.items():
        if name not in labels:
            labels[name] = value
        elif labels[name] != value:
            labels[f"details.{name}"] = value
    return read_labels(labels, notes), read_annotations(remarks, notes)


def _is_label(value: object) -> bool:
    """Short words describe, and become labels. Numbers, long text and addresses may differ from
    one event to the next, and become annotations."""
    if not isinstance(value, str):
        return isinstance(value, bool)
    return (
        len(value) <= _MAX_LABEL_TEXT
        and "\n" not in value
        and not value.startswith(("http://", "https://"))
    )


def _unfold_alertmanager(
    details: Mapping[str, object], described: dict[str, object], remarks: dict[str, object]
) -> None:
    for name in ("num_firing", "num_resolved", "firing", "resolved"):
        described.pop(name, None)
    text = text_of(details.get("firing")) or text_of(details.get("resolved"))
    labels, annotations = shared_fields(text)
    described.update(labels)
    remarks.update(annotations)


def _flat(details: Mapping[str, object], notes: Notes) -> Iterator[tuple[str, object]]:
    """Names and values of nested details as `outer.inner`; lists stay as JSON text."""
    stack: list[tuple[str, object, int]] = [(n, v, 1) for n, v in reversed(list(details.items()))]
    given = 0
    while stack:
        name, value, depth = stack.pop()
        if isinstance(value, dict) and value and depth < _MAX_DETAIL_DEPTH:
            stack.extend((f"{name}.{n}", v, depth + 1) for n, v in reversed(value.items()))
            continue
        if given == _MAX_DETAILS:
            notes.add(f"Only the first {_MAX_DETAILS} custom details were kept.")
            return
        given += 1
        yield name, value


def _links(event: Mapping[str, object], annotations: Fields, notes: Notes) -> tuple[Link, ...]:
    links: list[Link] = []
    for item in _objects(event.get("links")):
        add_link(links, text_of(item.get("text")) or "Link", item.get("href"), notes)
    for link in annotation_links(annotations, notes):
        add_link(links, link.text, link.href, notes)
    add_link(links, text_of(event.get("client")) or "Sender", event.get("client_url"), notes)
    for item in _objects(event.get("images")):
        add_link(links, text_of(item.get("alt")) or "Image", item.get("src"), notes)
        add_link(links, text_of(item.get("alt")) or "Image", item.get("href"), notes)
    return tuple(links)


def _objects(value: object) -> list[dict[str, object]]:
    return [v for v in value[:50] if isinstance(v, dict)] if isinstance(value, list) else []


FORMAT = PagerDuty()
