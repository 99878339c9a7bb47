"""What is known about an incident when its document is drafted: a fixed number of bounded reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Count, Min, Q

from accounts.models import User
from alerts.models import Alert
from catalog.models import Change, System, SystemDependency, SystemOwner
from incidents.models import (
    Incident,
    IncidentAlert,
    IncidentCause,
    IncidentEvent,
    IncidentRole,
    IncidentTask,
)
from postmortems.parts import Drafted, contributors
from taxonomy.models import Cause

KEY_KINDS = ("opened", "status", "severity", "note", "update", "merge")
MAX_LINES = 80
MAX_ALERTS = 10
MAX_CHANGES = 20
MAX_TASKS = 30
CHANGES_BEFORE = timedelta(hours=24)
VERSIONS_SINCE = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Facts:
    incident: Incident
    began: datetime
    systems: Sequence[System] = ()
    upstream: Sequence[System] = ()
    owners: Sequence[SystemOwner] = ()
    roles: Sequence[IncidentRole] = ()
    lines: Sequence[IncidentEvent] = ()
    more_lines: int = 0
    alerts: Sequence[Alert] = ()
    alert_count: int = 0
    first_alert_at: datetime | None = None
    changes: Sequence[Change] = ()
    before: Sequence[Change] = ()
    tasks: Sequence[IncidentTask] = ()
    causes: Sequence[IncidentCause] = ()
    hinted: Cause | None = None
    added: Sequence[Drafted] = field(default=())

    @property
    def classes(self) -> list[str]:
        """Of the causes that hold, the surest first; without any, of what the route suspected."""
        found = [one.cause.cause_class.slug for one in self.causes if one.holds]
        if not found and self.hinted:
            found = [self.hinted.cause_class.slug]
        return list(dict.fromkeys(found))

    @property
    def kinds(self) -> list[str]:
        return list(dict.fromkeys(system.kind for system in self.systems))


def facts_of(incident: Incident) -> Facts:
    """Twelve queries and those of the contributors, whatever the size of the incident."""
    began = incident.onset_at or incident.detected_at or incident.opened_at
    systems = list(incident.systems.defer("search").order_by("tier", "name")[:50])
    ids = [system.pk for system in systems]
    lines, more = _lines(incident)
    alerts, count, first = _alerts(incident)
    upstream = System.objects.filter(
        pk__in=SystemDependency.objects.filter(system__in=ids).values("depends_on")
    )
    return Facts(
        incident=incident,
        began=began,
        systems=systems,
        upstream=list(upstream.defer("search")[:50]),
        owners=list(
            SystemOwner.objects.filter(system__in=ids).select_related("user", "system")[:100]
        ),
        roles=list(incident.roles.select_related("user").order_by("id")),
        lines=lines,
        more_lines=more,
        alerts=alerts,
        alert_count=count,
        first_alert_at=first,
        changes=_changes(incident, ids, began),
        before=_before(ids, began),
        tasks=list(incident.tasks.select_related("owner").order_by("id")[:MAX_TASKS]),
        causes=list(
            incident.causes.select_related("cause__cause_class").order_by("id")[:MAX_TASKS]
        ),
        hinted=_hinted(incident),
        added=[line for ask in contributors for line in ask(incident)],
    )


def _lines(incident: Incident) -> tuple[list[IncidentEvent], int]:
    """The first key lines in their order, and how many there are beyond."""
    done = Q(kind=IncidentEvent.Kind.MITIGATION, detail__has_key="outcome")
    rows = incident.events.standing().filter(Q(kind__in=KEY_KINDS) | done)
    found = list(rows.order_by("occurred_at", "id")[:MAX_LINES])
    if len(found) < MAX_LINES:
        return found, 0
    return found, rows.count() - len(found)


def _alerts(incident: Incident) -> tuple[list[Alert], int, datetime | None]:
    links = IncidentAlert.objects.filter(incident=incident)
    numbers = links.aggregate(count=Count("pk"), first=Min("alert__started_at"))
    rows = links.select_related("alert__source", "alert__system").order_by("joined_at", "pk")
    return [link.alert for link in rows[:MAX_ALERTS]], numbers["count"], numbers["first"]


def _changes(incident: Incident, ids: list[int], began: datetime) -> list[Change]:
    """In the systems and what they directly depend on, from a day before the onset to the end."""
    if not ids:
        return []
    upstream = SystemDependency.objects.filter(system__in=ids).values("depends_on")
    until = incident.resolved_at or incident.opened_at
    rows = Change.objects.filter(
        Q(system__in=ids) | Q(system__in=upstream),
        occurred_at__gte=began - CHANGES_BEFORE,
        occurred_at__lte=max(until, began),
    )
    found = rows.select_related("system").defer("system__search")
    return list(found.order_by("occurred_at", "id")[:MAX_CHANGES])


def _before(ids: list[int], began: datetime) -> list[Change]:
    """What ran at the onset: the last change of each kind in each system before it."""
    if not ids:
        return []
    rows = Change.objects.filter(
        system__in=ids, occurred_at__lte=began, occurred_at__gte=began - VERSIONS_SINCE
    ).exclude(version="")
    return list(
        rows.select_related("system")
        .defer("system__search")
        .order_by("system_id", "kind", "-occurred_at", "-id")
        .distinct("system_id", "kind")[:MAX_CHANGES]
    )


def _hinted(incident: Incident) -> Cause | None:
    if not incident.cause_hint:
        return None
    return Cause.objects.filter(slug=incident.cause_hint).select_related("cause_class").first()


def lead_of(facts: Facts) -> User | None:
    """Who is asked to write it: the lead, else the model owner, else the owner for engineering of
    the most important system; nobody who is deactivated or may not write."""
    held = {role.role: role.user for role in facts.roles}
    owned = {owner.discipline: owner.user for owner in reversed(facts.owners)}
    candidates = (
        held.get(IncidentRole.Role.LEAD),
        held.get(IncidentRole.Role.MODEL_OWNER),
        owned.get(SystemOwner.Discipline.ENGINEERING),
        owned.get(SystemOwner.Discipline.DATA_SCIENCE),
    )
    return next((user for user in candidates if user is not None and user.can_respond), None)
