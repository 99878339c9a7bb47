"""What incidents do when they hear alerts. Each handler may be called twice."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet
from django.db.models.functions import Now

from alerts.events import AlertsAcknowledged, AlertsFiring, AlertsResolved, ReceiptSetAside
from alerts.models import Alert, Receipt, Route, Source
from alerts.storm.rules import PREFIX as STORM
from alerts.trace import add_steps
from catalog.models import System
from core.actor import Actor, Via
from core.errors import Conflict
from core.inserts import insert_once
from core.lots import together
from incidents import services
from incidents.hushing import hush, page_on
from incidents.lifecycle import ACTIVE
from incidents.models import Incident, IncidentAlert, IncidentSystem
from incidents.shadow import leave_shadow
from incidents.timeline import add_event
from oncall.stepping import take_first_steps

MAX_TOLD = 20
"""Alerts that one event names on the timeline one by one; more become a number."""


def on_alerts_firing(event: AlertsFiring) -> None:
    take_firing([event])


def take_firing(events: Sequence[AlertsFiring]) -> None:
    """Open an incident for each group of alerts, or have them join its active one, and take the
    first step of what begins to page: all in the caller's transaction."""
    with together():
        touched = _open_or_join(events)
    take_first_steps([incident.subject_key for incident in touched])


def _open_or_join(events: Sequence[AlertsFiring]) -> list[Incident]:
    """What is there is locked first, as everybody locks incidents; what is not is opened by group
    key, so that two who take the same groups wait for each other in one order."""
    members = _members(events)
    known = {incident.grouping_key: incident for incident in _locked(members)}
    touched = []
    for group_key in sorted(members):
        alerts, incident = members[group_key], known.get(group_key)
        if incident is None:
            try:
                touched.append(_open(alerts, group_key))
                continue
            except services.AlreadyOpen:
                # Another worker opened it between our look and our insert: join that one. When
                # it has ended again since, this is heard anew.
                incident = _locked([group_key]).get()
        touched.append(_join(incident, alerts))
    return touched


def _locked(group_keys: Collection[str]) -> QuerySet[Incident]:
    """The active incidents of these groups. One that ends while its lock is waited for is none."""
    active = Incident.objects.active().filter(grouping_key__in=group_keys)
    return active.select_for_update(of=("self",)).order_by("pk")


@dataclass(frozen=True, slots=True)
class _Member:
    """What opening or joining asks of an alert that fires."""

    pk: UUID
    title: str
    description: str
    severity: str
    drill: bool
    started_at: datetime
    first_seen_at: datetime
    source: Source
    system: System | None
    route: Route | None
    linked: bool
    """It is in an incident already, such as one that was raised."""
    incident_active: bool | None
    """Whether that incident is; it may have ended while the alert was silenced."""

    @property
    def actor(self) -> Actor:
        return Actor(label=self.source.name, via=Via.ALERT)


# A storm has thousands of alerts of a few sources, systems and routes: those are read once, and of
# the alerts only what is asked.
_MEMBERS = """
    SELECT a.id, a.title, left(coalesce(a.annotations->>'description', ''), 4000), a.severity,
           a.drill, a.started_at, a.first_seen_at, a.source_id, a.system_id, a.route_id,
           link.id IS NOT NULL, i.status = ANY(%s)
      FROM alerts_alert a
      LEFT JOIN incidents_incidentalert link ON link.alert_id = a.id
      LEFT JOIN incidents_incident i ON i.id = link.incident_id
     WHERE a.id = ANY(%s::uuid[]) AND a.status = 'firing'
     ORDER BY a.severity, a.first_seen_at"""


def _members(events: Sequence[AlertsFiring]) -> dict[str, list[_Member]]:
    """The alerts of each group that still fire, worst first."""
    groups = {UUID(pk): event.group_key for event in events for pk in event.alert_ids}
    with connection.cursor() as cursor:
        cursor.execute(_MEMBERS, [list(ACTIVE), list(groups)])
        rows = cursor.fetchall()
    sources = Source.objects.in_bulk({row[7] for row in rows})
    systems = System.objects.in_bulk({row[8] for row in rows if row[8]})
    routes = Route.objects.select_related("escalation_policy").in_bulk(
        {row[9] for row in rows if row[9]}
    )
    members: dict[str, list[_Member]] = {}
    for *facts, source_id, system_id, route_id, linked, active in rows:
        related = sources[source_id], systems.get(system_id), routes.get(route_id)
        values: Any = (*facts, *related, linked, active)
        member = _Member(*values)
        members.setdefault(groups[member.pk], []).append(member)
    return members


def _open(alerts: Sequence[_Member], group_key: str) -> Incident:
    first = alerts[0]
    route = first.route
    incident = services.open_incident(
        title=first.title,
        severity=first.severity,
        actor=first.actor,
        systems=list({alert.system.pk: alert.system for alert in alerts if alert.system}.values()),
        summary=first.description,
        drill=all(alert.drill for alert in alerts),
        grouping_key=group_key,
        onset_at=min(alert.started_at for alert in alerts),
        detected_at=min(alert.first_seen_at for alert in alerts),
        policy=route.escalation_policy if route else None,
        cause_hint=route.cause_hint if route else "",
        sources={alert.source.slug for alert in alerts},
    )
    _link(incident, alerts, opened=True)
    return incident


