"""What a new draft already says: facts that AIRE holds, nothing concluded. Reads only."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from accounts.models import User
from catalog.models import Change, System
from core import clock
from incidents.models import Incident
from postmortems.models import Action, EvidenceHold, RegulatoryClock

MAX_LINES = 20


def authority_fields(
    incident: Incident, running: RegulatoryClock | None, user: User
) -> dict[str, str]:
    """The superset, as far as the incident, its causes, actions and hold say it."""
    systems = list(incident.systems.order_by("name"))
    causes = list(incident.causes.select_related("cause").order_by("created_at", "id"))
    held = EvidenceHold.objects.filter(incident=incident, lifted_at=None).first()
    facts = {
        "reporter_name": str(user),
        "reporter_role": running.role if running else "",
        "reporter_contact": user.email,
        "system_name": ", ".join(system.name for system in systems),
        "system_version": "; ".join(_versions(systems, incident.opened_at)),
        "intended_purpose": "\n".join(s.description for s in systems if s.description),
        "member_states": "",
        "occurred_from": _time(incident.onset_at or incident.detected_at or incident.opened_at),
        "occurred_to": _time(incident.mitigated_at or incident.resolved_at),
        "detected_at": _time(incident.detected_at),
        "aware_at": _time(running.aware_at) if running else "",
        "narrative": "\n\n".join(filter(None, (incident.title, incident.summary))),
        "severity": incident.severity.upper(),
        "containment": _said(incident),
        "corrective_actions": _lines(_action(action) for action in _actions(incident)),
        "evidence_preserved": f"{held.reason} {held.covers}".strip() if held else "",
        "preliminary_cause": _lines(
            f"{row.cause.name} ({row.get_role_display()}, {row.get_confidence_display()})"
            for row in causes
        ),
        "final_cause": _lines(row.cause.name for row in causes if row.confidence == "confirmed"),
        "recurrence_prevention": _lines(
            _action(action) for action in _actions(incident) if action.type in ("prevent", "detect")
        ),
    }
    return {key: value for key, value in facts.items() if value}


def aiid_fields(incident: Incident, user: User) -> dict[str, str]:
    """A start for a public report. Only names and dates: what is told the world people write."""
    today = clock.now().date().isoformat()
    systems = [system.name for system in incident.systems.order_by("name")]
    return {
        "title": incident.title,
        "incident_title": incident.title,
        "incident_date": (incident.onset_at or incident.opened_at).date().isoformat(),
        "date_downloaded": today,
        "submitters": str(user),
        "language": "en",
        "implicated_systems": ", ".join(systems),
    }


def _versions(systems: list[System], at: datetime) -> Iterable[str]:
    """The newest version of each kind of change recorded before."""
    rows = Change.objects.filter(system__in=systems, occurred_at__lte=at).exclude(version="")
    newest = rows.order_by("system_id", "kind", "-occurred_at").distinct("system_id", "kind")
    for change in newest.select_related("system")[:MAX_LINES]:
        yield f"{change.system.name}: {change.get_kind_display().lower()} {change.version}"


def _said(incident: Incident) -> str:
    """What people wrote when they mitigated and resolved."""
    rows = incident.events.filter(kind="status", detail__to__in=["mitigated", "resolved"])
    return _lines(f"{_time(row.occurred_at)}: {row.text}" for row in rows.order_by("occurred_at"))


def _actions(incident: Incident) -> list[Action]:
    return list(incident.actions.exclude(status="wont_do").order_by("id")[:MAX_LINES])


def _action(action: Action) -> str:
    due = f", due {action.due_on}" if action.due_on else ""
    done = f", done {action.done_at:%Y-%m-%d}" if action.done_at else ""
    return f"{action.title}{due}{done}"


def _lines(texts: Iterable[str]) -> str:
    return "\n".join(f"- {text}" for text in list(texts)[:MAX_LINES])


def _time(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC" if moment else ""
