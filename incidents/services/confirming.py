"""Saying that one is still on it, where an acknowledgement counts for a while only."""

from __future__ import annotations

from django.db import transaction

from core.actor import Actor
from core.errors import Conflict
from incidents.models import Incident
from incidents.services.rows import join, lock_incident, tell_change
from incidents.timeline import add_event
from oncall import escalations


@transaction.atomic
def confirm_still_on_it(*, incident_id: int, actor: Actor) -> Incident:
    """The time after which the policy pages again begins anew. `Conflict` where none runs."""
    incident = lock_incident(incident_id)
    if incident.status != "acknowledged" or not escalations.confirm_acknowledged(
        subject_key=incident.subject_key
    ):
        raise Conflict(f"{incident.ref} does not wait for anybody to say that they are on it.")
    add_event(incident=incident, kind="page", actor=actor, text=f"{actor.label} is still on it.")
    join(incident, actor, "Worked on it.")
    tell_change(incident, actor)
    return incident
