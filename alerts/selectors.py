"""Reads of alerts and routes, fully loaded for one page, through what the reader may see."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from accounts.models import User
from alerts.extensions import filter_by_incident
from alerts.models import SEVERITIES, Alert, Route, Source
from alerts.search import TITLE, conditions
from alerts.trace import TraceStep, trace
from core.errors import Invalid, NotFound
from core.pages import Page, paginate

ALERT_ORDER = ("-listed_at", "-id")
PAGE_SIZE = 50
MAX_ROUTES = 1000
FILTERS = ("status", "severity", "system", "source", "incident", "q")


@dataclass(frozen=True, slots=True)
class AlertFilters:
    """What a list of alerts is narrowed to; "" does not narrow."""

    status: str = ""
    severity: str = ""
    system: str = ""
    source: str = ""
    incident: str = ""
    q: str = ""

    @classmethod
    def read(cls, asked: Mapping[str, str]) -> AlertFilters:
        """From the parameters of an address. Values that cannot be are left out."""
        found = cls(**{name: _text(asked.get(name, "")) for name in FILTERS})
        return cls(
            status=found.status if found.status in Alert.Status.values else "",
            severity=found.severity if found.severity in dict(SEVERITIES) else "",
            system=found.system,
            source=found.source,
            incident=found.incident,
            q=found.q,
        )

    @classmethod
    def read_strictly(cls, asked: Mapping[str, str]) -> AlertFilters:
        """The same for a program: a value that cannot be is refused instead of left out."""
        found = cls.read(asked)
        errors = {
            name: [f"Choose one of: {', '.join(choices)}."]
            for name, choices in (
                ("status", Alert.Status.values),
                ("severity", list(dict(SEVERITIES))),
            )
            if asked.get(name) and not getattr(found, name)
        }
        if errors:
            raise Invalid("A filter could not be read.", errors=errors)
        return found

    @property
    def any(self) -> bool:
        return any(getattr(self, name) for name in FILTERS)


@dataclass(frozen=True, slots=True)
class AlertPage:
    alert: Alert
    steps: list[TraceStep]

    @property
    def incident_url(self) -> str:
        """Where the incident is that the alert opened or joined, if the reader may see one."""
        return next((step.url for step in self.steps if step.kind == "incident" and step.url), "")

    @property
    def incident_ref(self) -> str:
        told = (step.detail.get("incident") for step in self.steps if step.kind == "incident")
        return next((str(ref) for ref in told if ref), "Incident")


def visible_alerts(user: User) -> QuerySet[Alert]:
    return (
        Alert.objects.visible_to(user)
        .select_related("source", "system", "route")
        .defer("system__search", "system__description", "source__options")
    )


def alert_query(user: User, filters: AlertFilters) -> QuerySet[Alert]:
    """The alerts that the filters leave, each filter answered by an index."""
    alerts = visible_alerts(user)
    if filters.status:
        alerts = alerts.filter(status=filters.status)
    if filters.severity:
        alerts = alerts.filter(severity=filters.severity)
    if filters.system:
        alerts = alerts.filter(system__slug=filters.system)
    if filters.source:
        alerts = alerts.filter(source__slug=filters.source)
    if filters.incident:
        alerts = filter_by_incident(alerts, filters.incident, user)
    if filters.q:
        alerts = alerts.alias(title_words=TITLE).filter(*conditions(filters.q))
    return alerts


def alert_list(user: User, filters: AlertFilters, *, cursor: str | None = None) -> Page[Alert]:
    """One page of alerts, the last heard of first."""
    # The list shows neither annotations nor links, which may be long.
    alerts = alert_query(user, filters).defer(
        "annotations", "links", "system__search", "system__description", "source__options"
    )
    return paginate(alerts, order=ALERT_ORDER, cursor=cursor, size=PAGE_SIZE)


def alert_for(user: User, pk: UUID) -> Alert:
    alert = visible_alerts(user).filter(pk=pk).first()
    if alert is None:
        raise NotFound("There is no such alert, or you may not see it.")
    return alert


def alert_page(user: User, pk: UUID) -> AlertPage:
    alert = alert_for(user, pk)
    return AlertPage(alert, trace(alert, user))


def visible_routes(user: User) -> QuerySet[Route]:
    """All routes, in the order in which they are tried."""
    routes = Route.objects.select_related("system", "escalation_policy").defer("system__search")
    return routes.order_by("order", "id") if user.is_active else routes.none()


def route_for(user: User, slug: str) -> Route:
    route = None if "\x00" in slug else visible_routes(user).filter(slug=slug).first()
    if route is None:
        raise NotFound("There is no such route.")
    return route


def _text(value: object) -> str:
    """A filter's value as it may go to the database."""
    return str(value or "").replace("\x00", "").strip()[:500]


def names_of_sources(user: User) -> list[tuple[str, str]]:
    """Slug and name of the sources, for choices; everyone who may sign in knows them."""
    if not user.is_active:
        return []
    return list(Source.objects.order_by("name").values_list("slug", "name"))
