"""What an incident's channel should be like now. Reads only; no calls to Slack."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings

from accounts.models import User
from core.urls import safe_href
from incidents.cards import path
from incidents.lifecycle import ACTIVE, INCIDENT
from incidents.models import Incident, IncidentMember, IncidentRole
from incidents.selectors.paging import first_on_call
from integrations.slack.channels.models import SlackIncidentChannel, SlackSetting
from integrations.slack.channels.naming import Bookmark, topic

RUNBOOKS = 5
PEOPLE = 100
TITLE = 80


@dataclass(frozen=True, slots=True)
class Wanted:
    """`archive_at` is None while it goes on."""

    topic: str
    private: bool
    bookmarks: tuple[Bookmark, ...]
    people: tuple[User, ...]
    archive_at: datetime | None


def wanted_of(row: SlackIncidentChannel, kept: SlackSetting) -> Wanted:
    incident = row.incident
    lead = (
        IncidentRole.objects.select_related("user")
        .filter(incident=incident, role=IncidentRole.Role.LEAD)
        .first()
    )
    return Wanted(
        topic=topic(
            severity=incident.severity,
            status=INCIDENT.label(incident.status),
            lead=str(lead.user) if lead else "",
            drill=incident.drill,
        ),
        private=incident.private,
        bookmarks=tuple(_bookmarks(incident)),
        people=tuple(_people(incident)) if kept.invite or incident.private else (),
        archive_at=_archive_at(incident, kept),
    )


def _bookmarks(incident: Incident) -> list[Bookmark]:
    found = [Bookmark(f"{incident.ref} in AIRE", f"{settings.AIRE_BASE_URL}{path(incident)}")]
    for system in incident.systems.order_by("tier", "name").defer("search"):
        for runbook in system.runbooks or []:
            url = safe_href(str(runbook.get("url") or ""))
            title = " ".join(str(runbook.get("title") or "Runbook").split())[:TITLE]
            if url and len(found) <= RUNBOOKS and url not in {one.url for one in found}:
                found.append(Bookmark(title or "Runbook", url))
    return found


def _people(incident: Incident) -> list[User]:
    """Who belongs to it: was paged, holds a role, opened it or works on it. Of one that runs and
    that everybody may see also who is on call for its systems."""
    rows = IncidentMember.objects.filter(incident=incident, user__is_active=True)
    people = [row.user for row in rows.select_related("user").order_by("added_at", "pk")[:PEOPLE]]
    if incident.status in ACTIVE and not incident.private:
        people += [user for user in first_on_call(incident) if user not in people]
    return people[:PEOPLE]


def _archive_at(incident: Incident, kept: SlackSetting) -> datetime | None:
    ended = incident.closed_at or incident.cancelled_at
    if kept.archive_after_days is None or incident.status not in ("closed", "cancelled"):
        return None
    return ended + timedelta(days=kept.archive_after_days) if ended else None
