"""Incidents for the tests of this room, made through the services."""

from __future__ import annotations

from typing import Any

from accounts.models import User
from core.actor import Actor, program
from incidents import services
from incidents.models import Incident
from tests.cast import actor_of


def make_incident(title: str = "Answers in the wrong language", **more: Any) -> Incident:
    """An open SEV2 that pages nobody, unless `page=True`."""
    by: User | None = more.pop("by", None)
    actor: Actor = actor_of(by) if by else program("A test")
    wanted = {"title": title, "severity": "sev2", "page": False}
    return services.open_incident(actor=actor, **{**wanted, **more})


def move(incident: Incident, to: str, by: User | None = None, note: str = "") -> Incident:
    actor = actor_of(by) if by else program("A test")
    return services.transition_incident(incident_id=incident.pk, to=to, actor=actor, note=note)