def _join(incident: Incident, alerts: Sequence[_Member]) -> Incident:
    fresh = [alert for alert in alerts if not (alert.linked and alert.incident_active)]
    _link(incident, fresh, opened=False)
    known = set(incident.systems.values_list("pk", flat=True))
    IncidentSystem.objects.bulk_create(
        [
            IncidentSystem(incident=incident, system_id=pk)
            for pk in {alert.system.pk for alert in fresh if alert.system} - known
        ],
        ignore_conflicts=True,
    )
    if fresh:
        leave_shadow(incident, fresh[0].actor)
    page_on(incident, alerts[0].actor)
    worst = min(alert.severity for alert in alerts)
    if worst < incident.severity:
        services.change_severity(
            incident_id=incident.pk,
            severity=worst,
            actor=alerts[0].actor,
            reason="an alert of this severity joined",
        )
    return incident


def _link(incident: Incident, alerts: Sequence[_Member], *, opened: bool) -> None:
    if not alerts:
        return
    new = [alert.pk for alert in alerts if not alert.linked]
    insert_once(*(IncidentAlert(incident_id=incident.pk, alert_id=pk) for pk in new))
    if known := [alert.pk for alert in alerts if alert.linked]:
        # Asked again: their incident may have ended since they were read.
        links = IncidentAlert.objects.filter(alert_id__in=known)
        links.exclude(incident__status__in=ACTIVE).update(incident=incident, joined_at=Now())
    verb = "opened" if opened else "joined"
    for alert in alerts[: _told_of(incident)]:
        add_event(
            incident=incident,
            kind="alert",
            actor=alert.actor,
            occurred_at=alert.started_at,
            once=f"alert:{alert.pk}:firing",
            text=f"Firing: {alert.title}",
            alert=str(alert.pk),
            severity=alert.severity,
        )
    if len(alerts) > MAX_TOLD and _told_of(incident):
        add_event(
            incident=incident,
            kind="alert",
            actor=alerts[0].actor,
            text=f"{len(alerts) - MAX_TOLD} more alerts {verb} it.",
        )
    # The number is not in the text: who may not see the incident must not read it there.
    told = [alert.pk for alert in alerts]
    add_steps(told, "incident", f"It {verb} an incident.", incident=incident.pk)


def _told_of(incident: Incident) -> int:
    """How many alerts of an event its timeline names: a storm's are told by the minute."""
    return 0 if (incident.grouping_key or "").startswith(STORM) else MAX_TOLD


def on_alerts_resolved(event: AlertsResolved) -> None:
    """Say so on the timelines; resolve an incident whose last alert this was, if it may."""
    alerts = Alert.objects.filter(pk__in=event.alert_ids).select_related("source", "incident_link")
    touched: dict[int, list[Alert]] = {}
    for alert in alerts:
        link = getattr(alert, "incident_link", None)
        if link is not None:
            touched.setdefault(link.incident_id, []).append(alert)
    for incident in services.lock_incidents(touched):
        members = touched[incident.pk]
        for alert in members[: _told_of(incident)]:
            add_event(
                incident=incident,
                kind="alert",
                actor=_alert_actor(alert),
                occurred_at=alert.resolved_at,
                once=f"alert:{alert.pk}:resolved",
                text=f"Resolved: {alert.title}",
                alert=str(alert.pk),
            )
        _auto_resolve(incident, members)


def _auto_resolve(incident: Incident, members: Sequence[Alert]) -> None:
    still = IncidentAlert.objects.filter(incident=incident, alert__status__in=Alert.OPEN).exists()
    if still:
        hush(incident)
    elif incident.status in ACTIVE and incident.auto_resolve:
        services.transition_incident(
            incident_id=incident.pk,
            to="resolved",
            actor=_alert_actor(members[0]),
            note="All of its alerts are resolved.",
        )


def on_alerts_acknowledged(event: AlertsAcknowledged) -> None:
    """Somebody acknowledged at the sender: the incident is acknowledged here too."""
    links = IncidentAlert.objects.filter(
        alert_id__in=[UUID(pk) for pk in event.alert_ids], incident__status="open"
    ).select_related("alert__source", "incident")
    found = {link.incident_id: link.alert for link in links}
    for incident_id, alert in sorted(found.items(), key=itemgetter(0)):
        try:
            services.transition_incident(
                incident_id=incident_id,
                to="acknowledged",
                actor=_alert_actor(alert),
                note="Acknowledged at the sender.",
            )
        except Conflict:
            # Somebody was faster here.
            continue


def on_receipt_set_aside(event: ReceiptSetAside) -> None:
    """What cannot be read still reaches a person: one incident a source until it is resolved."""
    receipt = Receipt.objects.select_related("source__system").filter(pk=event.receipt_id).first()
    if receipt is None:
        return
    source = receipt.source
    key = f"unreadable:{source.pk}"
    actor = Actor(label=source.name, via=Via.ALERT)
    text = f"A delivery of {source.name} could not be read: {event.reason}"
    incident = Incident.objects.active().filter(grouping_key=key).first()
    if incident is None:
        try:
            incident = services.open_incident(
                title=f"{source.name} sends alerts that cannot be read",
                severity="sev3",
                actor=actor,
                systems=[source.system] if source.system else [],
                summary=f"{text}\n\nThe delivery is kept. Read it on the page of the source, "
                "mend the sender or the mapping, and replay it.",
                grouping_key=key,
                detected_at=receipt.received_at,
                sources={source.slug},
            )
        except services.AlreadyOpen:
            incident = Incident.objects.active().get(grouping_key=key)
    add_event(
        incident=incident,
        kind="alert",
        actor=actor,
        occurred_at=receipt.received_at,
        once=f"receipt:{receipt.pk}",
        text=text,
        receipt=str(receipt.pk),
        source=source.slug,
    )


def _alert_actor(alert: Alert) -> Actor:
    return Actor(label=alert.source.name, via=Via.ALERT)
