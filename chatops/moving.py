"""Moving an incident to another status, for the commands that do."""

from __future__ import annotations

from chatops.calling import Call
from chatops.grammar import Command
from core import clock
from core.durations import age_words
from core.errors import Conflict
from incidents import services
from incidents.lifecycle import INCIDENT
from incidents.models import Incident, IncidentEvent


def move(call: Call, command: Command) -> str:
    """By its lifecycle table. Whoever comes second is told who was first, and when."""
    incident = call.incident
    _check_direction(incident, command, call)
    try:
        moved = services.transition_incident(
            incident_id=incident.pk,
            to=command.to,
            actor=call.actor,
            note=call.words.get("note", ""),
            # What was checked here has to be still true under the lock.
            expected_version=incident.version if command.to == "acknowledged" else None,
        )
    except Conflict as error:
        incident.refresh_from_db()
        if incident.status == command.to and command.name != "reopen":
            raise Conflict(already(incident)) from error
        raise
    return f"{incident.ref} is {INCIDENT.label(moved.status).lower()}."


def _check_direction(incident: Incident, command: Command, call: Call) -> None:
    """Acknowledging and reopening lead to one status, from opposite sides."""
    label = INCIDENT.label(incident.status).lower()
    sign = call.dialect.sign
    if command.name == "ack" and incident.status not in ("open", "acknowledged"):
        raise Conflict(
            f"{incident.ref} is {label} already. Write {sign}reopen and why to reopen it."
        )
    if command.name == "reopen" and incident.status in ("open", "acknowledged"):
        raise Conflict(f"{incident.ref} is {label}, there is nothing to reopen.")


def already(incident: Incident) -> str:
    """ "INC-42 is already acknowledged by Ana, 12 s ago."."""
    label = INCIDENT.label(incident.status).lower()
    last = last_status(incident)
    if last is None:
        return f"{incident.ref} is already {label}."
    age = age_words(last.recorded_at, at=clock.now())
    return f"{incident.ref} is already {label} by {last.actor_label}, {age}."


def last_status(incident: Incident) -> IncidentEvent | None:
    return incident.events.filter(kind="status").order_by("-recorded_at", "-id").first()
