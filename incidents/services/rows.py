"""What every verb of an incident does around its own change: lock, save, join, tell."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import F

from accounts.models import User
from alerts.models import SEVERITIES
from core import outbox
from core.actor import Actor
from core.errors import Conflict, Invalid, NotFound
from core.ids import new_id
from core.inserts import insert_once
from core.live import tick, tick_only
from incidents.cards import card
from incidents.events import IncidentChanged
from incidents.lifecycle import INCIDENT
from incidents.models import Incident, IncidentMember

TIME_FIELDS = ("onset_at", "detected_at", "acknowledged_at", "mitigated_at", "resolved_at")
MAX_TITLE = 300


def lock_incident(incident_id: int) -> Incident:
    """The row, locked until the transaction ends. Raises `NotFound`."""
    incident = Incident.objects.select_for_update(of=("self",)).filter(pk=incident_id).first()
    if incident is None:
        raise NotFound("There is no such incident.")
    return incident


def lock_incidents(incident_ids: Iterable[int]) -> list[Incident]:
    """Several, in the order of their ids: all who lock more than one do it so, and nobody waits in
    a circle. What is not there is left out."""
    rows = Incident.objects.select_for_update(of=("self",)).filter(pk__in=list(incident_ids))
    return list(rows.order_by("pk"))


def check_new(title: str, severity: str) -> None:
    errors: dict[str, list[str]] = {}
    if not title.strip():
        errors["title"] = ["Say in a few words what is wrong."]
    if severity not in dict(SEVERITIES):
        errors["severity"] = ["Choose sev1, sev2, sev3 or sev4."]
    if errors:
        raise Invalid("The incident was not saved.", errors=errors)


def check_version(incident: Incident, expected: int | None) -> None:
    if expected is not None and incident.version != expected:
        raise Conflict(
            f"{incident.ref} changed while you looked at it. Load it again and decide.",
            allowed=allowed_moves(incident),
        )


def allowed_moves(incident: Incident) -> list[str]:
    return [move.to for move in INCIDENT.moves_from(incident.status)]


def join(incident: Incident, actor: Actor, because: str) -> None:
    if actor.user_id and (user := User.objects.filter(pk=actor.user_id).first()):
        add_member(incident=incident, user_id=user.pk, because=because)


def save(incident: Incident, *extra: Any) -> None:
    fields = ["status", "severity", "version", *TIME_FIELDS, "closed_at", "cancelled_at", *extra]
    incident.version = F("version") + 1  # an expression until it is saved
    incident.save(update_fields=fields)
    incident.refresh_from_db(fields=["version"])


def tell_change(
    incident: Incident, actor: Actor, *, told: dict[str, Any] | None = None, was: str = ""
) -> None:
    """`told` is its card where the caller has made it already; `was` the status before, `new` for
    one that was opened."""
    _tick(incident)
    outbox.publish(
        IncidentChanged(
            incident_id=incident.pk,
            subject_key=incident.subject_key,
            status=incident.status,
            by=actor.label,
            card=told or card(incident),
            was=was,
            key=f"{incident.pk}:{incident.version}:{new_id()}",
        )
    )


def _tick(incident: Incident) -> None:
    """Have open pages look again. That something happened to a private incident is told to its
    people alone."""
    tick(incident.subject_key)
    if incident.private:
        tick_only("incidents", incident.members.values_list("user_id", flat=True))
    else:
        tick("incidents")


def add_member(*, incident: Incident, user_id: int, because: str) -> None:
    """Have somebody belong to an incident; of a private one they see everything from now on."""
    insert_once(IncidentMember(incident=incident, user_id=user_id, because=because[:120]))
