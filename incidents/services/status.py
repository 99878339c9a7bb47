"""Opening incidents and moving them: status, severity, and the paging that follows."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.audit import record
from accounts.models import User
from alerts import severity as severities
from alerts.models import SEVERITIES
from catalog.models import System
from core import clock
from core.actor import Actor
from core.errors import Conflict, Invalid
from core.inserts import insert, insert_new
from core.lifecycle import Move
from incidents.cards import card
from incidents.lifecycle import ACTIVE, INCIDENT
from incidents.models import Incident, IncidentSystem
from incidents.services.rows import (
    MAX_TITLE,
    add_member,
    allowed_moves,
    check_new,
    check_version,
    join,
    lock_incident,
    save,
    tell_change,
)
from incidents.shadow import is_shadowed
from incidents.timeline import add_event
from oncall import escalations
from oncall.models import EscalationPolicy
from oncall.selectors import policy_for_system


class AlreadyOpen(Conflict):
    """Somebody else has opened the incident of these alerts."""


def open_incident(
    *,
    title: str,
    severity: str,
    actor: Actor,
    systems: Sequence[System] = (),
    summary: str = "",
    private: bool = False,
    drill: bool = False,
    grouping_key: str | None = None,
    onset_at: datetime | None = None,
    detected_at: datetime | None = None,
    opened_at: datetime | None = None,
    policy: EscalationPolicy | None = None,
    page: bool = True,
    cause_hint: str = "",
    members: Iterable[User] = (),
    sources: Collection[str] = (),
) -> Incident:
    """Open an incident and, when its severity pages, start paging in the same transaction.
    `policy` defaults to the one of the first system, then to the fallback; `sources` are the slugs
    of those whose alerts it is about. `page=False` is for history. Raises `AlreadyOpen`, with
    nothing written, when another incident is active for the same `grouping_key`."""
    check_new(title, severity)
    now = clock.now()
    with transaction.atomic(savepoint=False):
        incident = Incident(
            title=title.strip()[:MAX_TITLE],
            severity=severity,
            summary=summary,
            private=private,
            drill=drill,
            grouping_key=grouping_key,
            auto_resolve=grouping_key is not None,
            onset_at=onset_at,
            detected_at=detected_at or opened_at or now,
            opened_at=opened_at or now,
            opened_by_id=actor.user_id,
            escalation_policy=policy or _policy_of(systems),
            cause_hint=cause_hint,
        )
        _write(incident, systems)
        told = card(incident, sorted(one.name for one in systems))
        for user in members:
            add_member(incident=incident, user_id=user.pk, because="Was named when it was opened.")
        _tell_opened(incident, actor)
        if page:
            start_paging(incident=incident, actor=actor, told=told, sources=sources)
        tell_change(incident, actor, told=told, was="new")
    return incident


def _write(incident: Incident, systems: Sequence[System]) -> None:
    made = insert_new(incident)
    if not made:
        raise AlreadyOpen("An incident for these alerts is active already.")
    incident.pk = made.pop()
    insert(*(IncidentSystem(incident=incident, system=system) for system in systems))


def _tell_opened(incident: Incident, actor: Actor) -> None:
    join(incident, actor, "Opened it.")
    add_event(
        incident=incident,
        kind="opened",
        actor=actor,
        occurred_at=incident.opened_at,
        text=f"{actor.label} opened {incident.ref} as {incident.severity.upper()}.",
        severity=incident.severity,
    )
    record(actor=actor, action="incident.open", target_kind="incident", target_ref=incident.ref)


def start_paging(
    *,
    incident: Incident,
    actor: Actor,
    told: dict[str, Any] | None = None,
    sources: Collection[str] | None = None,
) -> None:
    """Start the escalation if the severity pages; say on the timeline when it does not. `told` is
    the incident's card where the caller has made it already."""
    if not severities.pages(incident.severity):
        add_event(
            incident=incident,
            kind="page",
            actor=actor,
            text=f"{incident.severity.upper()} pages nobody.",
        )
        return
    escalations.start_escalation(
        subject_key=incident.subject_key,
        card=told or card(incident),
        policy=incident.escalation_policy,
        actor=actor,
        shadow=is_shadowed(incident, sources),
    )


