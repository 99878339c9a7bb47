"""What incidents make of a storm of alerts: one incident a team, a line a minute. Each handler may
be called twice."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from alerts.models import Route
from alerts.storm.events import AlertsFolded, StormCounted, StormEnded
from catalog.models import System
from core import clock
from core.actor import Actor, Via
from core.lots import together
from incidents import services
from incidents.models import Incident
from incidents.timeline import add_event

SUMMARY = (
    "The source sends more alerts than anybody can look at. New ones join this incident instead of "
    "opening and paging for one each; none is dropped. Problems that were open before, and the "
    "first SEV1 of each system, still have incidents of their own."
)


def on_alerts_folded(event: AlertsFolded) -> None:
    open_storms([event])


def open_storms(events: Sequence[AlertsFolded]) -> None:
    """Have the incident there that the alerts are about to join."""
    keys = [event.group_key for event in events]
    active = set(
        Incident.objects.active()
        .filter(grouping_key__in=keys)
        .values_list("grouping_key", flat=True)
    )
    with together():
        for event in events:
            if event.group_key not in active:
                _open(event)


def _open(event: AlertsFolded) -> None:
    routes = Route.objects.select_related("escalation_policy")
    route = routes.filter(pk=event.route_id).first() if event.route_id else None
    services.open_incident(
        title=f"Alert storm from {event.source}",
        severity=event.severity,
        actor=Actor(label=event.source, via=Via.ALERT),
        systems=list(System.objects.filter(pk=event.system_id)) if event.system_id else [],
        summary=SUMMARY,
        grouping_key=event.group_key,
        detected_at=clock.now(),
        policy=route.escalation_policy if route else None,
    )


def on_storm_counted(event: StormCounted) -> None:
    """One line for a minute of alerts."""
    incident = Incident.objects.filter(grouping_key=event.group_key).order_by("-pk").first()
    if incident is None:
        return
    noun = "alert" if event.count == 1 else "alerts"
    add_event(
        incident=incident,
        kind="alert",
        actor=Actor(label=event.source, via=Via.ALERT),
        occurred_at=datetime.fromisoformat(event.minute),
        once=f"{event.group_key}:{event.minute}",
        text=f"{event.count:,} new {noun} within a minute.",
    )


def on_storm_ended(event: StormEnded) -> None:
    """Say so; whether the problem is over is for people, and for the alerts' ends, to say."""
    for incident in Incident.objects.filter(grouping_key__in=event.group_keys).order_by("pk"):
        add_event(
            incident=incident,
            kind="alert",
            actor=Actor(label=event.source, via=Via.ALERT),
            once=f"{incident.grouping_key}:over",
            text=f"The storm is over: calm for {event.calm_seconds} seconds. {event.folded:,} "
            "alerts were folded.",
        )
