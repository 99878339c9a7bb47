"""Reads Opsgenie's alerts and what is done to them, and the webhooks that Opsgenie itself sends."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from textwrap import dedent

from alerts.reading import (
    Notes,
    condition_key,
    inner,
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
from alerts.signals import Action, Reading, Severity, Signal, Unreadable
from integrations.opsgenie.door import ACTION_HEADER, ALIAS_HEADER, NUMBER_HEADER, VALUE_HEADER

_ACTIONS = {
    "close": Action.RESOLVE,
    "delete": Action.RESOLVE,
    "acknowledge": Action.ACKNOWLEDGE,
    "unacknowledge": Action.UNACKNOWLEDGE,
}
_OUTGOING = {
    "create": Action.FIRE,
    "close": Action.RESOLVE,
    "delete": Action.RESOLVE,
    "acknowledge": Action.ACKNOWLEDGE,
    "unacknowledge": Action.UNACKNOWLEDGE,
}
DEFAULT_PRIORITY = "P3"
MAX_LABEL_TEXT = 200
MAX_TAGS = 50


class Opsgenie:
    """The format `opsgenie`."""

    name = "opsgenie"
    title = "Opsgenie"

    def read(
        self, body: bytes, *, headers: Mapping[str, str], options: Mapping[str, object]
    ) -> Reading:
        """The one signal of a call. Its door tells by headers what the call was; a body without
        these is an alert to make, or a webhook of Opsgenie's own."""
        action = headers.get(ACTION_HEADER, "")
        document, notes = load_object(body or b"{}", "Opsgenie request")
        if action and action != "create":
            alias = headers.get(ALIAS_HEADER, "")
            number = headers.get(NUMBER_HEADER, "")
            value = headers.get(VALUE_HEADER, "")
            signal = _act(action, alias or (f"#{number}" if number else ""), value, document, notes)
            if number and not alias:
                signal = replace(signal, key_number=int(number))
            return Reading((signal,), notes.sentences())
        if isinstance(document.get("alert"), dict) and "action" in document:
            return Reading((_outgoing(document, notes, received_at(options)),), notes.sentences())
        if not one_line(document.get("message")):
            raise Unreadable("This is no alert of Opsgenie: it has no message.")
        receipt = text_of(options.get("receipt_id"))
        return Reading((_create(document, receipt, notes),), notes.sentences())

    def snippet(self, *, url: str, base_url: str, key: str) -> str:
        """Where a sender has Opsgenie's address, and what to write there instead."""
        base = base_url.rstrip("/")
        return dedent(
            f"""\
            # Wherever a sender asks for Opsgenie's API address and an API key:
            #   {base}   instead of https://api.opsgenie.com
            #   {key}   as API key (GenieKey)
            # For example Alertmanager:
            receivers:
              - name: aire
                opsgenie_configs:
                  - api_key: {json.dumps(key)}
                    api_url: {json.dumps(base + "/")}
                    send_resolved: true
            """
        )

    def sample(self, *, now: datetime, system: str) -> bytes:
        """An alert as a client makes it."""
        document = {
            "message": f"KV cache of {system} is full",
            "alias": f"{system}/kv-cache",
            "description": "vllm:kv_cache_usage_perc above 0.95",
            "tags": ["ai", "capacity"],
            "details": {"system": system},
            "entity": system,
            "source": "capacity-bot",
            "priority": "P1",
        }
        return json.dumps(document, ensure_ascii=False).encode()


def _create(document: Mapping[str, object], receipt: str, notes: Notes) -> Signal:
    priority = one_line(document.get("priority"), 10) or DEFAULT_PRIORITY
    severity = severity_of(priority)
    if severity is None:
        notes.add(f"The priority {priority!r} is none of P1 to P5.")
    labels, annotations = _fields(document, notes)
    alias = text_of(document.get("alias")).strip()
    return Signal(
        action=Action.FIRE,
        dedup_key=condition_key(alias or receipt or "unnamed"),
        title=one_line(document.get("message")),
        severity=severity or Severity.SEV3,
        labels=labels,
        annotations=annotations,
    )


