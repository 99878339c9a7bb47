"""Alerts in Alertmanager's shape, which several senders speak. What is a sender's own is not here.

One alert is `{status, labels, annotations, startsAt, endsAt, generatorURL, fingerprint}`; each has
its own status, which rules over the group's. A broken alert never costs its neighbours.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from alerts.reading import (
    Notes,
    add_link,
    condition_key,
    hashed_key,
    one_line,
    read_annotations,
    read_labels,
    read_time,
    text_of,
)
from alerts.severity_words import SEVERITY_WORDS, severity_of
from alerts.signals import Action, Link, Reading, Severity, Signal

_STATUS = {"firing": Action.FIRE, "alerting": Action.FIRE, "active": Action.FIRE,
           "resolved": Action.RESOLVE, "ok": Action.RESOLVE}  # fmt: skip
_LINK_ANNOTATIONS = {
    "runbook_url": "Runbook",
    "runbook": "Runbook",
    "dashboard_url": "Dashboard",
    "dashboard": "Dashboard",
    "pyrra_url": "Objective",
}
_FNV_OFFSET = 0xCBF29CE484222325
_FNV_PRIME = 0x100000001B3
_FNV_MASK = 0xFFFFFFFFFFFFFFFF


@dataclass(frozen=True, slots=True)
class GroupContext:
    """What stands around the alerts of one delivery."""

    sender: str
    now: datetime
    notes: Notes
    status: object = None
    """The group's own status, for alerts that have none."""
    group_key: str = ""


AlertReader = Callable[[Mapping[str, object], GroupContext], Signal | None]


def fingerprint_of(labels: Mapping[str, str]) -> str:
    """Alertmanager's fingerprint of a label set: FNV-1a, 64 bits, over sorted names and values,
    each followed by the byte 0xFF. So an alert has one key by whichever way it comes."""
    state = _FNV_OFFSET
    for name in sorted(labels):
        for text in (name, labels[name]):
            for byte in text.encode("utf-8", "replace") + b"\xff":
                state = ((state ^ byte) * _FNV_PRIME) & _FNV_MASK
    return f"{state:016x}"


def read_alerts(
    alerts: list[object], context: GroupContext, read_one: AlertReader | None = None
) -> Reading:
    """Signals of all alerts. What cannot be read is noted; when nothing else is left, one signal
    says so, because somebody was alerted of something (fail open)."""
    read_one = read_one or read_alert
    signals: list[Signal] = []
    for position, alert in enumerate(alerts, start=1):
        signal = read_one(alert, context) if isinstance(alert, Mapping) else None
        if signal is None:
            context.notes.add(f"Alert {position} of {len(alerts)} could not be read.")
        else:
            signals.append(signal)
    if alerts and not signals:
        signals.append(_unreadable_alert(alerts, context))
    if not alerts:
        context.notes.add(f"{context.sender} sent a group without alerts.")
    return Reading(tuple(signals), context.notes.sentences())


def read_alert(alert: Mapping[str, object], context: GroupContext) -> Signal | None:
    """One alert; None when nothing in it says what it is about."""
    notes, now = context.notes, context.now
    labels = read_labels(alert.get("labels"), notes)
    annotations = read_annotations(alert.get("annotations"), notes)
    fingerprint = alert.get("fingerprint")
    if not labels and not annotations and not fingerprint:
        return None
    starts_at = read_time(alert.get("startsAt"), notes, name="startsAt", now=now)
    ends_at = read_time(alert.get("endsAt"), notes, name="endsAt", now=now)
    action = _action(alert, ends_at, context)
    if action is Action.FIRE:
        ends_at = None  # Prometheus writes there when it would give up, not when it ended
    elif ends_at and starts_at and ends_at < starts_at:
        notes.add("An alert ends before it starts; its end was ignored.")
        ends_at = None
    return Signal(
        action=action,
        dedup_key=_key(fingerprint, alert.get("labels"), labels, annotations),
        title=title_of(labels, annotations, fallback=f"Alert from {context.sender}"),
        severity=severity_from(labels, notes),
        labels=labels,
        annotations=annotations,
        starts_at=starts_at,
        ends_at=ends_at,
        occurred_at=starts_at if action is Action.FIRE else ends_at,
        links=_links(alert, annotations, notes),
    )


def title_of(labels: Mapping[str, str], annotations: Mapping[str, str], *, fallback: str) -> str:
    """The summary, the title, the name of the rule, in this order."""
    text = annotations.get("summary") or annotations.get("title") or labels.get("alertname")
    return one_line(text or "") or fallback


def severity_from(labels: Mapping[str, str], notes: Notes) -> Severity | None:
    """From the label `severity`; Sloth's own label counts when that one is missing."""
    word = labels.get("severity") or labels.get("sloth_severity")
    if not word:
        return None
    severity = SEVERITY_WORDS.get(word) or severity_of(word)
    if severity is None:
        notes.add(f"The severity {one_line(word, 80)!r} is no word that AIRE knows.")
    return severity


def _action(alert: Mapping[str, object], ends_at: datetime | None, context: GroupContext) -> Action:
    """The alert's own status; without one its end decides, and last the group's status.

    An alert as Prometheus sends it has no status: its end lies ahead while it fires.
    """
    status = alert.get("status")
    if isinstance(status, str) and status:
        action = _STATUS.get(status) or _STATUS.get(status.strip().lower())
        if action is None:
            context.notes.add(f"The status {one_line(status, 80)!r} is unknown; read as firing.")
        return action or Action.FIRE
    if ends_at is not None:
        return Action.RESOLVE if ends_at <= context.now else Action.FIRE
    return _STATUS.get(text_of(context.status).strip().lower(), Action.FIRE)


def _key(
    fingerprint: object,
    raw_labels: object,
    labels: Mapping[str, str],
    annotations: Mapping[str, str],
) -> str:
    if fingerprint:
        return condition_key(text_of(fingerprint))
    if not labels:
        return hashed_key(annotations)
    complete = raw_labels if isinstance(raw_labels, Mapping) else labels
    return fingerprint_of({name: text for name, v in complete.items() if (text := text_of(v))})


def annotation_links(annotations: Mapping[str, str], notes: Notes) -> list[Link]:
    """Links that rule authors put into annotations, by the names that are customary."""
    links: list[Link] = []
    for name, text in _LINK_ANNOTATIONS.items():
        href = annotations.get(name)
        # Without "_url" in its name an annotation may as well hold prose.
        if href and (name.endswith("_url") or href.startswith("http")):
            add_link(links, text, href, notes)
    return links


def _links(
    alert: Mapping[str, object], annotations: Mapping[str, str], notes: Notes
) -> tuple[Link, ...]:
    links = annotation_links(annotations, notes)
    add_link(links, "Query", alert.get("generatorURL"), notes)
    return tuple(links)


def _unreadable_alert(alerts: list[object], context: GroupContext) -> Signal:
    about = context.group_key or [one_line(alert, 200) for alert in alerts[:3]]
    return Signal(
        action=_STATUS.get(text_of(context.status).strip().lower(), Action.FIRE),
        dedup_key=f"unreadable:{hashed_key(about)}",
        title=f"{context.sender} sent an alert that could not be read",
        annotations={"description": one_line(alerts[0], 2000)},
    )
