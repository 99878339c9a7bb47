"""Follow-ups for the tests of this room, made through the services."""

from __future__ import annotations

from typing import Any

from accounts.models import User
from incidents import services as incident_services
from incidents.models import Incident, IncidentCause
from postmortems.actions import services
from postmortems.models import Action
from tests.cast import actor_of
from tests.incidents.cast import make_incident


def make_action(by: User, incident: Incident | None = None, **more: Any) -> Action:
    wanted = {"title": "Watch the input", "type": "prevent"}
    return services.create_action(
        incident=incident or make_incident(by=by), actor=actor_of(by), **{**wanted, **more}
    )


def attach(incident: Incident, slug: str, by: User, **more: Any) -> IncidentCause:
    wanted = {"role": "contributing", "confidence": "confirmed"}
    return incident_services.attach_cause(
        incident_id=incident.pk, cause=slug, actor=actor_of(by), **{**wanted, **more}
    )


def move_action(action: Action, to: str, by: User, **more: Any) -> Action:
    return services.transition_action(action_id=action.pk, to=to, actor=actor_of(by), **more)
