"""What a stretch of time cost of the error budgets of some systems."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from slos.budget import budget_of
from slos.counting import count
from slos.definition import PolicyRule
from slos.models import Slo, SloState
from slos.plans import load_plans
from slos.policy import owed_by_incident


@dataclass(frozen=True, slots=True)
class IncidentCost:
    """`fraction` of the objective's whole budget went between the two moments: `bad` of `total`
    events against the budget that the objective has now. None where nothing was measured."""

    slo: Slo
    bad: float
    total: float
    fraction: float | None
    owed: tuple[PolicyRule, ...] = ()

    @property
    def words(self) -> str:
        """For example "34 % of the budget"."""
        if self.fraction is None:
            return "Not measured"
        if self.fraction <= 0:
            return "None of the budget"
        return f"{self.fraction:.0%} of the budget" if self.fraction >= 0.01 else "Less than 1%"


def budget_cost(system_ids: Collection[int], start: datetime, end: datetime) -> list[IncidentCost]:
    """For each enabled objective of these systems what (start, end] cost, the dearest first.
    Three queries, however many there are."""
    slos = {
        slo.pk: slo
        for slo in Slo.objects.filter(system__in=system_ids, enabled=True).select_related("budget")
    }
    plans = load_plans(sorted(slos)) if slos and start < end else []
    if not plans:
        return []
    counts = count(
        sorted({plan.series_id for plan in plans}),
        [start],
        at=end,
        sliced=any(plan.definition.method.sliced for plan in plans),
    )
    found = []
    for plan in plans:
        good, total = counts.of(plan.series_id, start)
        bad = total - good
        if plan.evaluator is not None and total:
            bad = plan.evaluator.corrected(bad / total) * total
        slo = slos[plan.slo_id]
        fraction = _fraction(getattr(slo, "budget", None), bad, total, plan.definition.target)
        owed = owed_by_incident(plan.definition.policy, cost=fraction or 0.0)
        found.append(IncidentCost(slo, bad, total, fraction, tuple(owed)))
    return sorted(found, key=lambda cost: (-(cost.fraction or 0.0), cost.slo.name))


def _fraction(state: SloState | None, bad: float, total: float, target: float) -> float | None:
    if not total:
        return None
    whole = state.budget_total if state else budget_of(bad=bad, total=total, target=target).total
    return bad / whole if whole else None
