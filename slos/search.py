"""Objectives for the search over everything, through what the reader may see. No rules."""

from __future__ import annotations

from django.db.models import Q
from django.urls import reverse

from accounts.models import User
from core.search import Hit, Provider, Query
from slos.models import Slo
from slos.models.state import State


def search_slos(user: User, query: Query, limit: int) -> list[Hit]:
    """By slug, and by any part of name and description. The one that is named stands first."""
    text = query.text
    slug = text.lower()
    found = (
        Slo.objects.visible_to(user)
        .filter(Q(slug__startswith=slug) | Q(name__icontains=text) | Q(description__icontains=text))
        .annotate(is_named=Q(slug=slug))
        .select_related("system", "budget")
        .defer("system__search")
        .order_by("-is_named", "name", "id")
    )
    return [_hit(slo, slug) for slo in found[:limit]]


def _hit(slo: Slo, slug: str) -> Hit:
    budget = getattr(slo, "budget", None)
    state = State(budget.state if budget else State.NO_DATA)
    return Hit(
        kind="slo",
        title=slo.name,
        url=reverse("slos:detail", args=[slo.slug]),
        ref=slo.slug,
        detail=f"{slo.system.name}, budget: {state.label.lower()}",
        exact=slo.slug == slug,
    )


PROVIDER = Provider("slos", "SLOs", search_slos, list_name="slos:list")
