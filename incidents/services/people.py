"""Who belongs to an incident: roles, access, paging one more person."""

from __future__ import annotations

from django.db import transaction

from accounts.audit import record
from accounts.models import User
from core import clock
from core.actor import Actor
from core.errors import Conflict, Invalid
from core.live import tick, tick_only
from incidents.cards import card
from incidents.lifecycle import ACTIVE
from incidents.models import Incident, IncidentRole
from incidents.services.rows import add_member, join, lock_incident, save, tell_change
from incidents.timeline import add_event
from oncall import escalations


def assign_role(*, incident_id: int, role: str, user: User | None, actor: Actor) -> Incident:
    """Give a role to somebody, or to nobody. Whoever holds a role belongs to the incident."""
    if role not in IncidentRole.Role.values:
        known = ", ".join(IncidentRole.Role.values)
        raise Invalid("Not a role.", errors={"role": [f"Choose one of: {known}."]})
    if user is not None and not user.can_respond:
        raise Invalid(
            f"{user} may not respond.", errors={"user": ["Choose somebody who may respond."]}
        )
    with transaction.atomic():
        incident = lock_incident(incident_id)
        label = IncidentRole.Role(role).label.lower()
        if user is None:
            IncidentRole.objects.filter(incident=incident, role=role).delete()
            text = f"Nobody is {label} now."
        else:
            IncidentRole.objects.update_or_create(
                incident=incident, role=role, defaults={"user": user, "since": clock.now()}
            )
            add_member(incident=incident, user_id=user.pk, because=f"Is {label}.")
            text = f"{user} is {label}."
        add_event(
            incident=incident,
            kind="role",
            text=text,
            actor=actor,
            role=role,
            user=user.pk if user else None,
        )
        record(
            actor=actor,
            action="incident.role",
            target_kind="incident",
            target_ref=incident.ref,
            role=role,
        )
        tell_change(incident, actor)
    return incident


def set_private(*, incident_id: int, private: bool, actor: Actor) -> Incident:
    """Hide an incident from all but its people, or show it again."""
    with transaction.atomic():
        incident = lock_incident(incident_id)
        if incident.private == private:
            return incident
        incident.private = private
        save(incident, "private")
        tick("incidents")  # it leaves the lists of some, or comes into them
        join(incident, actor, "Made it private.")
        text = "Only its people see this now." if private else "Everyone sees this now."
        add_event(incident=incident, kind="access", text=text, actor=actor)
        tell_change(incident, actor)
        record(
            actor=actor,
            action="incident.private" if private else "incident.public",
            target_kind="incident",
            target_ref=incident.ref,
        )
    return incident


def grant_access(*, incident_id: int, user: User, actor: Actor) -> None:
    """Let somebody into a private incident, with a line that says so."""
    with transaction.atomic():
        incident = lock_incident(incident_id)
        add_member(incident=incident, user_id=user.pk, because=f"Let in by {actor.label}.")
        tick_only("incidents", [user.pk])
        add_event(
            incident=incident,
            kind="access",
            text=f"{actor.label} let {user} in.",
            actor=actor,
        )
        record(
            actor=actor,
            action="incident.grant",
            target_kind="incident",
            target_ref=incident.ref,
            user=user.email,
        )


def page_someone(*, incident_id: int, user: User, actor: Actor, reason: str = "") -> None:
    """Page one more person now, whatever the policy says."""
    with transaction.atomic():
        incident = lock_incident(incident_id)
        if incident.status not in ACTIVE:
            raise Conflict(f"{incident.ref} is {incident.status}; there is nobody to page for it.")
        because = f"{actor.label} asked for you" + (f": {reason.strip()}" if reason else ".")
        add_member(incident=incident, user_id=user.pk, because="Was paged.")
        escalations.page_person(
            subject_key=incident.subject_key,
            card=card(incident),
            user=user,
            because=because[:300],
            actor=actor,
        )
        record(
            actor=actor,
            action="incident.page",
            target_kind="incident",
            target_ref=incident.ref,
            user=user.email,
        )
