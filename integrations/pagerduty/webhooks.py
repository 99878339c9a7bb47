"""Reads PagerDuty's own webhooks (version 3): an incident there is a condition here."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from alerts.ingest.doors import Call, Manners, named_within
from alerts.ingest.signatures import any_same, hex_of
from alerts.reading import (
    Notes,
    add_link,
    condition_key,
    inner,
    one_line,
    read_annotations,
    read_labels,
    read_time,
    text_of,
    word_of,
)
from alerts.severity_words import severity_of
from alerts.signals import Action, Link, Severity, Signal

MAX_SIGNATURES = 10
_ACTIONS = {
    "triggered": Action.FIRE,
    "reopened": Action.FIRE,
    "resolved": Action.RESOLVE,
    "acknowledged": Action.ACKNOWLEDGE,
    "unacknowledged": Action.UNACKNOWLEDGE,
}


def _verify(call: Call, secret: str, now: datetime) -> bool:
    """`v1=<hex>,v1=<hex>`: several while a secret is being changed."""
    parts = call.headers.get("x-pagerduty-signature", "").split(",")[:MAX_SIGNATURES]
    given = [part.strip()[3:] for part in parts if part.strip().startswith("v1=")]
    return any_same(given, hex_of(secret, call.body))


def _name(headers: Mapping[str, str], body: bytes) -> str:
    """Webhooks hold the event's id; what is sent to the Events API may well be the same twice."""
    return named_within(headers, body) if "x-pagerduty-signature" in headers else ""


MANNERS = Manners(verify=_verify, delivery=_name)


def is_webhook(document: Mapping[str, object]) -> bool:
    return "event_type" in inner(document, "event")


def read_webhook(document: Mapping[str, object], notes: Notes, now: datetime) -> Signal | None:
    """The signal of an event about an incident; None, with a note, for another event."""
    event = inner(document, "event")
    kind = word_of(event.get("event_type"))
    data = inner(event, "data")
    # What is said about an incident names it; the incident's own events are it.
    incident = inner(data, "incident") or data
    number = text_of(incident.get("id"))
    if not kind.startswith("incident.") or not number:
        notes.add(f"The event {kind[:60]!r} is about no incident.")
        return None
    done = kind.removeprefix("incident.")
    action = _ACTIONS.get(done, Action.NOTE)
    by = one_line(inner(event, "agent").get("summary"), 120)
    links: list[Link] = []
    add_link(links, "Incident in PagerDuty", incident.get("html_url"), notes)
    service = one_line(inner(incident, "service").get("summary"), 200)
    priority = one_line(inner(incident, "priority").get("summary"), 20)
    urgency = {"high": Severity.SEV2, "low": Severity.SEV4}.get(word_of(incident.get("urgency")))
    words = done.replace("_", " ").replace(".", " ")
    return Signal(
        action=action,
        dedup_key=condition_key("pagerduty-incident", number),
        title=one_line(incident.get("title")) if action is not Action.NOTE else "",
        severity=severity_of(priority) or urgency if action is Action.FIRE else None,
        labels=read_labels(
            {"alertname": "PagerDutyIncident", "service": service, "urgency":
             incident.get("urgency"), "priority": priority}, notes
        ),
        annotations=read_annotations({"number": incident.get("number")}, notes)
        if action is not Action.NOTE
        else {},
        occurred_at=read_time(event.get("occurred_at"), notes, name="occurred_at", now=now),
        links=tuple(links),
        note="" if action is Action.FIRE else f"In PagerDuty: {words}{by and f' by {by}'}.",
    )  # fmt: skip
