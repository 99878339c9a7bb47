"""The declarative mapping of a `generic` source: which field of a JSON body means what.

A mapping is an object; every field is optional, and one that is absent is read as in
`mapping_defaults`. Values are expressions (see `alerts.expressions`).

    {"alerts": "events",                      path of the list; absent: the body is one alert
     "title": "Drift in {feature}", "key": "run.id",
     "status": {"path": "state", "firing": ["bad"], "resolved": ["good"], "acknowledged": []},
     "severity": {"path": "prio", "map": {"P1": "sev1"}, "default": "sev3"},
     "labels": {"system": "service.name", "env": "=production", "*": "tags"},
     "annotations": {"description": "text"},
     "startsAt": "since", "endsAt": "until", "occurredAt": "time",
     "links": {"Run": "url"}, "test": "is_test"}

`status` and `severity` may be a plain expression. `*` takes over all members of an object, or of
a list of texts like `team:search`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from alerts.expressions import Expression, Scope
from alerts.mapping_plan import DEFAULT_PLAN, SPREAD, Plan, compile_mapping
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
from alerts.severity_words import severity_of
from alerts.signals import Action, Link, Reading, Severity, Signal, Unreadable

MAX_ALERTS = 5_000
UNTITLED = "Alert without a title"


def validate_mapping(mapping: object) -> list[str]:
    """Plain errors, each with the path of its field; empty when the mapping can be used."""
    return compile_mapping(mapping)[1]


def read_mapped(body: object, mapping: object, *, notes: Notes, now: datetime) -> Reading:
    """The signals of a JSON body. A broken mapping is noted and read by default (fail open);
    a body without anything that could be an alert raises `Unreadable`."""
    if mapping is None:
        plan = DEFAULT_PLAN
    else:
        plan, errors = compile_mapping(mapping)
        for error in errors:
            notes.add(f"The mapping of this source is broken and was not used here: {error}.")
    alerts = _alerts(body, plan)
    if len(alerts) > MAX_ALERTS:
        notes.add(f"Only the first {MAX_ALERTS:,} of {len(alerts):,} alerts were read.")
    signals: list[Signal] = []
    for position, alert in enumerate(alerts[:MAX_ALERTS], start=1):
        if isinstance(alert, Mapping) and alert:
            signals.append(_read_one(Scope(alert, body), plan, notes, now))
        else:
            notes.add(f"Alert {position} of {len(alerts)} is no object and was left out.")
    if alerts and not signals:
        raise Unreadable("None of the alerts in this body is an object with fields.")
    if not alerts:
        notes.add("The list of alerts is empty.")
    return Reading(tuple(signals), notes.sentences())


def _alerts(body: object, plan: Plan) -> list[object]:
    if plan.alerts is not None:
        found = plan.alerts.get(Scope(body, body))
        if found is None:
            raise Unreadable("The mapping's path of the alerts leads to nothing in this body.")
    else:
        found = body
    if isinstance(found, list):
        return found
    if isinstance(found, Mapping):
        return [found]
    raise Unreadable("The body is no alert: it is neither an object nor a list of objects.")


def _read_one(scope: Scope, plan: Plan, notes: Notes, now: datetime) -> Signal:
    labels = read_labels(_members(plan.groups["labels"], scope), notes)
    annotations = read_annotations(_members(plan.groups["annotations"], scope), notes)
    title = _title(scope, plan, notes)
    starts_at, ends_at, occurred_at = (
        _time(name, scope, plan, notes, now) for name in ("startsAt", "endsAt", "occurredAt")
    )
    action = _action(scope, plan, notes)
    if action is not Action.RESOLVE:
        ends_at = None
    elif ends_at and starts_at and ends_at < starts_at:
        notes.add("An alert ends before it starts; its end was ignored.")
        ends_at = None
    began_or_ended = ends_at if action is Action.RESOLVE else starts_at
    return Signal(
        action=action,
        dedup_key=_key(scope, plan, notes) or hashed_key(title, labels),
        title=title,
        severity=_severity(scope, plan, notes),
        labels=labels,
        annotations=annotations,
        starts_at=starts_at,
        ends_at=ends_at,
        occurred_at=occurred_at or began_or_ended,
        links=_links(scope, plan, notes),
        is_test=_text(plan.values["test"], scope).lower() == "true",
    )


def _text(expression: Expression, scope: Scope) -> str:
    """The first value that is text, a number, a boolean or a list of these; "" for none."""
    for value in expression.values(scope):
        if isinstance(value, list):
            if value and not any(isinstance(item, list | dict) for item in value):
                return ", ".join(text_of(item) for item in value)
        elif not isinstance(value, Mapping) and (text := text_of(value).strip()):
            return text
    return ""


def _title(scope: Scope, plan: Plan, notes: Notes) -> str:
    title = one_line(_text(plan.values["title"], scope))
    if not title and "title" in plan.named:
        notes.add("The title that the mapping names is not in the alert.")
        title = one_line(_text(DEFAULT_PLAN.values["title"], scope))
    if not title:
        notes.add("An alert has no title.")
    return title or UNTITLED


def _key(scope: Scope, plan: Plan, notes: Notes) -> str:
    key = condition_key(_text(plan.values["key"], scope))
    if not key and "key" in plan.named:
        notes.add("The key that the mapping names is not in the alert; title and labels are it.")
    return key


def _action(scope: Scope, plan: Plan, notes: Notes) -> Action:
    words = plan.words["status"]
    word = _text(words.value, scope)
    known = words.table.get(word.lower())
    if known is not None:
        return Action(known)
    if word:
        notes.add(f"The status {one_line(word, 80)!r} is unknown; read as firing.")
    return Action.FIRE


def _severity(scope: Scope, plan: Plan, notes: Notes) -> Severity | None:
    words = plan.words["severity"]
    word = _text(words.value, scope)
    known = words.table.get(word.lower())
    severity = Severity(known) if known else severity_of(word)
    if severity is None and word:
        notes.add(f"The severity {one_line(word, 80)!r} is no word that AIRE knows.")
    if severity is None and words.default:
        severity = Severity(words.default)
    return severity


def _time(name: str, scope: Scope, plan: Plan, notes: Notes, now: datetime) -> datetime | None:
    value = next(plan.values[name].values(scope), None)
    return read_time(value, notes, name=name, now=now)


def _members(group: Mapping[str, Expression], scope: Scope) -> dict[str, object]:
    """Named values first, so that they are not what a cap cuts off; then what `*` brings in."""
    found: dict[str, object] = {}
    for name, expression in group.items():
        if name != SPREAD and (text := _text(expression, scope)):
            found[name] = text
    if SPREAD in group:
        for value in group[SPREAD].values(scope):
            for name, item in _spread(value):
                found.setdefault(name, item)
    return found


def _spread(value: object) -> Iterator[tuple[str, object]]:
    if isinstance(value, Mapping):
        yield from value.items()
    elif isinstance(value, list):
        for item in value:
            if isinstance(item, str):
                name, sign, text = item.partition(":" if ":" in item else "=")
                yield name.strip(), text.strip() if sign else "true"


def _links(scope: Scope, plan: Plan, notes: Notes) -> tuple[Link, ...]:
    links: list[Link] = []
    for text, expression in plan.groups["links"].items():
        href = _text(expression, scope)
        if href.startswith("http") or "links" in plan.named:
            add_link(links, text, href, notes)
    return tuple(links)