def transition_incident(
    *,
    incident_id: int,
    to: str,
    actor: Actor,
    note: str = "",
    expected_version: int | None = None,
    occurred_at: datetime | None = None,
) -> Incident:
    """Move an incident to another status by its lifecycle table.

    Raises `Conflict` naming the allowed moves, or that somebody was faster when
    `expected_version` is given and no longer true; `Invalid` for a missing note. Acknowledging
    or ending the incident ends its escalation in the same transaction."""
    with transaction.atomic():
        incident = lock_incident(incident_id)
        check_version(incident, expected_version)
        was = incident.status
        if was == to:
            raise Conflict(_already(incident), allowed=allowed_moves(incident))
        given = ("note",) if note.strip() else ()
        move = INCIDENT.check(incident, state=was, to=to, given=given)
        if was not in ACTIVE and to in ACTIVE:
            _check_free(incident)
        at = occurred_at or clock.now()
        _stamp(incident, move, at=at, by_person=actor.user_id is not None)
        save(incident)
        _tell_move(incident, move, was=was, at=at, actor=actor, note=note)
        join(incident, actor, "Worked on it.")
        if was == "open" or to not in ACTIVE:
            escalations.stop_escalation(
                subject_key=incident.subject_key,
                state="acknowledged" if to in ACTIVE else "ended",
                by=actor,
            )
        elif was == "acknowledged":
            escalations.forget_acknowledgement(subject_key=incident.subject_key)
        if to == "open":
            start_paging(incident=incident, actor=actor)
        tell_change(incident, actor, was=was)
    return incident


def _check_free(incident: Incident) -> None:
    """A group of alerts has one active incident: an older one cannot come back beside it."""
    if incident.grouping_key is None:
        return
    other = Incident.objects.active().filter(grouping_key=incident.grouping_key).first()
    if other is not None:
        raise Conflict(
            "A newer incident is active for the same alerts. Go on there.",
            allowed=[name for name in allowed_moves(incident) if name not in ACTIVE],
        )


def _stamp(incident: Incident, move: Move, *, at: datetime, by_person: bool) -> None:
    """The new status and its times. A time that is already known is kept; reopening forgets the
    ones that are not true any more; who mitigates or resolves has also acknowledged."""
    reopened = move.label == "Reopen"
    incident.status = move.to
    for stamp in move.stamps:
        setattr(incident, stamp, getattr(incident, stamp) or at)
    if reopened:
        incident.mitigated_at = incident.resolved_at = None
    elif by_person and move.to in ("mitigated", "resolved"):
        incident.acknowledged_at = incident.acknowledged_at or at


def _tell_move(
    incident: Incident, move: Move, *, was: str, at: datetime, actor: Actor, note: str
) -> None:
    add_event(
        incident=incident,
        kind="status",
        actor=actor,
        occurred_at=at,
        text=_move_text(actor, move.label, INCIDENT.label(move.to), note),
        was=was,
        to=move.to,
        note=note,
    )
    record(
        actor=actor,
        action=f"incident.{move.to}",
        target_kind="incident",
        target_ref=incident.ref,
        was=was,
    )


def change_severity(
    *,
    incident_id: int,
    severity: str,
    actor: Actor,
    reason: str = "",
    once: str | None = None,
    expected_version: int | None = None,
) -> Incident:
    """Set the severity. Rising to one that pages while nobody has acknowledged starts paging.
    `Conflict` when `expected_version` is given and no longer true."""
    if severity not in dict(SEVERITIES):
        raise Invalid("Not a severity.", errors={"severity": ["Choose sev1, sev2, sev3 or sev4."]})
    with transaction.atomic():
        incident = lock_incident(incident_id)
        check_version(incident, expected_version)
        was = incident.severity
        if was == severity:
            return incident
        incident.severity = severity
        save(incident)
        because = f": {reason.strip()}" if reason.strip() else "."
        add_event(
            incident=incident,
            kind="severity",
            actor=actor,
            once=once,
            text=f"{actor.label} changed the severity from {was.upper()} to "
            f"{severity.upper()}{because}",
            was=was,
            to=severity,
        )
        record(
            actor=actor,
            action="incident.severity",
            target_kind="incident",
            target_ref=incident.ref,
            was=was,
            to=severity,
        )
        if incident.status == "open":
            if severities.pages(severity) and not severities.pages(was):
                start_paging(incident=incident, actor=actor)
            else:
                escalations.update_card(subject_key=incident.subject_key, card=card(incident))
        tell_change(incident, actor)
    return incident


def _already(incident: Incident) -> str:
    """ "INC-42 was already acknowledged by Ana." for whoever came second."""
    last = incident.events.filter(kind="status").order_by("-recorded_at", "-id").first()
    by = f" by {last.actor_label}" if last else ""
    return f"{incident.ref} was already {INCIDENT.label(incident.status).lower()}{by}."


def _move_text(actor: Actor, label: str, status: str, note: str) -> str:
    text = f"{actor.label}: {status.lower()}" if label != "Reopen" else f"{actor.label}: reopened"
    return f"{text}. {note.strip()}" if note.strip() else f"{text}."


def _policy_of(systems: Sequence[System]) -> EscalationPolicy | None:
    for system in systems:
        if policy := policy_for_system(system):
            return policy
    return None
