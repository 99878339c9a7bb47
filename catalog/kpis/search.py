"""KPIs for the search over everything, through the systems that the reader may see. No rules."""

from __future__ import annotations

from django.db.models import Q
from django.urls import reverse

from accounts.models import User
from catalog.kpis.models import Kpi
from catalog.models import System
from core.search import Hit, Provider, Query


def search_kpis(user: User, query: Query, limit: int) -> list[Hit]:
    """By slug, and by any part of the name. The one that is named stands first; retired ones are
    not found, as they stand on no page."""
    text = query.text
    slug = text.lower()
    found = (
        Kpi.objects.filter(retired=False, system__in=System.objects.visible_to(user))
        .filter(Q(slug__startswith=slug) | Q(name__icontains=text))
        .annotate(is_named=Q(slug=slug))
        .select_related("system")
        .defer("system__search")
        .order_by("-is_named", "name", "id")
    )
    return [_hit(kpi, slug) for kpi in found[:limit]]


def _hit(kpi: Kpi, slug: str) -> Hit:
    unit = f", in {kpi.unit}" if kpi.unit else ""
    return Hit(
        kind="kpi",
        title=kpi.name,
        url=reverse("catalog:system-timeline", args=[kpi.system.slug]),
        ref=kpi.slug,
        detail=f"Business KPI of {kpi.system.name}{unit}",
        exact=kpi.slug == slug,
    )


PROVIDER = Provider("kpis", "Business KPIs", search_kpis)
