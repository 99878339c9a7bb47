"""Scenarios of drills as data, and the payloads they send. Pure; no database."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from core.yaml import load_documents
from taxonomy.shipped import shipped

DATA = Path(__file__).resolve().parent / "scenarios.yaml"
DRILL_LABEL = "aire_drill"
"""The label by which an alert is known to belong to a drill; its value is the drill's number."""

NEVER = "0001-01-01T00:00:00Z"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One symptom: `after` seconds from the start, with the sender's word for its severity.
    `{system}` in its texts becomes the system's name."""

    after: int
    severity: str
    check: str
    summary: str
    description: str


@dataclass(frozen=True, slots=True)
class Scenario:
    """`causes` are slugs of the taxonomy, the likeliest first; `mitigations` what stops it,
    `instead` what only sounds as if it did; `kinds` the kinds of system it can happen to."""

    name: str
    title: str
    story: str
    kinds: tuple[str, ...]
    alert: str
    causes: tuple[str, ...]
    mitigations: tuple[str, ...]
    instead: tuple[str, ...]
    deliveries: tuple[Delivery, ...]

    @property
    def classes(self) -> tuple[str, ...]:
        """Classes of failure that count as the right ones."""
        return tuple(dict.fromkeys(cause.partition(".")[0] for cause in self.causes))

    @property
    def choices(self) -> tuple[str, ...]:
        """Mitigations to choose from, right and wrong ones, in an order that tells nothing."""
        return tuple(sorted({*self.mitigations, *self.instead}))


@cache
def scenarios() -> Mapping[str, Scenario]:
    """By name, in the file's order."""
    (document,) = load_documents(DATA.read_bytes())
    return {row["name"]: _scenario(row) for row in document.value}


def _scenario(row: Mapping[str, Any]) -> Scenario:
    causes = tuple(row["causes"])
    return Scenario(
        name=row["name"],
        title=row["title"],
        story=row["story"],
        kinds=tuple(row["kinds"]),
        alert=row["alert"],
        causes=causes,
        mitigations=tuple(_mitigations(causes)),
        instead=tuple(row["instead"]),
        deliveries=tuple(Delivery(**delivery) for delivery in row["deliveries"]),
    )


def _mitigations(causes: Sequence[str]) -> Iterator[str]:
    known = {cause["slug"]: cause for _, cause in shipped().causes()}
    for slug in causes:
        yield from known[slug]["immediate_mitigations"]


def payload(
    scenario: Scenario,
    deliveries: Sequence[Delivery],
    *,
    drill: int,
    system: str,
    system_name: str,
    started_at: datetime,
    ended_at: datetime | None = None,
) -> bytes:
    """A delivery as Alertmanager posts it (webhook version 4): what fires, or with `ended_at` is
    over. An alert keeps its labels and its start, so that both ends belong to one episode."""
    status = "resolved" if ended_at else "firing"
    alerts = [
        {
            "status": status,
            "labels": {
                "alertname": scenario.alert,
                "system": system,
                "severity": delivery.severity,
                "check": delivery.check,
                "failure_class": scenario.classes[0],
                DRILL_LABEL: str(drill),
            },
            "annotations": {
                "summary": delivery.summary.format(system=system_name),
                "description": delivery.description,
            },
            "startsAt": _stamp(started_at),
            "endsAt": _stamp(ended_at) if ended_at else NEVER,
            "generatorURL": "",
        }
        for delivery in deliveries
    ]
    group = {"alertname": scenario.alert, "system": system}
    document = {
        "version": "4",
        "groupKey": f"drill:{drill}",
        "truncatedAlerts": 0,
        "status": status,
        "receiver": "aire",
        "groupLabels": group,
        "commonLabels": group,
        "commonAnnotations": {},
        "externalURL": "",
        "alerts": alerts,
    }
    return json.dumps(document, ensure_ascii=False).encode()


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()
