"""Reads of heartbeats."""

from __future__ import annotations

from django.db.models import Case, IntegerField, QuerySet, Value, When

from accounts.models import User
from alerts.heartbeats.models import Heartbeat
from core.errors import NotFound
from core.pages import Page, paginate

ORDER = ("worst", "name", "id")
PAGE_SIZE = 50
API_ORDER = ("name", "id")


def visible_heartbeats(user: User) -> QuerySet[Heartbeat]:
    return (
        Heartbeat.objects.visible_to(user)
        .select_related("source", "system")
        .defer("system__search", "source__options")
    )


def heartbeat_list(user: User, *, cursor: str | None = None) -> Page[Heartbeat]:
    """What is down first, then by name."""
    worst = Case(
        When(state__in=["missed", "failed"], then=Value(0)),
        When(state="watched", then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    rows = visible_heartbeats(user).annotate(worst=worst)
    return paginate(rows, order=ORDER, cursor=cursor, size=PAGE_SIZE)


def heartbeat_for(user: User, slug: str) -> Heartbeat:
    usable = "\x00" not in slug
    row = visible_heartbeats(user).filter(slug=slug).first() if usable else None
    if row is None:
        raise NotFound("There is no such heartbeat.")
    return row
