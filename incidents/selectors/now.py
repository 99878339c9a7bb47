"""The first page: am I on fire, what burns, who is on call. A fixed number of queries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from django.db.models import Count

from accounts.models import User
from alerts.models import SEVERITIES, Receipt
from core import clock, obligations
from incidents.lifecycle import ACTIVE
from incidents.models import Incident
from incidents.selectors.duty import MyDuty, duties_of
from incidents.selectors.lists import LIST_ORDER, incident_rows, parse_ref, visible_incidents
from oncall.models import Page
from oncall.selectors import OnCallNow, on_call_now

SHOWN = 20
RECENT = 5
MAX_COUNTED = 100
PAGES_FOR = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class MyPage:
    """A page to the reader that still waits for an answer. `urgent`: nobody has acknowledged."""

    page: Page
    incident: Incident

    @property
    def urgent(self) -> bool:
        return self.incident.status == "open"


@dataclass(frozen=True, slots=True)
class NowPage:
    my_pages: list[MyPage]
    incidents: list[Incident]
    more: bool
    counts: dict[str, int]
    recent: list[Incident]
    on_call: list[OnCallNow]
    my_duties: list[MyDuty]
    late: list[str] = field(default_factory=list)
    set_aside: int = 0

    @property
    def active(self) -> int:
        return sum(self.counts.values())

    @property
    def is_on_call(self) -> bool:
        return any(duty.is_now for duty in self.my_duties)

    @property
    def on_fire(self) -> bool:
        return any(mine.urgent for mine in self.my_pages)


def now_page(user: User) -> NowPage:
    active = incident_rows(user).filter(status__in=ACTIVE)
    rows = list(active.order_by("severity", *LIST_ORDER)[: SHOWN + 1])
    on_call = on_call_now()
    return NowPage(
        my_pages=my_pages(user, rows),
        incidents=rows[:SHOWN],
        more=len(rows) > SHOWN,
        counts=_counts(user, rows),
        recent=list(
            visible_incidents(user)
            .filter(status__in=("resolved", "closed"), resolved_at__isnull=False)
            .order_by(*LIST_ORDER)[:RECENT]
        ),
        on_call=on_call,
        my_duties=duties_of(user, on_call),
        late=_late(),
        set_aside=Receipt.objects.filter(state=Receipt.State.SET_ASIDE)[:MAX_COUNTED].count(),
    )


def my_pages(user: User, rows: Sequence[Incident] = ()) -> list[MyPage]:
    """The newest unanswered page of each incident that is still active. `rows` are incidents that
    are loaded already."""
    pages = (
        Page.objects.filter(
            user=user, acknowledged_at=None, created_at__gte=clock.now() - PAGES_FOR
        )
        .select_related("escalation")
        .order_by("-created_at", "-id")[:MAX_COUNTED]
    )
    newest: dict[int, Page] = {}
    for page in pages:
        kind, _, ref = page.escalation.subject_key.partition(":")
        if kind == "incident" and (pk := parse_ref(ref)):
            newest.setdefault(pk, page)
    known = {incident.pk: incident for incident in rows}
    if missing := newest.keys() - known.keys():
        known |= visible_incidents(user).filter(pk__in=missing, status__in=ACTIVE).in_bulk()
    mine = [MyPage(page, known[pk]) for pk, page in newest.items() if pk in known]
    return sorted(mine, key=lambda line: (not line.urgent, line.incident.severity))


def _counts(user: User, rows: Sequence[Incident]) -> dict[str, int]:
    """Active incidents by severity, none missing. Asked of the database only when the rows that
    are shown anyway are not all of them."""
    none = dict.fromkeys(dict(SEVERITIES), 0)
    if len(rows) <= SHOWN:
        return {**none, **Counter(incident.severity for incident in rows)}
    found = (
        Incident.objects.visible_to(user)
        .active()
        .values("severity")
        .order_by("severity")
        .annotate(count=Count("pk"))
        .values_list("severity", "count")
    )
    return {**none, **dict(found)}


def _late() -> list[str]:
    """Kinds of work that is overdue. Without numbers: one of them counts private incidents."""
    return sorted(kind for kind, count in obligations.overdue_counts().items() if count)
