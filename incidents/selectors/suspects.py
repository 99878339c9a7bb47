"""The changes that may be behind an incident, read for ranking. Reads only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any

from accounts.models import User
from alerts.models import Alert
from catalog.models import Change, System
from catalog.selectors import upstream_of, visible_changes
from incidents.models import Incident, IncidentCause
from incidents.selectors.changes import began_at
from incidents.selectors.likely import (
    clues_of,
    earlier_causes,
    labels_of,
    said_once,
    telling_alerts,
)
from incidents.suggesting import CHANGED, Facts, Known, suggest
from incidents.suspecting import Altered, Scene, rank_suspects
from taxonomy.shipped import shipped

BEFORE = timedelta(days=30)
"""How far back a change may lie: drift and stale indexes need days to show."""

MAX_CHANGES = 500
SURE_ENOUGH = 3.0
"""Score from which a suggested cause points somewhere; less is two stray words."""


@dataclass(frozen=True, slots=True)
class RankedChange:
    """A suspect with its change; `place` counts from 1."""

    place: int
    change: Change
    distance: int
    score: float
    reasons: tuple[str, ...]


def suspects_of(
    user: User,
    incident: Incident,
    systems: Sequence[System],
    attached: Sequence[IncidentCause],
    *,
    alerts: Sequence[Alert] | None = None,
    limit: int = MAX_CHANGES,
) -> list[RankedChange]:
    """Changes of the affected systems and of what they depend on, in the month before the onset
    and until it was noticed, the likeliest first. `alerts` are the incident's where the caller has
    them. Four queries, whatever the graph's size; two when nothing changed."""
    own = [system.pk for system in systems]
    if not own:
        return []
    distances = {**upstream_of(own), **dict.fromkeys(own, 0)}
    began = began_at(incident)
    changes = visible_changes(user).filter(
        system__in=list(distances),
        occurred_at__gte=began - BEFORE,
        occurred_at__lte=max(began, incident.opened_at),
    )
    # As plain rows: making five hundred objects costs more than ranking them.
    rows = {str(row["id"]): row for row in changes.values(*_TOLD, *_COLUMNS)[:MAX_CHANGES]}
    if not rows:
        return []
    told = telling_alerts(user, incident) if alerts is None else alerts
    altered = [_altered(row, distances) for row in rows.values()]
    ranked = rank_suspects(altered, _scene(user, incident, own, attached, told))[:limit]
    return [
        RankedChange(place, _change(row), distances[row["system_id"]], one.score, one.reasons)
        for place, one in enumerate(ranked, start=1)
        for row in [rows[one.key]]
    ]


_COLUMNS = [field.attname for field in Change._meta.concrete_fields]
_TOLD = ("system__name", "system__slug")


def _altered(row: Mapping[str, Any], distances: Mapping[int, int]) -> Altered:
    return Altered(
        str(row["id"]), row["system__name"], distances[row["system_id"]], row["kind"],
        row["occurred_at"], row["version"], row["previous_version"], row["summary"],
    )  # fmt: skip


def _change(row: Mapping[str, Any]) -> Change:
    """The change with the name and slug of its system."""
    change = Change.from_db(None, _COLUMNS, [row[name] for name in _COLUMNS])
    told = [row["system_id"], row["system__slug"], row["system__name"]]
    # In the order of the model, which is how a row is read.
    change.system = System.from_db(None, ["id", "slug", "name"], told)
    return change


def _scene(
    user: User,
    incident: Incident,
    own: Sequence[int],
    attached: Sequence[IncidentCause],
    alerts: Sequence[Alert],
) -> Scene:
    clues = clues_of(incident, alerts)
    earlier = earlier_causes(user, incident, own)
    return Scene(
        began=began_at(incident),
        text=" ".join(clue.text for clue in clues),
        values=frozenset(_values(alerts)),
        pointed=_pointed(incident, alerts, attached),
        earlier=_by_kind(earlier),
    )


def _values(alerts: Sequence[Alert]) -> list[str]:
    return [str(value).casefold()[:200] for alert in alerts for value in alert.labels.values()]


def _pointed(
    incident: Incident, alerts: Sequence[Alert], attached: Sequence[IncidentCause]
) -> dict[str, str]:
    """Causes and classes that something points at, surest first, and how that is said."""
    said: dict[str, str] = {}
    for one in attached:
        if one.holds:
            said.setdefault(one.cause.slug, f"{one.cause.name} is named as a cause.")
    if incident.cause_hint:
        said.setdefault(incident.cause_hint, f"the route hints at {incident.cause_hint}.")
    for label in labels_of(alerts):
        said.setdefault(label, f"an alert carries {label[:80]}.")
    ruled_out = frozenset(one.cause.slug for one in attached if not one.holds)
    facts = Facts(clues=tuple(said_once(incident, alerts)), said=ruled_out)
    for suggestion in suggest(_shipped_causes(), facts):
        if suggestion.score >= SURE_ENOUGH:
            said.setdefault(suggestion.slug, f"the alerts look like {suggestion.name.lower()}.")
    return {slug: sentence for slug, sentence in said.items() if slug not in ruled_out}


@cache
def _shipped_causes() -> tuple[Known, ...]:
    """What kinds of change are known to make; causes that admins add are not among it."""
    return tuple(
        Known(cause["slug"], cause["name"], tuple(cause["detection_signals"]))
        for _, cause in shipped().causes()
    )


def _by_kind(earlier: Mapping[str, int]) -> dict[str, int]:
    """Former causes, counted by the kind of change that they come from."""
    counts: Counter[str] = Counter()
    for kind, causes in CHANGED.items():
        counts[kind] = sum(earlier.get(cause, 0) for cause in causes)
    return {kind: count for kind, count in counts.items() if count}
