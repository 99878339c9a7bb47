"""What an incident did to the business figures of its systems. Reads only."""

from __future__ import annotations

from dataclasses import dataclass

from accounts.models import User
from catalog.kpis.band import Estimate
from catalog.kpis.models import Kpi
from catalog.kpis.selectors import Window, kpis_of, seen_in
from catalog.kpis.words import cost_words
from core import clock
from incidents.models import Incident
from incidents.selectors.changes import began_at

MOST = 8


@dataclass(frozen=True, slots=True)
class KpiCost:
    """One KPI, from the onset until people were no longer affected, or until now."""

    kpi: Kpi
    estimate: Estimate | None

    @property
    def words(self) -> str:
        return cost_words(self.kpi, self.estimate)

    @property
    def is_worse(self) -> bool:
        return bool(self.estimate and self.estimate.low > 0)


def affected(incident: Incident) -> Window:
    """As long as people were affected: until mitigated, else resolved, else now."""
    end = incident.mitigated_at or incident.resolved_at or incident.cancelled_at or clock.now()
    return Window(began_at(incident), end)


def business_cost(user: User, incident: Incident) -> list[KpiCost]:
    """What the reader may see of it: the KPIs of systems that they see."""
    return costs_of(incident) if user.is_active else []


def costs_of(incident: Incident) -> list[KpiCost]:
    """Two queries; what was worse than usual comes first. Nothing for a drill or a false alarm."""
    window = affected(incident)
    if incident.drill or incident.status == "cancelled" or window.end <= window.start:
        return []
    kpis = kpis_of(incident.systems.values("pk"))[:MOST]
    costs = [
        KpiCost(seen.kpi, seen.estimate(window.start, window.end)) for seen in seen_in(kpis, window)
    ]
    return sorted(costs, key=lambda cost: not cost.is_worse)
