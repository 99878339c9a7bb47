"""Labels and annotations out of the text that Alertmanager's PagerDuty receiver writes.

It sends no data: all alerts of a group stand in one string, `Labels:`, lines ` - name = value`,
`Annotations:`, the same, `Source: …`. Only what all of these alerts share describes the group.
"""

from __future__ import annotations

_SECTIONS = {"Labels:": "labels", "Annotations:": "annotations"}


def shared_fields(text: str) -> tuple[dict[str, str], dict[str, str]]:
    """(labels, annotations) that every alert in the text has with the same value."""
    alerts = _alerts(text)
    if not alerts:
        return {}, {}
    return _shared([a["labels"] for a in alerts]), _shared([a["annotations"] for a in alerts])


def _alerts(text: str) -> list[dict[str, dict[str, str]]]:
    alerts: list[dict[str, dict[str, str]]] = []
    fields: dict[str, str] | None = None
    last = ""
    for line in text.split("\n"):
        if line == "Labels:":
            alerts.append({"labels": {}, "annotations": {}})
        if line in _SECTIONS and alerts:
            fields = alerts[-1][_SECTIONS[line]]
        elif line.startswith("Source: "):
            fields = None
        elif fields is not None and line.startswith(" - ") and " = " in line:
            last, _, value = line[3:].partition(" = ")
            fields[last] = value
        elif fields and last in fields and line:
            fields[last] += f"\n{line}"  # a value of several lines
    return alerts


def _shared(maps: list[dict[str, str]]) -> dict[str, str]:
    first, *rest = maps
    return {k: v for k, v in first.items() if all(other.get(k) == v for other in rest)}
