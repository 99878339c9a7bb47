"""Incidents for the search over everything, through what the reader may see. No rules."""

from __future__ import annotations

from django.db.models import Q
from django.urls import reverse

from accounts.models import User
from core.search import Hit, Provider, Query
from incidents.lifecycle import ACTIVE
from incidents.models import Incident
from incidents.selectors import parse_ref


def search_incidents(user: User, query: Query, limit: int) -> list[Hit]:
    """By reference, and by words of title and summary. The one that is named stands first, then
    what is active, then the newest."""
    wanted = parse_ref(query.text)
    words = Q(search=query.words)
    found = (
        Incident.objects.visible_to(user)
        .filter(words | Q(pk=wanted) if wanted else words)
        .annotate(is_named=Q(pk=wanted or 0), is_active=Q(status__in=ACTIVE))
        .only("title", "severity", "status", "opened_at", "private", "drill")
        .order_by("-is_named", "-is_active", "-opened_at", "-id")
    )
    return [_hit(incident, wanted) for incident in found[:limit]]


def _hit(incident: Incident, wanted: int | None) -> Hit:
    return Hit(
        kind="incident",
        title=incident.title,
        url=reverse("incidents:detail", args=[incident.ref]),
        ref=incident.ref,
        detail=" · ".join(
            word
            for word, holds in (("Drill", incident.drill), ("Private", incident.private))
            if holds
        ),
        severity=incident.severity,
        status=incident.status,
        at=incident.opened_at,
        exact=incident.pk == wanted,
    )


PROVIDER = Provider(
    "incidents",
    "Incidents",
    search_incidents,
    list_name="incidents:list",
    list_filters=(("status", "all"),),
)
