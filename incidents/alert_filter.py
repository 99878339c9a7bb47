"""The alerts room's filter `?incident=INC-42`, answered by the room that knows incidents."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from accounts.models import User
from incidents.selectors import parse_ref, visible_incidents


def alerts_of_incident(alerts: QuerySet[Any], ref: str, user: User) -> QuerySet[Any]:
    """Those that belong to this incident; none where the reader may not see it."""
    pk = parse_ref(ref)
    if pk is None:
        return alerts.none()
    seen = visible_incidents(user).filter(pk=pk).values("pk")
    return alerts.filter(incident_link__incident__in=seen)
