"""What outgoing webhooks are told. Nothing about private incidents ever leaves by this door."""

from __future__ import annotations

from typing import Any

from incidents.events import IncidentChanged
from incidents.models import Incident
from notifications.webhook_services import tell
from oncall.events import EscalationExhausted, NobodyToPage, PageCreated

OPENED = "new"
SECRET_FIELDS = frozenset({"actions", "private"})
OVER = frozenset({"resolved", "closed", "cancelled"})


def on_incident_changed(event: IncidentChanged) -> None:
    if event.card.get("private"):
        return
    told = {name: value for name, value in event.card.items() if name not in SECRET_FIELDS}
    tell(kind_of(event), {**told, "by": event.by}, key=event.key)


def kind_of(event: IncidentChanged) -> str:
    """`was` is the status before, when it moved."""
    if event.was == OPENED:
        return "incident.opened"
    if event.was in OVER and event.status not in OVER:
        return "incident.reopened"
    return f"incident.{event.status}" if event.was else "incident.changed"


def on_page_created(event: PageCreated) -> None:
    if (about := _about(event.subject_key)) is not None:
        data = {
            **about,
            "page": event.page_id,
            "who": event.who,
            "because": event.because,
            "step": event.step_label,
            "fallback": event.is_fallback,
        }
        tell("page.created", data, key=event.page_id)


def on_nobody_to_page(event: NobodyToPage) -> None:
    if (about := _about(event.subject_key)) is not None:
        tell("page.nobody", {**about, "reason": event.reason}, key=event.key)


def on_exhausted(event: EscalationExhausted) -> None:
    if (about := _about(event.subject_key)) is not None:
        tell("page.exhausted", {**about, "policy": event.policy}, key=event.escalation_id)


def _about(subject_key: str) -> dict[str, Any] | None:
    """The incident it is about; None for a private one and for what is none."""
    kind, _, pk = subject_key.partition(":")
    if kind != "incident" or not pk.isdigit():
        return None
    found = Incident.objects.filter(pk=int(pk), private=False).first()
    if found is None:
        return None
    return {"incident": found.ref, "title": found.title, "severity": found.severity}
