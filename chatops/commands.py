"""Carrying out an order on an incident: which service each command calls. No HTTP, no vendor.

The caller has checked that the asker may see the incident and may change it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from accounts.models import User
from chatops.grammar import COMMANDS, Command, Order
from chatops.people import NOBODY, person_meant
from core.actor import Actor
from core.errors import Conflict, Invalid
from incidents import services
from incidents.lifecycle import INCIDENT
from incidents.models import Incident, IncidentRole

Doer = Callable[[Incident, Order, User, Actor], str]


def carry_out(
    *,
    incident: Incident,
    order: Order,
    asker: User,
    actor: Actor,
    occurred_at: datetime | None = None,
) -> str:
    """Do what was ordered; answers the sentence that tells it. Raises what the services raise.
    `occurred_at` is for notes: nothing else is written down for an earlier time."""
    if order.command.name == "note":
        services.add_note(
            incident_id=incident.pk,
            text=order.values["text"],
            actor=actor,
            occurred_at=occurred_at,
        )
        return "The note is on the timeline."
    if occurred_at is not None:
        raise Invalid(f"Only a note has an earlier time, /{order.command.name} is now.")
    return _DOERS[order.command.name](incident, order, asker, actor)


def _move(incident: Incident, order: Order, asker: User, actor: Actor) -> str:
    command = order.command
    _check_direction(incident, command)
    moved = services.transition_incident(
        incident_id=incident.pk,
        to=command.to,
        actor=actor,
        note=order.values["note"],
        # What was checked here has to be still true under the lock.
        expected_version=incident.version if command.to == "acknowledged" else None,
    )
    return f"{incident.ref} is {INCIDENT.label(moved.status).lower()}."


def _check_direction(incident: Incident, command: Command) -> None:
    """Acknowledging and reopening lead to one status, from opposite sides."""
    label = INCIDENT.label(incident.status).lower()
    if command.name == "ack" and incident.status not in ("open", "acknowledged"):
        raise Conflict(f"{incident.ref} is {label} already. Write /reopen and why to reopen it.")
    if command.name == "reopen" and incident.status in ("open", "acknowledged"):
        raise Conflict(f"{incident.ref} is {label}, there is nothing to reopen.")


def _severity(incident: Incident, order: Order, asker: User, actor: Actor) -> str:
    severity = order.values["severity"]
    services.change_severity(
        incident_id=incident.pk, severity=severity, actor=actor, reason=order.values["reason"]
    )
    return f"{incident.ref} is {severity.upper()}."


def _lead(incident: Incident, order: Order, asker: User, actor: Actor) -> str:
    return _assign(incident, IncidentRole.Role.LEAD, order.values["person"], asker, actor)


def _role(incident: Incident, order: Order, asker: User, actor: Actor) -> str:
    return _assign(incident, order.values["role"], order.values["person"], asker, actor)


def _assign(incident: Incident, role: str, person: str, asker: User, actor: Actor) -> str:
    user = None if person.lower() in NOBODY else person_meant(person, asker=asker)
    services.assign_role(incident_id=incident.pk, role=role, user=user, actor=actor)
    label = IncidentRole.Role(role).label.lower()
    return f"{user} is {label}." if user else f"Nobody is {label} now."


def _task(incident: Incident, order: Order, asker: User, actor: Actor) -> str:
    services.add_task(incident_id=incident.pk, title=order.values["text"], actor=actor)
    return "The task is added."


def _page(incident: Incident, order: Order, asker: User, actor: Actor) -> str:
    user = person_meant(order.values["person"], asker=asker)
    services.page_someone(
        incident_id=incident.pk, user=user, actor=actor, reason=order.values["reason"]
    )
    return f"{user} is being paged."


_DOERS: Mapping[str, Doer] = {
    **{command.name: _move for command in COMMANDS if command.to},
    "sev": _severity,
    "lead": _lead,
    "role": _role,
    "task": _task,
    "page": _page,
}
