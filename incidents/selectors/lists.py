"""Finding incidents and their timelines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet, prefetch_related_objects
from django.http import HttpRequest

from accounts.models import User
from catalog.models import System
from core.errors import NotFound
from core.pages import Page, paginate
from incidents.filters import REF, IncidentFilter
from incidents.models import Incident, IncidentEvent, IncidentFile, IncidentRole

LIST_ORDER = ("-opened_at", "-id")
EVENT_ORDER = ("-occurred_at", "-id")
LIST_SIZE = 50
TIMELINE_SIZE = 50
KEY_KINDS = (
    IncidentEvent.Kind.OPENED,
    IncidentEvent.Kind.STATUS,
    IncidentEvent.Kind.SEVERITY,
    IncidentEvent.Kind.NOTE,
    IncidentEvent.Kind.ROLE,
    IncidentEvent.Kind.MERGE,
    IncidentEvent.Kind.ACCESS,
    IncidentEvent.Kind.CAUSE,
    IncidentEvent.Kind.UPDATE,
)
"""The story. The rest (alerts, pages, tasks, corrected times) is the log."""
_K = IncidentEvent.Kind
KEY_LINES = Q(kind__in=KEY_KINDS) | Q(kind=_K.MITIGATION, detail__has_key="outcome")
"""Of mitigations what came of them; that one was planned or looked at is the log."""
DONE_LINES = Q(kind=_K.MITIGATION) | Q(kind=_K.STATUS, detail__to__in=("mitigated", "resolved"))
SHOWN: Mapping[str, Q] = {"key": KEY_LINES, "done": DONE_LINES}
"""What a reader may have the timeline show instead of everything."""


def is_key(event: IncidentEvent) -> bool:
    """Whether a line is of the story, as `KEY_LINES` has it."""
    return event.kind in KEY_KINDS or (event.kind == _K.MITIGATION and "outcome" in event.detail)


def parse_ref(ref: str) -> int | None:
    """42 of `INC-42`, `inc-42` or `42`; None for anything else."""
    found = REF.fullmatch(ref.strip())
    return int(found.group(1)) if found else None


def visible_incidents(user: User) -> QuerySet[Incident]:
    return Incident.objects.visible_to(user).defer("search")


def incident_for(user: User, ref: str) -> Incident:
    """Raises `NotFound`, with the same words for what is not there and what may not be seen."""
    return one_incident(visible_incidents(user), ref)


def incident_with(user: User, ref: str) -> Incident:
    """The same with what `incident_rows` loads."""
    return one_incident(incident_rows(user), ref)


def incident_rows(user: User) -> QuerySet[Incident]:
    """Incidents with their systems and roles, for lists and the API: three queries."""
    return visible_incidents(user).prefetch_related(
        Prefetch("systems", System.objects.only("slug", "name").order_by("slug")),
        Prefetch("roles", IncidentRole.objects.select_related("user").order_by("id")),
    )


def incident_filter(request: HttpRequest, asked: Mapping[str, Any], user: User) -> IncidentFilter:
    """The list's filters over what the reader sees; `.qs` is the result, `.form` the controls."""
    return IncidentFilter(asked, queryset=incident_rows(user), request=request)


def incident_list(found: IncidentFilter, *, cursor: str | None = None) -> Page[Incident]:
    """One page, newest first. What no filter can read leads to nothing, never to everything."""
    rows: QuerySet[Incident] = found.qs if found.is_valid() else Incident.objects.none()
    return paginate(rows, order=LIST_ORDER, cursor=cursor, size=LIST_SIZE)


def shown_of(rows: Iterable[Incident]) -> list[tuple[Any, ...]]:
    """What a list shows of each of `incident_rows`, to tell whether it looks different now."""
    return [
        (
            row.pk,
            row.version,
            [system.name for system in row.systems.all()],
            [(held.role, str(held.user)) for held in row.roles.all()],
        )
        for row in rows
    ]


def incident_events(
    incident: Incident, *, show: str = "", cursor: str | None = None
) -> Page[IncidentEvent]:
    """The timeline, newest first, of an incident that its reader was allowed to see. With
    a `show` of `SHOWN` only those lines, as they stand; all of them are also what was replaced
    since."""
    newer = IncidentEvent.objects.filter(replaces=OuterRef("pk"))
    files = IncidentFile.objects.filter(event=OuterRef("pk"))
    events = incident.events.select_related("actor").annotate(
        replaced=Exists(newer), pictured=Exists(files)
    )
    if show in SHOWN:
        events = events.filter(SHOWN[show], replaced=False, withdraws=False)
    page = paginate(events, order=EVENT_ORDER, cursor=cursor, size=TIMELINE_SIZE)
    prefetch_related_objects([row for row in page.items if row.pictured], "files")
    return page


def one_incident(rows: QuerySet[Incident], ref: str) -> Incident:
    """Of rows that the reader may see. Raises `NotFound`."""
    pk = parse_ref(ref)
    incident = rows.filter(pk=pk).first() if pk else None
    if incident is None:
        raise NotFound(f"There is no incident {ref[:40]}, or you may not see it.")
    return incident
