"""Acknowledging an incident for a page that came in by a door of its own (link, reply, key)."""

from __future__ import annotations

from accounts.models import User
from core.actor import Actor
from core.errors import Conflict, NotFound
from incidents import services
from incidents.models import Incident


def acknowledge_subject(subject_key: str, user: User, actor: Actor) -> str:
    """Says what happened in a sentence; twice does no harm."""
    pk = subject_key.partition(":")[2]
    seen = Incident.objects.visible_to(user)
    incident = seen.filter(pk=int(pk)).first() if pk.isdigit() else None
    if incident is None:
        raise NotFound("There is no such incident, or you may not see it.")
    if incident.status != "open":
        return f"{incident.ref} is {incident.status} already."
    try:
        services.transition_incident(incident_id=incident.pk, to="acknowledged", actor=actor)
    except Conflict as error:
        return error.message
    return f"{incident.ref} is acknowledged. Nobody else is paged about it."
