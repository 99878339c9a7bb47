"""What objectives give to a document: facts for its draft, evidence to cite, and the work that an
error-budget policy asks for. The rooms below do not know documents."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.db.models import QuerySet
from django.urls import reverse

from accounts.models import User
from core import clock
from core.actor import program
from incidents.models import Incident
from incidents.selectors.changes import began_at
from postmortems.actions.services import create_action
from postmortems.evidence import EvidenceKind, Item
from postmortems.parts import Drafted
from postmortems.services.drafts import start_postmortem
from slos.events import ObligationBegan
from slos.models import Obligation, Slo
from slos.selectors.costs import budget_cost
from slos.selectors.lists import visible_slos
from slos.selectors.past import budget_days

SHOWN = timedelta(days=28)
"""How far back the little chart of a cited objective goes, and a policy looks for incidents."""


def drafted_budgets(incident: Incident) -> Sequence[Drafted]:
    """What it cost of each budget that was measured meanwhile."""
    systems = list(incident.systems.values_list("pk", flat=True))
    costs = budget_cost(systems, began_at(incident), incident.resolved_at or clock.now())
    return [
        Drafted("impact", f"{cost.slo.name}: it cost {_lower(cost.words)}.")
        for cost in costs
        if cost.fraction is not None and cost.fraction > 0
    ]


def _lower(words: str) -> str:
    return words[:1].lower() + words[1:]


def _objectives(incident: Incident, user: User) -> QuerySet[Slo]:
    return visible_slos(user).filter(system__in=incident.systems.all()).order_by("name", "id")


def _items(incident: Incident, user: User, words: str, limit: int) -> list[Item]:
    rows = _objectives(incident, user)
    if words:
        rows = rows.filter(name__icontains=words)
    return [_item(slo) for slo in rows[:limit]]


def _find(incident: Incident, user: User, target: str) -> Item | None:
    slo = _objectives(incident, user).filter(slug=target).first()
    return _item(slo, values=True) if slo else None


def _item(slo: Slo, *, values: bool = False) -> Item:
    budget = getattr(slo, "budget", None)
    facts = [("System", slo.system.name), ("Target", f"{slo.target:.4%}")]
    if budget is not None:
        left = "No data" if budget.fraction_left is None else f"{budget.fraction_left:.1%}"
        facts += [("Budget left", left), ("State", budget.get_state_display())]
        facts += [("As of", budget.as_of.isoformat(timespec="seconds"))]
    since = clock.now().date() - SHOWN
    return Item(
        target=slo.slug,
        title=slo.name,
        url=reverse("slos:detail", args=[slo.slug]),
        facts=facts,
        values=[left for _, left in budget_days(slo, since=since)] if values else (),
    )


EVIDENCE = EvidenceKind("slo", "Objectives", "gauge", _items, _find)


def asks_for_work(event: ObligationBegan) -> bool:
    """A freeze is answered by the promotion gate alone."""
    return event.kind != Obligation.Kind.FREEZE


def on_obligation_began(event: ObligationBegan) -> None:
    """A policy asks for a review or for work: they belong to the incident that cost the budget
    most. Without one the page of the objective says what is owed. May be called twice."""
    owed = Obligation.objects.select_related("slo").filter(pk=event.obligation_id).first()
    incident = _dearest(owed.slo) if owed else None
    if owed is None or incident is None:
        return
    if owed.kind == Obligation.Kind.POSTMORTEM:
        start_postmortem(incident_id=incident.pk, actor=program())
    elif owed.kind == Obligation.Kind.ACTION:
        create_action(
            incident=incident,
            title=f"Protect the error budget of {owed.slo.name}"[:200],
            type="prevent",
            actor=program(),
            proposal=f"slo:{owed.pk.hex}",
            done_criterion=owed.reason,
            required=True,
        )


def _dearest(slo: Slo) -> Incident | None:
    """Of the last weeks' incidents of its system the one that cost this budget most."""
    recent = (
        Incident.objects.filter(
            systems=slo.system_id, drill=False, merged_into=None, opened_at__gt=clock.now() - SHOWN
        )
        .exclude(status="cancelled")
        .order_by("-opened_at")[:10]
    )
    costs: list[tuple[float, Incident]] = []
    for incident in recent:
        end = incident.resolved_at or clock.now()
        for cost in budget_cost([slo.system_id], began_at(incident), end):
            if cost.slo.pk == slo.pk and cost.fraction:
                costs.append((cost.fraction, incident))
    return max(costs, key=lambda pair: pair[0])[1] if costs else None
