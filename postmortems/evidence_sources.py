"""Evidence from the rooms below: lines of the timeline, alerts, changes. Reads only."""

from __future__ import annotations

from typing import TypeVar
from uuid import UUID

from django.db.models import Model, Q, QuerySet
from django.urls import reverse

from accounts.models import User
from alerts.models import Alert
from catalog.models import Change
from catalog.selectors import visible_changes
from incidents.models import Incident, IncidentEvent, IncidentSystem
from postmortems.evidence import EvidenceKind, Item

M = TypeVar("M", bound=Model)


def _uuid(target: str) -> UUID | None:
    try:
        return UUID(target)
    except ValueError:
        return None


def _of(rows: QuerySet[M], target: str) -> M | None:
    found = _uuid(target)
    return rows.filter(pk=found).first() if found else None


# -- lines of the timeline -------------------------------------------------------------------


def _lines(incident: Incident, user: User, words: str, limit: int) -> list[Item]:
    rows = incident.events.standing().order_by("occurred_at", "id")
    if words:
        rows = rows.filter(Q(text__icontains=words) | Q(actor_label__icontains=words))
    else:
        rows = rows.exclude(kind__in=("page", "access"))
    return [_line(row, incident) for row in rows[:limit]]


def _find_line(incident: Incident, user: User, target: str) -> Item | None:
    row = _of(incident.events.all(), target)
    return _line(row, incident) if row else None


def _line(row: IncidentEvent, incident: Incident) -> Item:
    return Item(
        target=str(row.pk),
        title=row.text[:300],
        url=f"{reverse('incidents:detail', args=[incident.ref])}#event-{row.pk}",
        occurred_at=row.occurred_at,
        facts=(
            ("Kind", row.get_kind_display()),
            ("By", row.actor_label),
            ("Happened", row.occurred_at.isoformat(timespec="seconds")),
            ("Written down", row.recorded_at.isoformat(timespec="seconds")),
        ),
        text=row.text,
    )


# -- alerts ----------------------------------------------------------------------------------


def _alert_rows(incident: Incident) -> QuerySet[Alert]:
    rows = Alert.objects.filter(incident_link__incident=incident)
    return rows.select_related("source", "system").order_by("started_at", "id")


def _alerts(incident: Incident, user: User, words: str, limit: int) -> list[Item]:
    rows = _alert_rows(incident)
    if words:
        rows = rows.filter(title__icontains=words)
    return [_alert(row) for row in rows[:limit]]


def _find_alert(incident: Incident, user: User, target: str) -> Item | None:
    row = _of(_alert_rows(incident), target)
    return _alert(row) if row else None


def _alert(row: Alert) -> Item:
    labels = row.labels if isinstance(row.labels, dict) else {}
    return Item(
        target=str(row.pk),
        title=row.title[:300],
        url=reverse("alerts:detail", args=[row.pk]),
        occurred_at=row.started_at,
        facts=(
            ("Source", row.source.name),
            ("System", row.system.name if row.system else "None"),
            ("Status", str(row.status)),
            *((str(name), str(value)) for name, value in sorted(labels.items())),
        ),
        text=row.title,
    )


# -- changes ---------------------------------------------------------------------------------


def _change_rows(incident: Incident, user: User) -> QuerySet[Change]:
    """Of the affected systems and what they directly depend on, the newest first."""
    ids = IncidentSystem.objects.filter(incident=incident).values("system")
    rows = visible_changes(user).filter(Q(system__in=ids) | Q(system__dependents__in=ids))
    return rows.distinct().order_by("-occurred_at", "-id")


def _changes(incident: Incident, user: User, words: str, limit: int) -> list[Item]:
    rows = _change_rows(incident, user)
    if incident.resolved_at:
        rows = rows.filter(occurred_at__lte=incident.resolved_at)
    if words:
        rows = rows.filter(Q(summary__icontains=words) | Q(version__icontains=words))
    return [_change(row) for row in rows[:limit]]


def _find_change(incident: Incident, user: User, target: str) -> Item | None:
    row = _of(_change_rows(incident, user), target)
    return _change(row) if row else None


def _change(row: Change) -> Item:
    return Item(
        target=str(row.pk),
        title=f"{row.system.name}: {row.summary or row.get_kind_display()}"[:300],
        url=reverse("catalog:change-list", args=[row.system.slug]),
        occurred_at=row.occurred_at,
        facts=(
            ("System", row.system.name),
            ("Kind", row.get_kind_display()),
            ("Version", row.version or "Not told"),
            ("Before", row.previous_version or "Not told"),
            ("By", row.author_label or "Not told"),
            ("Address", row.url or "None"),
        ),
        text=row.summary,
    )


TIMELINE = EvidenceKind("event", "Timeline", "clock", _lines, _find_line)
ALERTS = EvidenceKind("alert", "Alerts", "bell", _alerts, _find_alert)
CHANGES = EvidenceKind("change", "Changes", "git-merge", _changes, _find_change)
