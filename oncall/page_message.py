"""What a page says, made of the subject's card. Pure; tolerant of cards of any release."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from notifications.message import Message


def page_message(card: Mapping[str, Any], *, because: str, step_label: str) -> Message:
    """`card` is what `start_escalation` was given; `because` why this reader is paged."""
    severity = str(card.get("severity") or "")
    ref = str(card.get("ref") or "")
    systems = [str(name) for name in card.get("systems") or []]
    facts = [("System" if len(systems) == 1 else "Systems", ", ".join(systems))]
    facts += [("Severity", severity.upper()), ("Opened", str(card.get("opened_at") or ""))]
    facts += [("Step", step_label)]
    return Message.from_json(
        {
            "kind": "page",
            "headline": " · ".join(filter(None, (severity.upper(), ref))) or "AIRE",
            "title": str(card.get("title") or "") or "An alert needs attention",
            "severity": severity,
            "facts": [fact for fact in facts if fact[1]],
            "body": card.get("summary"),
            "why": because,
            "url": card.get("url"),
            "actions": [item for item in card.get("actions") or [] if isinstance(item, dict)],
            "drill": card.get("drill"),
        }
    )
