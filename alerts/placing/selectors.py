"""Reads of changes that found no system."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from accounts.models import User
from alerts.models import Source, UnplacedChange

SHOWN = 100


@dataclass(frozen=True, slots=True)
class UnplacedName:
    """A sender's name, how many changes wait under it, and the latest of them."""

    about: str
    count: int
    latest: datetime
    example: str


def unplaced_names(source: Source, *, limit: int = SHOWN) -> list[UnplacedName]:
    rows = (
        UnplacedChange.objects.filter(source=source)
        .values("about")
        .annotate(count=Count("id"), latest=Max("occurred_at"), example=Max("summary"))
        .order_by("-latest", "about")[:limit]
    )
    return [UnplacedName(**row) for row in rows]


def unplaced_panel(source: Source, user: User) -> SafeString | str:
    """The block of a source's page, when something waits."""
    names = unplaced_names(source, limit=6) if user.is_active else []
    if not names:
        return ""
    context = {"names": names[:5], "more": len(names) > 5, "source": source}
    return render_to_string("alerts/unplaced_panel.html", context)
