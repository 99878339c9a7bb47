"""Folding one incident into another."""

from __future__ import annotations

from django.db import transaction

from accounts.audit import record
from alerts import severity as severities
from core import clock
from core.actor import Actor
from core.errors import Conflict, Invalid, NotFound
from incidents.evidence.carrying import carry_evidence_over
from incidents.extensions import check_not_held
from incidents.lifecycle import ACTIVE
from incidents.models import Incident, IncidentAlert, IncidentSystem, IncidentTask
from incidents.services.causes import carry_causes_over
from incidents.services.rows import add_member, lock_incidents, save, tell_change
from incidents.services.status import change_severity
from incidents.timeline import add_event
from oncall import escalations


def merge_incident(*, incident_id: int, into_id: int, actor: Actor) -> Incident:
    """Fold an incident into another: its alerts, people, tasks, causes and evidence go over, it is
    cancelled with a pointer. Answers the one that stays. Evidence that is held stays where it is:
    raises `Conflict`, and the other one may be merged into it."""
    if incident_id == into_id:
        raise Invalid("An incident cannot be merged into itself.", errors={"into": ["Same one."]})
    with transaction.atomic():
        rows = {row.pk: row for row in lock_incidents((incident_id, into_id))}
        if len(rows) < 2:
            raise NotFound("There is no such incident.")
        source, target = rows[incident_id], rows[into_id]
        if target.merged_into_id or target.status not in ACTIVE:
            raise Conflict(f"{target.ref} is {target.status}; merge into an active incident.")
        if source.status not in ACTIVE:
            raise Conflict(f"{source.ref} is {source.status} and cannot be merged any more.")
        check_not_held(source, "What would go over")
        IncidentAlert.objects.filter(incident=source).update(incident=target)
        IncidentTask.objects.filter(incident=source).update(incident=target)
        carry_causes_over(source=source, target=target)
        carry_evidence_over(source=source, target=target)
        for member in source.members.all():
            add_member(incident=target, user_id=member.user_id, because=f"Came with {source.ref}.")
        have = set(target.systems.values_list("pk", flat=True))
        IncidentSystem.objects.bulk_create(
            IncidentSystem(incident=target, system=system)
            for system in source.systems.exclude(pk__in=have)
        )
        source.merged_into, source.status, source.cancelled_at = target, "cancelled", clock.now()
        save(source, "merged_into")
        escalations.stop_escalation(subject_key=source.subject_key, state="ended", by=actor)
        _tell_merge(source, target, actor)
        if severities.worst(source.severity, target.severity) != target.severity:
            change_severity(
                incident_id=target.pk,
                severity=source.severity,
                actor=actor,
                reason=f"{source.ref} was merged into it",
            )
        for incident in (source, target):
            tell_change(incident, actor)
        target.refresh_from_db()
    return target


def _tell_merge(source: Incident, target: Incident, actor: Actor) -> None:
    # Neither number nor title of a private incident may reach those who only see the other one.
    came = "A private incident" if source.private else source.ref
    title = "." if source.private else f": {source.title}"
    went = "a private incident" if target.private else target.ref
    add_event(
        incident=target, kind="merge", text=f"{came} was merged into this{title}", actor=actor
    )
    add_event(incident=source, kind="merge", text=f"Merged into {went}. Go on there.", actor=actor)
    record(
        actor=actor,
        action="incident.merge",
        target_kind="incident",
        target_ref=source.ref,
        into=target.ref,
    )
