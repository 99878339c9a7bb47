"""What the slos room adds to the catalog's pages: a block, and a fact in each row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Count
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString

from accounts.models import User
from catalog.models import System
from catalog.panels import Fact, Panel
from slos.models import Slo
from slos.models.state import State
from slos.selectors.lists import slo_rows
from slos.selectors.page import sentence

SHOWN = 10


def _render(system: System, user: User, request: HttpRequest) -> SafeString | str:
    found = list(slo_rows(user).filter(system=system)[: SHOWN + 1])
    rows = [(slo, getattr(slo, "budget", None)) for slo in found[:SHOWN]]
    context = {
        "rows": [(slo, budget, sentence(slo, budget)) for slo, budget in rows],
        "more": len(found) > SHOWN,
        "all_url": f"{reverse('slos:list')}?system={system.slug}",
    }
    return render_to_string("slos/system_panel.html", context, request=request)


slos_panel = Panel("slos", "SLOs", _render)


def budgets_by_system(systems: Sequence[System], user: User) -> dict[int, Fact]:
    """How many budgets of each system are spent or at risk; one query for a page of systems."""
    rows = (
        Slo.objects.visible_to(user)
        .filter(
            system__in=systems,
            enabled=True,
            budget__state__in=[State.EXHAUSTED, State.AT_RISK],
        )
        .values("system_id", "system__slug", "budget__state")
        .annotate(count=Count("pk"))
        .order_by("system_id", "-budget__state")
    )
    found: dict[int, Fact] = {}
    for row in rows:  # "exhausted" sorts after "at_risk", so it comes first
        found.setdefault(row["system_id"], _fact(row))
    return found


def _fact(row: Mapping[str, Any]) -> Fact:
    spent = row["budget__state"] == State.EXHAUSTED
    noun = "budget" if row["count"] == 1 else "budgets"
    return Fact(
        text=f"{row['count']} error {noun} {'exhausted' if spent else 'at risk'}",
        url=f"{reverse('slos:list')}?system={row['system__slug']}",
        tone="danger" if spent else "warn",
    )
