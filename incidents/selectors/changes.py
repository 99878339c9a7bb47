"""When an incident began, and what changed before it. Reads only."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q

from accounts.models import User
from catalog.models import Change, System, SystemDependency
from catalog.selectors import visible_changes
from incidents.models import Incident

SHOWN_CHANGES = 20
CHANGES_BEFORE = timedelta(hours=24)


def began_at(incident: Incident) -> datetime:
    return incident.onset_at or incident.detected_at or incident.opened_at


def changes_before(user: User, incident: Incident, systems: list[System]) -> list[Change]:
    """What changed in the affected systems and what they directly depend on, in the day before it
    began and until it was noticed. Newest first."""
    ids = [system.pk for system in systems]
    if not ids:
        return []
    began = began_at(incident)
    upstream = SystemDependency.objects.filter(system__in=ids).values("depends_on")
    changes = visible_changes(user).filter(
        Q(system__in=ids) | Q(system__in=upstream),
        occurred_at__gte=began - CHANGES_BEFORE,
        occurred_at__lte=max(began, incident.opened_at),
    )
    return list(changes[:SHOWN_CHANGES])
