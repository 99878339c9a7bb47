"""Reads the webhooks of a Sentry internal integration. Stack traces and users stay unread."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from textwrap import dedent

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
from alerts.severity_words import severity_of
from alerts.signals import Action, Link, Reading, Severity, Signal, Unreadable
from integrations.sentry.door import RESOURCE

_ISSUE_ACTIONS = {
    "created": Action.FIRE,
    "unresolved": Action.FIRE,
    "resolved": Action.RESOLVE,
    "archived": Action.RESOLVE,
    "ignored": Action.RESOLVE,
    "assigned": Action.NOTE,
}
_TAGS = ("environment", "release", "system", "service", "model")
_LEVELS = {"fatal": Severity.SEV1, "error": Severity.SEV2, "sample": Severity.SEV4}


class Sentry:
    """The format `sentry`."""

    name = "sentry"
    title = "Sentry"

    def read(
        self, body: bytes, *, headers: Mapping[str, str], options: Mapping[str, object]
    ) -> Reading:
        """The one signal of a webhook. Its resource is told by a header; without the header the
        shape tells it."""
        document, notes = load_object(body, "Sentry webhook")
        data = inner(document, "data")
        resource = word_of(headers.get(RESOURCE)) or _guess(data)
        if resource == "installation":
            return Reading((), ("The integration was installed or removed in Sentry.",))
        reader = _READERS.get(resource)
        if reader is None:
            raise Unreadable(
                f"Sentry webhooks about {one_line(resource, 40) or 'something unnamed'} are not "
                "read. Choose issues, errors, issue alerts or metric alerts in the integration."
            )
        action = word_of(document.get("action"))
        signal = reader(data, action, notes, received_at(options))
        return Reading((signal,) if signal else (), notes.sentences())

    def snippet(self, *, url: str, base_url: str, key: str) -> str:
        """Where the internal integration is made."""
        return dedent(
            f"""\
            # In Sentry: Settings > Developer Settings > Create New Integration > Internal
            #   Webhook URL: {url}
            #   Alert Rule Action: on
            #   Permissions: Issue & Event: Read
            #   Webhooks: issue (and error, if each event shall count)
            # Copy its Client Secret into "Signing secret" of this source in AIRE.
            # Then add the action "Send a notification via <integration>" to the alert rules.
            """
        )

    def sample(self, *, now: datetime, system: str) -> bytes:
        """A metric alert that turned critical."""
        document = {
            "action": "critical",
            "data": {
                "description_title": f"Critical: {system} raises too often",
                "description_text": "412 events in the last 5 minutes",
                "web_url": "https://sentry.example.org/alerts/31/",
                "metric_alert": {
                    "id": f"sample-{now:%Y%m%d%H%M%S}",
                    "title": f"{system} raises too often",
                    "date_started": now.isoformat(),
                    "projects": [system],
                    "alert_rule": {"environment": "production"},
                },
            },
        }
        return json.dumps(document, ensure_ascii=False).encode()


def _guess(data: Mapping[str, object]) -> str:
    for name in ("metric_alert", "issue", "error"):
        if isinstance(data.get(name), dict):
            return name
    return "event_alert" if isinstance(data.get("event"), dict) else ""


def _metric_alert(
    data: Mapping[str, object], action: str, notes: Notes, now: datetime
) -> Signal | None:
    alert = inner(data, "metric_alert")
    rule = inner(alert, "alert_rule")
    number = text_of(alert.get("id")) or text_of(rule.get("id"))
    projects = alert.get("projects")
    first = one_line(projects[0], 200) if isinstance(projects, list) and projects else ""
    labels = {
        "alertname": rule.get("name") or alert.get("title"),
        "project": first,
        "service": _setting(rule, "service") or first,
        "environment": rule.get("environment"),
        "system": _setting(rule, "system"),
    }
    if action not in ("critical", "warning", "resolved", "open"):
        notes.add(f"The action {action[:80]!r} is unknown; read as firing.")
    return Signal(
        action=Action.RESOLVE if action == "resolved" else Action.FIRE,
        dedup_key=condition_key("metric-alert", number or one_line(alert.get("title"))),
        title=one_line(data.get("description_title") or alert.get("title")) or "Metric alert",
        severity=Severity.SEV3 if action == "warning" else Severity.SEV1,
        labels=read_labels(labels, notes),
        annotations=read_annotations(
            {"description": data.get("description_text"), "query": rule.get("query")}, notes
        ),
        occurred_at=read_time(alert.get("date_detected"), notes, name="date_detected", now=now)
        if action != "resolved"
        else read_time(alert.get("date_closed"), notes, name="date_closed", now=now),
        links=_links(notes, ("Alert in Sentry", data.get("web_url"))),
    )


def _setting(rule: Mapping[str, object], name: str) -> str:
    """What a person filled into the integration's form in the rule's action."""
    for trigger in objects(rule.get("triggers")):
        for action in objects(trigger.get("actions")):
            for setting in objects(action.get("settings")):
                if setting.get("name") == name:
                    return one_line(setting.get("value"), 200)
    return ""


def _issue(data: Mapping[str, object], action: str, notes: Notes, now: datetime) -> Signal | None:
    issue = inner(data, "issue")
    said = _ISSUE_ACTIONS.get(action)
    if said is None:
        notes.add(f"Nothing follows from an issue that was {action[:80] or 'changed'}.")
        return None
    project = inner(issue, "project")
    slug = project.get("slug") or project.get("name")
    labels = {"project": slug, "service": slug, "level": issue.get("level"),
              "type": issue.get("issueType"), "substatus": issue.get("substatus")}  # fmt: skip
    assigned = one_line(inner(issue, "assignedTo").get("name"), 120)
    remark = {"archived": "Archived in Sentry.", "ignored": "Archived in Sentry.",
              "assigned": f"Assigned in Sentry to {assigned or 'somebody'}."}  # fmt: skip
    return Signal(
        action=said,
        dedup_key=condition_key("issue", text_of(issue.get("id")) or one_line(issue.get("title"))),
        title=one_line(issue.get("title")) or "Issue in Sentry",
        severity=_level(issue.get("level"), notes),
        labels=read_labels(labels, notes),
        annotations=read_annotations(
            {name: issue.get(name) for name in ("culprit", "shortId", "count", "userCount")}, notes
        ),
        occurred_at=read_time(issue.get("lastSeen"), notes, name="lastSeen", now=now)
        if said is Action.FIRE
        else None,
        links=_links(notes, ("Issue in Sentry", issue.get("web_url") or issue.get("permalink"))),
        note=remark.get(action, ""),
    )


def _event(data: Mapping[str, object], action: str, notes: Notes, now: datetime) -> Signal | None:
    event = inner(data, "event") or inner(data, "error")
    labels: dict[str, object] = {
        "level": event.get("level"),
        "alertname": data.get("triggered_rule"),
    }
    tags = event.get("tags")
    for pair in tags[:100] if isinstance(tags, list) else []:
        if isinstance(pair, list) and len(pair) == 2 and pair[0] in _TAGS:
            labels[str(pair[0])] = pair[1]
    issue = text_of(event.get("issue_id")) or text_of(event.get("event_id"))
    return Signal(
        action=Action.FIRE,
        dedup_key=condition_key("issue", issue or one_line(event.get("title"))),
        title=one_line(event.get("title")) or "Event in Sentry",
        severity=_level(event.get("level"), notes),
        labels=read_labels(labels, notes),
        annotations=read_annotations({"culprit": event.get("culprit")}, notes),
        occurred_at=read_time(event.get("datetime"), notes, name="datetime", now=now),
        links=_links(notes, ("Event in Sentry", event.get("web_url"))),
    )


def _comment(data: Mapping[str, object], action: str, notes: Notes, now: datetime) -> Signal | None:
    number = text_of(data.get("issue_id"))
    if not number:
        return None
    return Signal(
        action=Action.NOTE,
        dedup_key=condition_key("issue", number),
        title="",
        note=f"A comment in Sentry was {action[:20]}: {one_line(data.get('comment'), 300)}",
    )


def _level(word: object, notes: Notes) -> Severity | None:
    text = word_of(word)
    severity = _LEVELS.get(text) or severity_of(text)
    if text and severity is None:
        notes.add(f"The level {text!r} is no word that AIRE knows.")
    return severity


def _links(notes: Notes, *pairs: tuple[str, object]) -> tuple[Link, ...]:
    links: list[Link] = []
    for text, href in pairs:
        add_link(links, text, href, notes)
    return tuple(links)


Reader = Callable[[Mapping[str, object], str, Notes, datetime], Signal | None]
_READERS: dict[str, Reader] = {
    "metric_alert": _metric_alert,
    "event_alert": _event,
    "error": _event,
    "issue": _issue,
    "comment": _comment,
}

FORMAT = Sentry()
