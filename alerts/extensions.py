"""Where rooms above add to how alerts are listed. Filled by wiring only."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet

from accounts.models import User
from core.registry import Registry

AlertFilter = Callable[[QuerySet[Any], str, User], QuerySet[Any]]
"""Takes the alerts, the value of a filter and the reader; answers those that the filter leaves.
What the reader may not see must look like what does not exist."""

incident_filter: Registry[AlertFilter] = Registry("incident filter")
"""`?incident=INC-42`. Without an entry the filter leaves nothing."""


def filter_by_incident(alerts: QuerySet[Any], ref: str, user: User) -> QuerySet[Any]:
    known = list(incident_filter)
    if not known:
        return alerts.none()
    for narrow in known:
        alerts = narrow(alerts, ref, user)
    return alerts
