"""Follow-ups for the search over everything, through what the reader may see. No rules."""

from __future__ import annotations

from django.db.models import Q
from django.urls import reverse

from accounts.models import User
from core.search import Hit, Provider, Query
from postmortems.actions.filters import parse_ref
from postmortems.actions.lifecycle import OPEN
from postmortems.models import Action


def search_actions(user: User, query: Query, limit: int) -> list[Hit]:
    """By reference, and by words of title and detail; what is still owed first."""
    wanted = parse_ref(query.text) if query.text.lower().startswith("act-") else None
    words = Q(search=query.words)
    found = (
        Action.objects.visible_to(user)
        .filter(words | Q(pk=wanted) if wanted else words)
        .annotate(is_named=Q(pk=wanted or 0), is_owed=Q(status__in=OPEN))
        .only("title", "status", "created_at")
        .order_by("-is_named", "-is_owed", "-created_at", "-id")
    )
    return [_hit(action, wanted) for action in found[:limit]]


def _hit(action: Action, wanted: int | None) -> Hit:
    return Hit(
        kind="action",
        title=action.title,
        url=reverse("actions:detail", args=[action.ref]),
        ref=action.ref,
        detail=action.get_status_display(),
        at=action.created_at,
        exact=action.pk == wanted,
    )


PROVIDER = Provider(
    "actions",
    "Actions",
    search_actions,
    list_name="actions:list",
    list_filters=(("status", "all"),),
)
