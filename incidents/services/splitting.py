"""Parting two degradations that looked like one."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db import transaction

from accounts.audit import record
from core.actor import Actor
from core.errors import Conflict, Invalid
from incidents.evidence.carrying import carry_samples
from incidents.extensions import check_not_held
from incidents.lifecycle import ACTIVE
from incidents.models import Incident, IncidentAlert
from incidents.services.rows import add_member, lock_incident, tell_change
from incidents.services.status import open_incident
from incidents.timeline import add_event


def split_incident(
    *,
    incident_id: int,
    title: str,
    severity: str,
    actor: Actor,
    alerts: Collection[UUID] = (),
    causes: Collection[int] = (),
    samples: Collection[int] = (),
    systems: Collection[int] = (),
) -> Incident:
    """Open an incident of its own for some of the alerts, causes (ids), samples (numbers) and
    systems (ids) of an active one; its people come along. What is not named stays. Further alerts
    of the same group join the old one. Answers the new one. Raises `Conflict` where what would go
    over is held."""
    with transaction.atomic():
        old = lock_incident(incident_id)
        if old.status not in ACTIVE:
            raise Conflict(f"{old.ref} is {old.status} and cannot be split any more.")
        links = IncidentAlert.objects.filter(incident=old, alert__in=list(alerts))
        named = old.causes.filter(pk__in=list(causes))
        shown = old.samples.filter(number__in=list(samples))
        about = list(old.systems.filter(pk__in=list(systems)))
        if not (links.exists() or named.exists() or shown.exists()):
            errors = {"alerts": ["Choose what belongs to the other one."]}
            raise Invalid("Nothing was split off.", errors=errors)
        if links.exists() or shown.exists():
            check_not_held(old, "What would go over")
        new = open_incident(
            title=title,
            severity=severity,
            actor=actor,
            systems=about or list(old.systems.all()),
            private=old.private,
            drill=old.drill,
            onset_at=old.onset_at,
            detected_at=old.detected_at,
            page=False,
        )
        for member in old.members.all():
            add_member(incident=new, user_id=member.user_id, because=f"Came from {old.ref}.")
        links.update(incident=new)
        named.update(incident=new)
        carry_samples(shown, new)
        _tell(old, new, title, actor)
    return new


def _tell(old: Incident, new: Incident, title: str, actor: Actor) -> None:
    add_event(incident=old, kind="merge", actor=actor, text=f"{new.ref} was split off: {title}")
    add_event(incident=new, kind="merge", actor=actor, text=f"Split off from {old.ref}.")
    record(
        actor=actor,
        action="incident.split",
        target_kind="incident",
        target_ref=old.ref,
        into=new.ref,
    )
    for incident in (old, new):
        tell_change(incident, actor)
