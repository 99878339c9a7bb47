"""Incidents with known times, for reports whose figures are worked out by hand in the tests."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from accounts.models import Team, User
from catalog.models import System
from incidents.models import Incident, IncidentCause, IncidentSystem
from reports.period import read_period
from reports.scope import Scope
from taxonomy.models import Cause
from tests.incidents.cast import make_incident

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def happened(days_ago: float, *systems: System, **minutes: float | None) -> Incident:
    """An incident opened so many days before NOW. `minutes` after the opening for each time, for
    example `onset=-10, mitigated=30`; what is not named is not known."""
    at = NOW - timedelta(days=days_ago)
    more: dict[str, Any] = {
        name: minutes.pop(name) for name in ("severity", "private", "drill") if name in minutes
    }
    times = {
        f"{name}_at": at + timedelta(minutes=after) if after is not None else None
        for name, after in minutes.items()
    }
    incident = make_incident(f"Case of {days_ago} days ago", **more)
    wanted = {"detected_at": None, **times, "opened_at": at}
    Incident.objects.filter(pk=incident.pk).update(**wanted)
    IncidentSystem.objects.bulk_create(
        [IncidentSystem(incident=incident, system=system) for system in systems]
    )
    incident.refresh_from_db()
    return incident


def caused(incident: Incident, *slugs: str, confidence: str = "likely") -> None:
    IncidentCause.objects.bulk_create(
        [
            IncidentCause(
                incident=incident,
                cause=Cause.objects.get(slug=slug),
                confidence=confidence,
                set_by_label="A test",
            )
            for slug in slugs
        ]
    )


def over(user: User, words: str = "90d", *, team: Team | None = None, by: str = "") -> Scope:
    period = read_period(words, now=NOW, zone=ZoneInfo("UTC"))
    return Scope(user=user, period=period, team=team, by=by)
