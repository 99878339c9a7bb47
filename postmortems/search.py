"""Documents for the search over everything, through what the reader may see. No rules."""

from __future__ import annotations

from django.db.models import F, Q
from django.urls import reverse

from accounts.models import User
from core.search import Hit, Provider, Query
from postmortems.models import Postmortem, Section
from postmortems.selectors import parse_ref


def search_postmortems(user: User, query: Query, limit: int) -> list[Hit]:
    """By reference, words of the title, and words of the text. The one that is named stands
    first, then the newest."""
    wanted = parse_ref(query.text)
    words = query.words
    found = Q(search=words) | Q(pk__in=Section.objects.filter(search=words).values("postmortem"))
    if wanted:
        found |= Q(pk=wanted)
    rows = (
        Postmortem.objects.visible_to(user)
        .active()
        .filter(found)
        .annotate(is_named=Q(pk=wanted or 0), severity=F("incident__severity"))
        .only("title", "status", "created_at", "published_at")
        .order_by("-is_named", "-created_at", "-id")
    )
    return [_hit(row, wanted) for row in rows[:limit]]


def _hit(row: Postmortem, wanted: int | None) -> Hit:
    return Hit(
        kind="postmortem",
        title=row.title,
        url=reverse("postmortems:detail", args=[row.ref]),
        ref=row.ref,
        detail=row.get_status_display(),
        severity=getattr(row, "severity", ""),
        at=row.published_at or row.created_at,
        exact=row.pk == wanted,
    )


PROVIDER = Provider(
    "postmortems",
    "Postmortems",
    search_postmortems,
    list_name="postmortems:list",
    list_filters=(("status", "all"),),
)
