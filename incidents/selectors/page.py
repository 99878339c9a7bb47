"""Everything on the page of one incident, with a fixed number of queries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Prefetch,
    Q,
    Subquery,
    Sum,
    Value,
    When,
    Window,
)
from django.db.models.functions import Cast, Concat

from accounts.models import User
from alerts.models import Alert
from catalog.models import System, SystemPart
from core import clock
from core.lifecycle import Move
from core.pages import Page as Rows
from incidents.lifecycle import ACTIVE, INCIDENT
from incidents.models import (
    Incident,
    IncidentAlert,
    IncidentCause,
    IncidentEvent,
    IncidentMember,
    IncidentRole,
    IncidentTask,
)
from incidents.selectors.causes import Recurrence, causes_of, recurrences
from incidents.selectors.changes import began_at
from incidents.selectors.likely import Likely, likely_at_once
from incidents.selectors.lists import incident_events, one_incident, visible_incidents
from incidents.selectors.paging import Paging, paging_of
from incidents.selectors.suspects import RankedChange, suspects_of
from notifications.models import Delivery
from slos.selectors import IncidentCost, budget_cost

SHOWN_ALERTS = 20
SHOWN_SUSPECTS = 3
SHOWN_PEOPLE = 50


@dataclass(frozen=True, slots=True)
class RoleSlot:
    """One role, held or not."""

    role: str
    label: str
    user: User | None


@dataclass(frozen=True, slots=True)
class AlertCounts:
    total: int
    firing: int


@dataclass(frozen=True, slots=True)
class IncidentPage:
    incident: Incident
    systems: list[System]
    roles: list[RoleSlot]
    members: list[IncidentMember]
    tasks: list[IncidentTask]
    events: Rows[IncidentEvent]
    latest: IncidentEvent | None
    alerts: list[Alert]
    alert_counts: AlertCounts
    paging: Paging
    suspects: list[RankedChange]
    causes: list[IncidentCause]
    likely: list[Likely]
    recurring: list[Recurrence]
    costs: list[IncidentCost]
    merged: list[Incident]
    merged_into: Incident | None
    tag: str

    @property
    def lead(self) -> User | None:
        return self.roles[0].user

    @property
    def moves(self) -> tuple[Move, ...]:
        """What the lifecycle allows next; the first is the main button."""
        return INCIDENT.moves_from(self.incident.status)

    @property
    def update_due(self) -> datetime | None:
        """When people were told that they hear again; nothing is owed once it is over."""
        told = self.latest.detail.get("next_due_at") if self.latest and self.is_active else None
        return datetime.fromisoformat(told) if told else None

    @property
    def update_is_late(self) -> bool:
        return bool(self.update_due and self.update_due < clock.now())

    @property
    def ended(self) -> datetime | None:
        """When people were no longer affected: mitigated counts."""
        return self.incident.mitigated_at or self.incident.resolved_at

    @property
    def impact(self) -> timedelta:
        """How long people have been affected."""
        return max((self.ended or clock.now()) - self.began, timedelta(0))

    @property
    def is_active(self) -> bool:
        return self.incident.status in ACTIVE

    @property
    def began(self) -> datetime:
        return began_at(self.incident)

    @property
    def lasted(self) -> timedelta:
        """From the onset (as far as it is known) to the end, or to now."""
        incident = self.incident
        end = incident.resolved_at or incident.cancelled_at or clock.now()
        return max(end - began_at(incident), timedelta(0))


def incident_page(
    user: User, ref: str, *, show: str = "", cursor: str | None = None
) -> IncidentPage:
    incident = _tagged(user, ref)
    systems = _systems(incident)
    alerts, counts = _alerts(incident)
    causes = causes_of(incident)
    suspects = suspects_of(user, incident, systems, causes, alerts=alerts, limit=SHOWN_SUSPECTS)
    return IncidentPage(
        incident=incident,
        systems=systems,
        roles=_roles(incident),
        members=list(
            incident.members.select_related("user").order_by("user__name", "pk")[:SHOWN_PEOPLE]
        ),
        tasks=list(incident.tasks.select_related("owner").order_by("id")),
        events=incident_events(incident, show=show, cursor=cursor),
        latest=_latest_said(incident),
        alerts=alerts,
        alert_counts=counts,
        paging=paging_of(incident.subject_key),
        suspects=suspects,
        causes=causes,
        likely=likely_at_once(incident, systems, alerts, [one.change for one in suspects])
        if not causes and incident.status in ACTIVE
        else [],
        recurring=recurrences(user, incident, causes),
        costs=budgets_spent(incident, systems),
        merged=_merged(user, incident),
        merged_into=visible_incidents(user).filter(pk=incident.merged_into_id).first()
        if incident.merged_into_id
        else None,
        tag=_tag(incident),
    )


def state_tag(user: User, ref: str) -> str:
    """Changes whenever the page would look different, apart from ages. One query."""
    return _tag(_tagged(user, ref))


def _tagged(user: User, ref: str) -> Incident:
    """The incident with what its tag is made of. The timeline is append-only and tells of all but
    the tries of deliveries."""
    key = Concat(Value("incident:"), Cast(OuterRef("pk"), CharField()))
    events = IncidentEvent.objects.filter(incident=OuterRef("pk")).values("incident")
    sending = Delivery.objects.filter(subject_key=key).values("subject_key")
    rows = visible_incidents(user).annotate(
        tag_events=Subquery(events.order_by().annotate(n=Count("pk")).values("n")),
        tag_rows=Subquery(sending.order_by().annotate(n=Count("pk")).values("n")),
        tag_tries=Subquery(sending.order_by().annotate(n=Sum("begun")).values("n")),
        has_merged=Exists(Incident.objects.filter(merged_into=OuterRef("pk"))),
        tag_sent=Subquery(sending.order_by().annotate(n=Count("sent_at")).values("n")),
    )
    return one_incident(rows, ref)


def _tag(incident: Any) -> str:
    parts = (incident.tag_events, incident.tag_rows, incident.tag_tries, incident.tag_sent)
    return ".".join(str(part or 0) for part in (incident.version, *parts))


def budgets_spent(incident: Incident, systems: list[System]) -> list[IncidentCost]:
    """What it cost of the error budgets of its systems, from the onset to the end or to now."""
    if not systems or incident.status == "cancelled":
        return []
    end = incident.resolved_at or clock.now()
    found = budget_cost([system.pk for system in systems], began_at(incident), end)
    return [cost for cost in found if cost.fraction is not None]


def _systems(incident: Incident) -> list[System]:
    """With the parts of which a version is known, the latest change first. Two queries."""
    latest = F("since").desc(nulls_last=True)
    known = SystemPart.objects.exclude(version="", served="").order_by(latest, "kind", "name")
    found = incident.systems.select_related("team").prefetch_related(Prefetch("parts", known))
    return list(found.defer("search").order_by("tier", "name"))


def _merged(user: User, incident: Any) -> list[Incident]:
    if not incident.has_merged:
        return []
    return list(visible_incidents(user).filter(merged_into=incident).order_by("pk")[:20])


def _roles(incident: Incident) -> list[RoleSlot]:
    held = {row.role: row.user for row in incident.roles.select_related("user")}
    return [
        RoleSlot(value, str(label), held.get(value)) for value, label in IncidentRole.Role.choices
    ]


def _latest_said(incident: Incident) -> IncidentEvent | None:
    """The last update; before there is one, the last thing that a person said about it: a note,
    or a step with one."""
    kinds = IncidentEvent.Kind
    said = Q(kind__in=(kinds.NOTE, kinds.UPDATE)) | (Q(kind=kinds.STATUS) & ~Q(detail__note=""))
    notes_after = Case(When(kind=kinds.UPDATE, then=0), default=1, output_field=IntegerField())
    found = incident.events.standing().filter(said)
    return found.order_by(notes_after, "-occurred_at", "-id").first()


def _alerts(incident: Incident) -> tuple[list[Alert], AlertCounts]:
    """The latest ones, and how many there are; one query."""
    firing = Q(alert__status=Alert.Status.FIRING)
    links = list(
        IncidentAlert.objects.filter(incident=incident)
        .annotate(total=Window(Count("pk")), firing=Window(Count("pk", filter=firing)))
        .select_related("alert__source", "alert__system")
        .order_by("-joined_at", "-pk")[:SHOWN_ALERTS]
    )
    if not links:
        return [], AlertCounts(0, 0)
    return [link.alert for link in links], AlertCounts(links[0].total, links[0].firing)
