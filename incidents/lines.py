"""How a line of the timeline looks: its icon, its tone, where it leads. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from core.actor import Via
from core.urls import safe_href
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
    "cause": "list-tree",
    "update": "megaphone",
    "evidence": "search",
    "check": "list-checks",
    "mitigation": "wrench",
}
_STATUS_ICONS = {
    "acknowledged": "hand",
    "mitigated": "shield",
    "resolved": "check",
    "closed": "archive",
    "cancelled": "ban",
}
_KEY = ("opened", "severity", "note", "merge", "cause", "update")
_THROUGH: dict[str, str] = {
    Via.SLACK: "Slack",
    Via.API: "API",
    Via.EMAIL: "e-mail",
    Via.LINK: "link",
    Via.PHONE: "phone",
}
_OUTCOMES = {"begun": "key", "done": "key", "good": "good", "bad": "bad"}
"""What came of a mitigation, as a tone; a line without is about planning it."""
MAX_TITLE = 120
LATER = timedelta(minutes=2)
"""A line about something that happened longer ago says when it was written down."""


@dataclass(frozen=True, slots=True)
class Line:
    """`title` stands behind the actor's name, `text` below it; one of them is empty. `said` is who
    put somebody's message here, `permalink` where it was said, `state` whether it was corrected."""

    event: IncidentEvent
    title: str
    text: str
    icon: str
    tone: str
    alert: str
    through: str
    written_later: bool
    said: str
    permalink: str
    state: str


def line_of(event: IncidentEvent) -> Line:
    to = str(event.detail.get("to", ""))
    alert = event.detail.get("alert", "")
    title = _title(event)
    return Line(
        event=event,
        title=title,
        text="" if title else event.text,
        icon=_STATUS_ICONS.get(to, _ICONS.get(event.kind, "circle-dot")),
        tone=_tone(event, to),
        alert=alert if isinstance(alert, str) else "",
        through=_THROUGH.get(event.via, ""),
        written_later=event.recorded_at - event.occurred_at > LATER,
        said=_detail(event, "captured_by"),
        permalink=safe_href(_detail(event, "permalink")) or "",
        state=_state(event),
    )


def _detail(event: IncidentEvent, name: str) -> str:
    value = event.detail.get(name, "")
    return value if isinstance(value, str) else ""


def _state(event: IncidentEvent) -> str:
    """What became of a line that was corrected since, or that corrects another."""
    if event.withdraws:
        return "withdrawn"
    if getattr(event, "replaced", False):
        return "replaced"
    return "edited" if event.replaces_id else ""


def _title(event: IncidentEvent) -> str:
    """What a short line says after the name that it begins with: "acknowledged." """
    text = event.text
    if event.kind in ("note", "update") or len(text) > MAX_TITLE:
        return ""
    if not text.startswith(event.actor_label):
        return ""
    rest = text[len(event.actor_label) :]
    return rest.lstrip(": ") if rest.startswith((": ", " ")) else ""


def _tone(event: IncidentEvent, to: str) -> str:
    if event.kind == "status":
        return "good" if to in ("resolved", "closed") else "key"
    if event.kind == "page" and _is_bad(event.idempotency or ""):
        return "bad"
    if event.kind == "mitigation":
        return _OUTCOMES.get(_detail(event, "outcome"), "")
    return "key" if event.kind in _KEY else ""


def _is_bad(told: str) -> bool:
    """A delivery that failed for good, or an escalation that ran out."""
    return told.endswith(":failed") or told.startswith("exhausted:")
