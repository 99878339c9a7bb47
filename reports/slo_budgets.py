"""The error budgets of the objectives, for the report about them. Reads only, two queries."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.db.models import Count, OuterRef, Subquery
from django.urls import reverse

from incidents.models import IncidentSystem
from reports.providers import BudgetLine
from reports.scope import Scope
from slos.models import BudgetDay, SloState
from slos.selectors.lists import visible_slos

MOST = 500
A_DAY = timedelta(days=1)
AT_RISK = 0.2
"""Below this share left a past day counts as at risk; today's state has its own hysteresis."""


def budget_lines(scope: Scope) -> Sequence[BudgetLine]:
    """Each enabled objective that the reader may see, as it stood on the last day of the period
    that is over, or as it stands now."""
    rows = visible_slos(scope.user).filter(enabled=True).order_by("name", "id")
    if scope.team is not None:
        rows = rows.filter(system__team=scope.team)
    last = BudgetDay.objects.filter(slo=OuterRef("pk"), day__lt=scope.period.end.date())
    rows = rows.annotate(past=Subquery(last.order_by("-day").values("fraction_left")[:1]))
    counts = dict(
        IncidentSystem.objects.filter(incident__in=scope.incidents())
        .values_list("system")
        .annotate(Count("incident", distinct=True))
    )
    lines = []
    for slo in rows[:MOST]:
        now: SloState | None = getattr(slo, "budget", None)
        over = now is not None and scope.period.end <= now.as_of - A_DAY
        left = slo.past if over else now.fraction_left if now else None
        lines.append(
            BudgetLine(
                name=slo.name,
                url=reverse("slos:detail", args=[slo.slug]),
                system=slo.system.name,
                target=slo.target,
                state=_past(left) if over or now is None else now.state,  # type: ignore[arg-type]
                remaining=left,
                incidents=counts.get(slo.system_id, 0),
            )
        )
    return lines


def _past(left: float | None) -> str:
    if left is None:
        return "no_data"
    if left <= 0:
        return "exhausted"
    return "at_risk" if left < AT_RISK else "ok"