def _fields(document: Mapping[str, object], notes: Notes) -> tuple[dict[str, str], dict[str, str]]:
    """Short details describe and become labels; long ones, and texts, are annotations."""
    details = inner(document, "details")
    short = {name: value for name, value in details.items() if _is_short(value)}
    entity = document.get("entity")
    tags = document.get("tags")
    words = [one_line(tag, 50) for tag in tags[:MAX_TAGS]] if isinstance(tags, list) else []
    labels = {
        "service": entity,
        **short,
        "entity": entity,
        "source": document.get("source"),
        "tags": ",".join(words),
    }
    remarks = {name: value for name, value in details.items() if name not in short}
    for name in ("description", "note", "user"):
        remarks[name] = document.get(name)
    responders = document.get("responders")
    if isinstance(responders, list):
        remarks["responders"] = ", ".join(filter(None, map(_responder, responders[:50])))
    return read_labels(labels, notes), read_annotations(remarks, notes)


def _is_short(value: object) -> bool:
    return isinstance(value, str) and len(value) <= MAX_LABEL_TEXT and "\n" not in value


def _responder(one: object) -> str:
    if not isinstance(one, dict):
        return ""
    return one_line(one.get("name") or one.get("username") or one.get("id"), 100)


def _act(
    action: str, alias: str, value: str, document: Mapping[str, object], notes: Notes
) -> Signal:
    if not alias:
        raise Unreadable("This call names no alert.")
    by = one_line(document.get("user") or document.get("source"), 120)
    said = one_line(document.get("note"), 300)
    note = _remark(action, value, document) + (f" by {by}" if by else "") + "."
    changed = _changed(action, document, notes)
    return Signal(
        action=_ACTIONS.get(action, Action.NOTE),
        dedup_key=condition_key(alias),
        title=one_line(document.get("message")) if action == "message" else "",
        severity=severity_of(text_of(document.get("priority"))) if action == "priority" else None,
        annotations=changed,
        note=f"{note} {said}".strip(),
    )


def _remark(action: str, value: str, document: Mapping[str, object]) -> str:
    tags = document.get("tags")
    words = ", ".join(one_line(tag, 50) for tag in tags[:MAX_TAGS]) if isinstance(
        tags, list) else ""  # fmt: skip
    owner = _responder(document.get("owner") or document.get("responder"))
    target = _responder(document.get("escalation"))
    texts = {
        "close": "Closed through the API",
        "delete": "Deleted through the API",
        "acknowledge": "Acknowledged through the API",
        "unacknowledge": "Acknowledgement withdrawn through the API",
        "snooze": f"Snoozed at the sender until {one_line(document.get('endTime'), 40)}",
        "notes": "A note was added",
        "tags": f"Tags were added: {words}",
        "remove-tags": f"Tags were taken away: {value}",
        "details": "Details were added",
        "remove-details": f"Details were taken away: {value}",
        "assign": f"Assigned at the sender to {owner or 'somebody'}",
        "escalate": f"Escalated at the sender to {target or 'the next step'}",
        "responders": f"A responder was added: {owner or 'somebody'}",
        "actions": f"The action {value or 'of the sender'} was run",
        "message": "The message was changed",
        "description": "The description was changed",
        "priority": f"The priority was changed to {one_line(document.get('priority'), 10)}",
    }
    return texts.get(action, f"{action.capitalize()} through the API")


def _changed(action: str, document: Mapping[str, object], notes: Notes) -> dict[str, str]:
    if action == "details":
        return read_annotations(document.get("details"), notes)
    if action == "description":
        return read_annotations({"description": document.get("description")}, notes)
    return {}


def _outgoing(document: Mapping[str, object], notes: Notes, now: datetime) -> Signal:
    """A webhook that Opsgenie sends for an alert of its own."""
    alert = inner(document, "alert")
    action = word_of(document.get("action"))
    labels, annotations = _fields(alert, notes)
    return Signal(
        action=_OUTGOING.get(action, Action.NOTE),
        dedup_key=condition_key(text_of(alert.get("alias")) or text_of(alert.get("alertId"))
                                or "unnamed"),
        title=one_line(alert.get("message")) or "An alert of Opsgenie",
        severity=severity_of(text_of(alert.get("priority"))),
        labels=labels,
        annotations=annotations,
        occurred_at=read_time(alert.get("updatedAt") or alert.get("createdAt"), notes,
                              name="updatedAt", now=now),
        note=f"In Opsgenie: {action[:60]}." if action != "create" else "",
    )  # fmt: skip


FORMAT = Opsgenie()
