"""How a line of the timeline looks: its icon, its tone, where it leads. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from core.actor import Via
from incidents.models import IncidentEvent

_ICONS = {
    "opened": "siren",
    "status": "circle-dot",
    "severity": "flag",
    "note": "message-square",
    "role": "user",
    "task": "list-checks",
    "alert": "bell",
    "page": "bell-ring",
    "times": "clock",
    "system": "pencil",
    "merge": "git-merge",
    "access": "lock",
}
_STATUS_ICONS = {
    "acknowledged": "hand",
    "mitigated": "shield",
    "resolved": "check",
    "closed": "archive",
    "cancelled": "ban",
}
_KEY = ("opened", "severity", "note", "merge")
_THROUGH: dict[str, str] = {Via.SLACK: "Slack", Via.API: "API", Via.EMAIL: "e-mail"}
LATER = timedelta(minutes=2)
"""A line about something that happened longer ago says when it was written down."""


@dataclass(frozen=True, slots=True)
class Line:
    event: IncidentEvent
    icon: str
    tone: str
    alert: str
    through: str
    written_later: bool


def line_of(event: IncidentEvent) -> Line:
    to = str(event.detail.get("to", ""))
    alert = event.detail.get("alert", "")
    return Line(
        event=event,
        icon=_STATUS_ICONS.get(to, _ICONS.get(event.kind, "circle-dot")),
        tone=_tone(event, to),
        alert=alert if isinstance(alert, str) else "",
        through=_THROUGH.get(event.via, ""),
        written_later=event.recorded_at - event.occurred_at > LATER,
    )


def _tone(event: IncidentEvent, to: str) -> str:
    if event.kind == "status":
        return "good" if to in ("resolved", "closed") else "key"
    if event.kind == "page" and _is_bad(event.idempotency or ""):
        return "bad"
    return "key" if event.kind in _KEY else ""


def _is_bad(told: str) -> bool:
    """A delivery that failed for good, or an escalation that ran out."""
    return told.endswith(":failed") or told.startswith("exhausted:")
