"""Evidence holds: placing and lifting them, and asking whether one is there before anything that
shows what happened is thrown away."""

from __future__ import annotations

from django.db import transaction

from accounts.audit import record
from accounts.models import Role, User
from accounts.permissions import require_role
from core import clock
from core.actor import Actor
from core.errors import Conflict, Invalid
from incidents.models import Incident
from incidents.services.rows import lock_incident
from incidents.timeline import add_event
from postmortems.models import EvidenceHold

MAX_WORDS = 4_000


def place_hold(*, incident_id: int, actor: Actor, reason: str, covers: str = "") -> EvidenceHold:
    """Hold the evidence of an incident; where it is held already, that hold stays."""
    if not reason.strip() or len(reason) > MAX_WORDS or len(covers) > MAX_WORDS:
        raise Invalid(
            "Nothing is held.", errors={"reason": ["Say why, in up to 4,000 characters."]}
        )
    with transaction.atomic():
        incident = lock_incident(incident_id)
        known = held_for(incident)
        if known is not None:
            return known
        hold = EvidenceHold.objects.create(
            incident=incident,
            reason=reason.strip(),
            covers=covers.strip(),
            placed_by_id=actor.user_id,
            placed_label=actor.label[:200],
            placed_at=clock.now(),
        )
        _tell(incident, actor, f"Evidence is held: {hold.reason}", "hold.place")
    return hold


def lift_hold(*, incident_id: int, by: User, actor: Actor, reason: str) -> EvidenceHold:
    """By a manager, with the reason, and not while a clock runs."""
    require_role(by, Role.MANAGER)
    if not reason.strip() or len(reason) > MAX_WORDS:
        raise Invalid("The hold stays.", errors={"reason": ["Say why it may be lifted."]})
    with transaction.atomic():
        incident = lock_incident(incident_id)
        hold = held_for(incident)
        if hold is None:
            raise Conflict(f"Nothing is held of {incident.ref}.")
        if incident.clocks.filter(state="running").exists():
            raise Conflict("A regulatory clock runs. Report or decide first, then lift the hold.")
        hold.lifted_at, hold.lifted_by = clock.now(), by
        hold.lifted_reason = reason.strip()
        hold.save(update_fields=["lifted_at", "lifted_by", "lifted_reason"])
        _tell(incident, actor, f"The evidence hold was lifted: {hold.lifted_reason}", "hold.lift")
    return hold


def held_for(incident: Incident) -> EvidenceHold | None:
    return EvidenceHold.objects.filter(incident=incident, lifted_at=None).first()


def why_held(incident: Incident) -> str:
    """For the room below: why the evidence of an incident must stay, or ""."""
    hold = held_for(incident)
    return hold.reason if hold else ""


def held_ids() -> set[int]:
    """Incidents whose evidence is held."""
    return set(EvidenceHold.objects.filter(lifted_at=None).values_list("incident", flat=True))


def _tell(incident: Incident, actor: Actor, text: str, action: str) -> None:
    add_event(incident=incident, kind="times", text=text, actor=actor)
    record(actor=actor, action=action, target_kind="incident", target_ref=incident.ref, said=text)
