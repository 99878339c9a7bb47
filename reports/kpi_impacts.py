"""What the incidents of a period cost in business figures, for the report about cost. Reads only,
four queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from catalog.kpis.models import Kpi
from catalog.kpis.selectors import seen_each, visible_kpis
from catalog.models import System
from incidents.models import Incident, IncidentSystem
from incidents.selectors.business import affected
from reports.providers import ImpactLine
from reports.scope import Scope

MOST = 300
"""Of the newest incidents: the others are said to be left out by the definition."""


def impact_lines(scope: Scope) -> Sequence[ImpactLine]:
    """Each KPI whose amounts add up, over the incidents in which it was worse than usual."""
    incidents = {one.pk: one for one in scope.incidents().order_by("-opened_at", "-id")[:MOST]}
    kpis = _kpis(scope, incidents)
    asked = [
        (kpi, affected(incidents[pk]))
        for pk, system in IncidentSystem.objects.filter(
            incident__in=incidents, system__in=kpis
        ).values_list("incident_id", "system_id")
        for kpi in kpis[system]
    ]
    asked = [(kpi, window) for kpi, window in asked if window.start < window.end]
    amounts: dict[int, list[float]] = defaultdict(list)
    for seen in seen_each(asked):
        found = seen.estimate(seen.window.start, seen.window.end)
        if found is not None and found.low > 0:
            amounts[seen.kpi.pk].append(found.amount)
    return [
        _line(kpi, amounts[kpi.pk])
        for of_system in kpis.values()
        for kpi in of_system
        if kpi.pk in amounts
    ]


def _kpis(scope: Scope, incidents: dict[int, Incident]) -> dict[int, list[Kpi]]:
    systems = System.objects.filter(incidents__in=incidents) if incidents else System.objects.none()
    if scope.team is not None:
        systems = systems.filter(team=scope.team)
    found: dict[int, list[Kpi]] = defaultdict(list)
    for kpi in visible_kpis(scope.user, systems.values("pk")):
        if kpi.aggregate == Kpi.Aggregate.SUM:
            found[kpi.system_id].append(kpi)
    return found


def _line(kpi: Kpi, amounts: Sequence[float]) -> ImpactLine:
    side = "below" if kpi.direction == Kpi.Direction.UP else "above"
    return ImpactLine(
        name=f"{kpi.name} {side} usual",
        unit=kpi.unit,
        amount=sum(amounts),
        incidents=len(amounts),
        definition=f"{kpi.name} of {kpi.system.name}: the distance from the median of the same "
        f"hours in the eight weeks before, added up over the incidents in which it was {side} the "
        f"usual band. Two incidents at once count twice; at most the newest {MOST} are looked at.",
    )
