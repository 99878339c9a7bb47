"""Finding documents."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Count, F, OuterRef, Prefetch, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest

from accounts.models import User
from catalog.models import System
from core.errors import NotFound
from core.pages import Page, paginate
from postmortems.filters import REF, PostmortemFilter
from postmortems.models import Comment, Postmortem, Review

LIST_ORDER = ("-created_at", "-id")
LIST_SIZE = 50


def parse_ref(ref: str) -> int | None:
    """42 of `PM-42`, `pm-42` or `42`; None for anything else."""
    found = REF.fullmatch(ref.strip())
    return int(found.group(1)) if found else None


def visible_postmortems(user: User) -> QuerySet[Postmortem]:
    rows = Postmortem.objects.visible_to(user).defer("search", "incident__search")
    return rows.select_related("incident", "owner")


def postmortem_for(user: User, ref: str) -> Postmortem:
    """Raises `NotFound`, with the same words for what is not there and what may not be seen."""
    pk = parse_ref(ref)
    found = (
        visible_postmortems(user)
        .select_related("template_version__template", "published_by")
        .filter(pk=pk)
        .first()
        if pk
        else None
    )
    if found is None:
        raise NotFound(f"There is no postmortem {ref[:40]}, or you may not see it.")
    return found


def postmortem_rows(user: User) -> QuerySet[Postmortem]:
    """With their systems, reviews and the number of open comments: three queries."""
    comments = Comment.objects.filter(
        section__postmortem=OuterRef("pk"), resolved_at__isnull=True
    ).order_by()
    number = comments.values("section__postmortem").annotate(n=Count("pk")).values("n")
    return (
        visible_postmortems(user)
        .annotate(open_comments=Coalesce(Subquery(number), 0))
        .prefetch_related(
            Prefetch(
                "incident__systems", System.objects.only("slug", "name").order_by("tier", "name")
            ),
            Prefetch("reviews", Review.objects.select_related("user")),
        )
    )


def postmortem_filter(
    request: HttpRequest, asked: Mapping[str, Any], user: User
) -> PostmortemFilter:
    return PostmortemFilter(asked, queryset=postmortem_rows(user), request=request)


def postmortem_list(found: PostmortemFilter, *, cursor: str | None = None) -> Page[Postmortem]:
    """One page, newest first. What no filter can read leads to nothing, never to everything."""
    rows: QuerySet[Postmortem] = found.qs if found.is_valid() else Postmortem.objects.none()
    return paginate(rows, order=LIST_ORDER, cursor=cursor, size=LIST_SIZE)


def of_incident(user: User, incident_id: int) -> Postmortem | None:
    """The document of an incident that is not set aside, else the last one that is."""
    rows = postmortem_rows(user).filter(incident=incident_id)
    return rows.order_by(F("set_aside_at").desc(nulls_first=True), "-pk").first()
