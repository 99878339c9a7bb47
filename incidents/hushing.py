"""Paging about an incident rests while silences or rules hold back all of its alerts, and goes on
when one fires again that nothing holds back."""

from __future__ import annotations

from uuid import UUID

from alerts import severity as severities
from alerts.events import AlertsHeld
from alerts.models import Alert
from core.actor import Actor, Via
from incidents.models import Incident, IncidentAlert
from incidents.services.rows import lock_incidents
from incidents.services.status import start_paging
from incidents.timeline import add_event
from oncall import escalations
from oncall.selectors import last_escalation, running_escalation

AIRE = Actor(label="AIRE", via=Via.ENGINE)


def on_alerts_held(event: AlertsHeld) -> None:
    """May be called twice: what rests already is left alone."""
    linked = IncidentAlert.objects.filter(
        alert_id__in=[UUID(pk) for pk in event.alert_ids],
        incident__status="open",
        incident__grouping_key__isnull=False,
    )
    for incident in lock_incidents(linked.values_list("incident_id", flat=True)):
        hush(incident)


def hush(incident: Incident) -> None:
    """Have nobody further paged about a locked incident whose alerts are all held back or over.
    One that a person declared pages on: its alerts are not why it is there."""
    if incident.status != "open" or incident.grouping_key is None:
        return
    links = IncidentAlert.objects.filter(incident=incident)
    if links.filter(alert__status=Alert.Status.FIRING).exists():
        return
    if not links.filter(alert__status=Alert.Status.SILENCED).exists():
        return
    if running_escalation(incident.subject_key) is None:
        return
    escalations.stop_escalation(subject_key=incident.subject_key, state="ended", by=AIRE)
    add_event(
        incident=incident,
        kind="page",
        actor=AIRE,
        text="Paging stopped: all of its alerts that still fire are silenced. It goes on when one "
        "fires that nothing holds back.",
    )


def page_on(incident: Incident, actor: Actor) -> None:
    """Start paging anew about a locked incident that was hushed. `actor` is whose alert fires."""
    if incident.status != "open" or not severities.pages(incident.severity):
        return
    last = last_escalation(incident.subject_key)
    if last is None or last.state != last.State.ENDED:
        return
    text = "Paging goes on: an alert fires that nothing holds back."
    add_event(incident=incident, kind="page", actor=actor, text=text)
    start_paging(incident=incident, actor=actor)
