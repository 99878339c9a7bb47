"""Reads of reports by people: the clusters, one with its reports, what an incident has of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from accounts.models import User
from catalog.models import System
from core import clock
from core.errors import NotFound
from core.pages import Page, paginate
from core.search import read_query
from incidents.models import Incident
from incidents.people_reports.models import PeopleReport, ReportCluster
from incidents.people_reports.services import explain
from incidents.selectors import visible_incidents

ORDERS = {"latest": ("-last_at", "-id"), "largest": ("-count", "-id")}
REPORT_ORDER = ("-reported_at", "-id")
PAGE_SIZE = 25
RECENT = timedelta(days=1)
STATES = (("open", "Open"), ("linked", "In an incident"), ("dismissed", "No fault"), ("all", "All"))


@dataclass(frozen=True, slots=True)
class Asked:
    """What the list is narrowed to; what is unknown narrows nothing."""

    state: str = "open"
    system: str = ""
    version: str = ""
    q: str = ""
    order: str = "latest"


@dataclass(frozen=True, slots=True)
class Row:
    """`recent` and `people` are counted over the last day; `incident` only where it may be seen."""

    cluster: ReportCluster
    recent: int
    people: int
    incident: Incident | None


@dataclass(frozen=True, slots=True)
class ClusterPage:
    row: Row
    reports: list[tuple[PeopleReport, str]]
    page: Page[PeopleReport]
    versions: list[ReportCluster]


def visible_clusters(user: User) -> QuerySet[ReportCluster]:
    """Everyone who sees the system, unless they are linked to an incident that is not theirs to
    see: what its reports say would tell of it."""
    seen = visible_incidents(user).filter(pk=OuterRef("incident"))
    rows = ReportCluster.objects.filter(system__in=System.objects.visible_to(user))
    return rows.filter(Q(incident=None) | Exists(seen)).select_related("system")


def cluster_for(user: User, pk: int) -> ReportCluster:
    found = visible_clusters(user).filter(pk=pk).first()
    if found is None:
        raise NotFound("There is no such cluster of reports, or you may not see it.")
    return found


def visible_reports(user: User) -> QuerySet[PeopleReport]:
    return PeopleReport.objects.filter(cluster__in=visible_clusters(user)).defer("search", "sealed")


def report_for(user: User, pk: UUID) -> PeopleReport:
    found = visible_reports(user).select_related("cluster__system").filter(pk=pk).first()
    if found is None:
        raise NotFound("There is no such report, or you may not see it.")
    return found


def clusters(user: User, asked: Asked) -> QuerySet[ReportCluster]:
    rows = visible_clusters(user)
    narrow = {
        "open": Q(incident=None, dismissed_at=None),
        "linked": Q(incident__isnull=False),
        "dismissed": Q(dismissed_at__isnull=False),
    }
    if asked.state in narrow:
        rows = rows.filter(narrow[asked.state])
    if asked.system:
        rows = rows.filter(system__slug=asked.system[:63])
    if asked.version:
        rows = rows.filter(version=asked.version[:120])
    words = read_query(asked.q)
    if words.is_asking:
        said = PeopleReport.objects.filter(search=words.words)
        rows = rows.filter(pk__in=said.values("cluster"))
    return rows


def clusters_page(user: User, asked: Asked, *, cursor: str | None = None) -> Page[ReportCluster]:
    order = ORDERS.get(asked.order, ORDERS["latest"])
    return paginate(clusters(user, asked), order=order, cursor=cursor, size=PAGE_SIZE)


def rows_of(user: User, found: list[ReportCluster]) -> list[Row]:
    """Two queries, whatever their number."""
    recent = (
        PeopleReport.objects.filter(cluster__in=found, reported_at__gt=clock.now() - RECENT)
        .values("cluster")
        .annotate(reports=Count("pk"), people=Count("reporter", distinct=True))
    )
    counts = {row["cluster"]: (row["reports"], row["people"]) for row in recent}
    wanted = {row.incident_id for row in found if row.incident_id}
    incidents = visible_incidents(user).in_bulk(wanted) if wanted else {}
    return [
        Row(row, *counts.get(row.pk, (0, 0)), incidents.get(row.incident_id or 0)) for row in found
    ]


def cluster_page(user: User, pk: int, *, cursor: str | None = None) -> ClusterPage:
    cluster = cluster_for(user, pk)
    reports = visible_reports(user).filter(cluster=cluster).select_related("by", "link")
    page = paginate(reports, order=REPORT_ORDER, cursor=cursor, size=PAGE_SIZE)
    others = visible_clusters(user).filter(system=cluster.system, title=cluster.title)
    return ClusterPage(
        row=rows_of(user, [cluster])[0],
        reports=[(report, explain(report, cluster.words)) for report in page.items],
        page=page,
        versions=list(others.exclude(pk=cluster.pk).order_by("-last_at", "-id")[:5]),
    )


def clusters_of(incident: Incident) -> list[tuple[ReportCluster, list[PeopleReport]]]:
    """The clusters of an incident that its reader was allowed to see, the largest first, each with
    its latest reports that hold an answer. Two queries."""
    rows = list(incident.report_clusters.select_related("system").order_by("-count", "-id")[:20])
    said = (
        PeopleReport.objects.filter(cluster__in=rows).exclude(answer="").defer("search", "sealed")
    )
    found: dict[int, list[PeopleReport]] = {}
    for report in said.order_by("-reported_at", "-id")[:100] if rows else ():
        found.setdefault(report.cluster_id, []).append(report)
    return [(row, found.get(row.pk, [])[:5]) for row in rows]
