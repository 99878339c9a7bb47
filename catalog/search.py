"""Systems for the search over everything, through what the reader may see. No rules."""

from __future__ import annotations

from django.db.models import Q
from django.urls import reverse

from accounts.models import User
from catalog.models import System, SystemPart
from core.search import Hit, Provider, Query


def search_systems(user: User, query: Query, limit: int) -> list[Hit]:
    """By slug, by words of name, slug and description, by the name or version of a part. The one
    that is named stands first, then the most critical tier; retired ones come last."""
    slug = query.text.lower()
    asked = query.text.strip()
    named = Q(name__iexact=asked) | Q(version__iexact=asked) | Q(served__iexact=asked)
    made_of = SystemPart.objects.filter(named).values("system") if asked else []
    found = (
        System.objects.visible_to(user)
        .filter(Q(search=query.words) | Q(slug__startswith=slug) | Q(pk__in=made_of))
        .annotate(is_named=Q(slug=slug), is_retired=Q(stage=System.Stage.RETIRED))
        .only("slug", "name", "kind", "tier", "stage")
        .order_by("-is_named", "is_retired", "tier", "name", "id")
    )
    return [_hit(system, slug) for system in found[:limit]]


def _hit(system: System, slug: str) -> Hit:
    retired = ", retired" if system.stage == System.Stage.RETIRED else ""
    return Hit(
        kind="system",
        title=system.name,
        url=reverse("catalog:system-detail", args=[system.slug]),
        ref=system.slug,
        detail=f"{system.get_kind_display()}, tier {system.tier}{retired}",
        exact=system.slug == slug,
    )


PROVIDER = Provider("systems", "Systems", search_systems, list_name="catalog:system-list")
