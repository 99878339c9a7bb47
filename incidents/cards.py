"""The facts about an incident that messages are made of. No database writes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings

from incidents.lifecycle import INCIDENT
from incidents.models import Incident


def path(incident: Incident) -> str:
    """The page of an incident, without the host."""
    return f"/incidents/{incident.ref}/"


def card(incident: Incident, systems: Sequence[str] | None = None) -> dict[str, Any]:
    """The card of `oncall`: reference, title, severity, status, link, systems, next steps.
    `systems` are the names of its systems where the caller has them already."""
    if systems is None:
        systems = list(incident.systems.values_list("name", flat=True))
    url = f"{settings.AIRE_BASE_URL}{path(incident)}"
    # Reopening needs words, which a button cannot ask for.
    moves = [move.to for move in INCIDENT.moves_from(incident.status) if not move.requires]
    actions = [
        {"name": f"incident.{name}", "label": label, "ref": incident.ref, "url": asks}
        for name, label, to, asks in (
            ("acknowledge", "Acknowledge", "acknowledged", f"{url}acknowledge/"),
            ("resolve", "Resolve", "resolved", ""),
        )
        if to in moves
    ]
    return {
        "ref": incident.ref,
        "title": incident.title,
        "severity": incident.severity,
        "status": incident.status,
        "url": url,
        "systems": list(systems),
        "summary": incident.summary[:2000],
        "drill": incident.drill,
        "private": incident.private,
        "opened_at": incident.opened_at.isoformat(),
        "actions": actions,
    }
