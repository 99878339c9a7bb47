"""What the rules ask the database: what stands behind the systems, when it acted last, what is
known of an incident. Reads only."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db.models import Max

from catalog.selectors import dependents_of
from incidents.models import Incident, IncidentCause
from playbooks.kinds import KINDS
from playbooks.matching import Facts
from playbooks.models import PlaybookRun
from taxonomy.models import Cause
from taxonomy.shipped import kind_of_mitigation


def dependents_behind(system_ids: Sequence[int]) -> int:
    """How many systems depend on these, directly or through others."""
    return len(dependents_of(system_ids)) if system_ids else 0


def last_acted_at(run: PlaybookRun, system_ids: Sequence[int]) -> datetime | None:
    """When another run of its playbook last sent something because of one of these systems."""
    others = PlaybookRun.objects.filter(playbook=run.playbook_id, rehearsal=False)
    if system_ids:
        others = others.filter(incident__systems__in=system_ids)
    found: datetime | None = others.exclude(pk=run.pk).aggregate(at=Max("acted_at"))["at"]
    return found


def facts_of(incident: Incident) -> Facts:
    """Three queries."""
    rows = incident.causes.exclude(confidence=IncidentCause.Confidence.RULED_OUT)
    named = list(rows.select_related("cause"))
    causes = {row.cause.slug: str(row.get_confidence_display()).lower() for row in named}
    asked = [row.cause for row in named]
    if incident.cause_hint and incident.cause_hint not in causes:
        causes[incident.cause_hint] = "hinted at by its route"
        asked += list(Cause.objects.filter(slug=incident.cause_hint))
    systems = list(incident.systems.values_list("slug", "kind"))
    return Facts(
        causes=causes,
        systems=frozenset(slug for slug, _ in systems),
        kinds=frozenset(kind for _, kind in systems),
        helps=helps_of(asked),
    )


def helps_of(causes: Iterable[Cause]) -> dict[str, str]:
    """The kinds of mitigation that these causes ask for, and the sentence of the taxonomy."""
    found: dict[str, str] = {}
    for cause in causes:
        for sentence in cause.immediate_mitigations:
            kind = kind_of_mitigation(str(sentence))
            if kind in KINDS:
                found.setdefault(kind, str(sentence))
    return found
