"""Pages about what stands around systems: dependencies drawn, owners that are missing. No rules."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.permissions import current_user
from catalog import selectors
from catalog.graph import Node, arrange, draw, layers_of
from catalog.models import SystemOwner
from catalog.panels import system_facts
from core.pages import page_urls


@require_safe
def dependencies(request: HttpRequest, slug: str) -> HttpResponse:
    """The systems around one, drawn in layers and listed. Facts of other rooms colour the boxes."""
    user = current_user(request)
    around = selectors.surroundings(user, slug)
    context = {
        "system": around.system,
        "around": around,
        "reach": around.reach,
        "drawing": _drawing(request, around),
    }
    return render(request, "catalog/dependencies.html", context)


def _drawing(request: HttpRequest, around: selectors.Surroundings) -> Any:
    systems = {one.system.pk: one.system for one in (*around.upstream, *around.dependents)}
    if not systems:
        return ""
    systems[around.system.pk] = around.system
    upstream = {one.system.pk: one.distance for one in around.upstream}
    dependents = {one.system.pk: one.distance for one in around.dependents}
    layers = {**layers_of(upstream, dependents), around.system.pk: 0}
    told = [facts(list(systems.values()), current_user(request)) for facts in system_facts]
    nodes = []
    for key, system in systems.items():
        facts = [answer[key] for answer in told if key in answer]
        loud = [fact for fact in facts if fact.tone in ("warn", "danger")]
        nodes.append(
            Node(
                key,
                system.name,
                reverse("catalog:system-dependencies", args=[system.slug]),
                layers[key],
                system.tier,
                "warn" if loud else "",
                ", ".join(fact.text for fact in loud),
            )
        )
    drawing = arrange(nodes, selectors.edges_among(systems))
    return draw(drawing, title=f"Dependencies around {around.system.name}")


@require_safe
def gaps(request: HttpRequest) -> HttpResponse:
    """Systems that lack an owner, the most critical tier first."""
    user = current_user(request)
    asked = {**request.GET.dict(), "gap": request.GET.get("gap") or "any"}
    filters = selectors.system_filter(user, asked)
    page = selectors.systems_page(user, asked, cursor=request.GET.get("cursor"))
    context = {
        "rows": [(system, selectors.owner_slots(system)) for system in page.items],
        "disciplines": SystemOwner.Discipline.labels,
        "form": filters.form,
        "chosen": asked["gap"],
        "pager": page_urls(request, page),
    }
    return render(request, "catalog/gaps.html", context)
