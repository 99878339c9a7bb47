"""What documents do when they hear of incidents. Each handler may be called twice."""

from __future__ import annotations

from core.actor import program
from incidents.events import IncidentChanged
from incidents.models import Incident
from postmortems.models import Postmortem
from postmortems.services.drafts import draft_when_resolved, set_aside


def ends_something(event: IncidentChanged) -> bool:
    """Only what ended is worth a draft, or makes one pointless."""
    return event.status in ("resolved", "closed", "cancelled")


def on_incident_changed(event: IncidentChanged) -> None:
    """Draft the document of an incident that was resolved; set the draft of one that turned out
    to be part of another, or nothing at all, aside."""
    incident = Incident.objects.filter(pk=event.incident_id).first()
    if incident is None:
        return
    if incident.merged_into_id:
        _drop(incident, f"{incident.ref} was merged into INC-{incident.merged_into_id}.")
    elif incident.status == "cancelled":
        _drop(incident, f"{incident.ref} was cancelled as a false alarm.")
    else:
        draft_when_resolved(incident.pk)


def _drop(incident: Incident, reason: str) -> None:
    there = Postmortem.objects.active().filter(incident=incident).exclude(status="published")
    for postmortem in there:
        set_aside(postmortem_id=postmortem.pk, reason=reason, actor=program())
