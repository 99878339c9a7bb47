"""How far an incident goes: who depends on what failed, and what is open upstream. Reads only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet

from accounts.models import User
from alerts.models import Alert
from catalog.models import System
from catalog.selectors import Neighbour, Reach, dependents_of, neighbours, reach_of, upstream_of
from incidents.lifecycle import ACTIVE
from incidents.models import Incident


@dataclass(frozen=True, slots=True)
class Upstream:
    """Something it depends on that is in trouble as well; the cause may lie there."""

    system: System
    distance: int
    incidents: int
    alerts: int


@dataclass(frozen=True, slots=True)
class IncidentReach:
    """`from_slug` is the most critical of its systems, to look from."""

    from_slug: str
    reach: Reach
    dependents: tuple[Neighbour, ...]
    upstream: tuple[Upstream, ...]


def reach_of_incident(user: User, incident: Incident) -> IncidentReach | None:
    """None when nothing stands around its systems. Six queries at most."""
    systems = list(incident.systems.order_by("tier", "name").values_list("pk", "slug"))
    if not systems:
        return None
    own = [key for key, _ in systems]
    dependents = neighbours(user, dependents_of(own))
    upstream = _in_trouble(user, incident, upstream_of(own))
    if not dependents and not upstream:
        return None
    return IncidentReach(systems[0][1], reach_of(dependents), dependents, upstream)


def _in_trouble(user: User, incident: Incident, distances: dict[int, int]) -> tuple[Upstream, ...]:
    """What is upstream and has an incident of its own or firing alerts, the nearest first."""
    if not distances:
        return ()
    others = Incident.objects.visible_to(user).filter(status__in=ACTIVE).exclude(pk=incident.pk)
    incidents = _counts(others.filter(systems__in=list(distances)), "systems")
    firing = Alert.objects.visible_to(user).filter(status=Alert.Status.FIRING)
    firing = firing.exclude(incident_link__incident=incident)
    alerts = _counts(firing.filter(system__in=list(distances)), "system")
    loud = {key: steps for key, steps in distances.items() if key in incidents or key in alerts}
    return tuple(
        Upstream(
            one.system, one.distance, incidents.get(one.system.pk, 0), alerts.get(one.system.pk, 0)
        )
        for one in (neighbours(user, loud) if loud else ())
    )


def _counts(rows: QuerySet[Any], field: str) -> dict[int, int]:
    return dict(rows.order_by().values_list(field).annotate(Count("pk", distinct=True)))
