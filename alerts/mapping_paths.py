"""Paths of a payload to choose from, and a mapping as the fields of its editor. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from alerts.reading import one_line

MAX_PATHS = 300
MAX_DEPTH = 12
MAX_ITEMS = 3
"""Items of a list that are shown one by one."""

SAMPLE = 60
MAX_NAME = 40
"""So that a path of `MAX_DEPTH` steps stays within what an expression may be."""

KEEP = "keep"
"""What a field holds that is more than a path: it stays as it is written."""

ALERTS = "alerts"
PLAIN = ("title", "key", "status", "severity", "startsAt", "endsAt", "occurredAt")
LABELS = ("system", "environment", "team", "model")
ANNOTATIONS = ("description",)
FIELDS = (
    *PLAIN,
    *(f"labels.{name}" for name in LABELS),
    *(f"annotations.{name}" for name in ANNOTATIONS),
)
TITLES = {
    "title": "Title",
    "key": "What makes it one condition",
    "status": "Whether it fires or is over",
    "severity": "Severity",
    "startsAt": "When it began",
    "endsAt": "When it ended",
    "occurredAt": "When this was said",
    "labels.system": "System",
    "labels.environment": "Environment",
    "labels.team": "Team",
    "labels.model": "Model",
    "annotations.description": "Description",
}


@dataclass(frozen=True, slots=True)
class Leaf:
    """A value of the payload: its path as a mapping writes it, and how it begins."""

    path: str
    sample: str
    depth: int = 0


def lists_of(body: object) -> list[Leaf]:
    """Where lists of objects are, which may be the alerts."""
    return [
        Leaf(path, f"{len(value)} items")
        for path, value, _ in _walk(body, "", 0)
        if isinstance(value, list) and value and all(isinstance(one, Mapping) for one in value)
    ][:MAX_PATHS]


def leaves_of(body: object, alerts_path: str = "") -> list[Leaf]:
    """The values to point at: those of the first alert, and those around the alerts with `$.`."""
    alert = _first(body, alerts_path)
    found = [
        Leaf(path, _sample(value), depth)
        for path, value, depth in _walk(alert, "", 0)
        if not isinstance(value, Mapping | list)
    ]
    if alert is not body and isinstance(body, Mapping):
        found += [
            Leaf(f"$.{path}", _sample(value), depth)
            for path, value, depth in _walk(body, "", 0)
            if not isinstance(value, Mapping | list) and not path.startswith(alerts_path)
        ]
    return found[:MAX_PATHS]


def field_of(mapping: Mapping[str, Any], name: str) -> str:
    """What the editor shows for a field: "" for the usual names, a path, or `KEEP`."""
    group, _, member = name.partition(".")
    value = (mapping.get(group) or {}) if member else mapping.get(group)
    if member:
        value = value.get(member) if isinstance(value, Mapping) else KEEP
    if value is None:
        return ""
    return value if isinstance(value, str) else KEEP


def with_field(mapping: Mapping[str, Any], name: str, path: str) -> dict[str, Any]:
    """The mapping with one field set; "" takes it away, `KEEP` changes nothing."""
    changed = dict(mapping)
    if path == KEEP:
        return changed
    group, _, member = name.partition(".")
    if not member:
        changed.pop(group, None)
        return {**changed, group: path} if path else changed
    inner = dict(changed.get(group) or {})
    inner.pop(member, None)
    if path:
        inner[member] = path
    changed.pop(group, None)
    return {**changed, group: inner} if inner else changed


def _first(body: object, path: str) -> object:
    """The first alert of the list at a path that `lists_of` found, else the body."""
    if not path:
        return body[0] if isinstance(body, list) and body else body
    for found, value, _ in _walk(body, "", 0):
        if found == path and isinstance(value, list) and value:
            return value[0]
    return body


def _walk(value: object, path: str, depth: int) -> Iterator[tuple[str, object, int]]:
    """Every value below, with its path, in the order of the document."""
    if path:
        yield path, value, depth
    if depth >= MAX_DEPTH:
        return
    if isinstance(value, Mapping):
        for name, inner in list(value.items())[:MAX_PATHS]:
            step = _escaped(str(name))
            if step:
                yield from _walk(inner, f"{path}.{step}" if path else step, depth + 1)
    elif isinstance(value, list) and path:
        for place, inner in enumerate(value[:MAX_ITEMS]):
            yield from _walk(inner, f"{path}[{place}]", depth + 1)


def _escaped(name: str) -> str:
    """The name as a step of a path; "" for one that a path cannot hold."""
    if name != name.strip() or len(name) > MAX_NAME:
        return ""
    return "".join(f"\\{one}" if one in ".\\[]{}$=" else one for one in name)


def _sample(value: object) -> str:
    return one_line(value, SAMPLE)
