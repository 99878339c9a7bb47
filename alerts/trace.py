"""What happened to an alert and why, as an ordered list. Higher rooms add their own lines."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from accounts.models import User
from alerts.models import Alert, AlertStep
from core import clock
from core.inserts import insert
from core.registry import Registry


@dataclass(frozen=True, slots=True)
class TraceStep:
    """One line: `kind` is a stable word for machines, `text` a sentence, `url` where to look."""

    at: datetime
    kind: str
    text: str
    detail: dict[str, Any] = field(default_factory=dict)
    url: str = ""


Contributor = Callable[[Alert, User], list[TraceStep]]
contributors: Registry[Contributor] = Registry("trace contributor")
"""Filled by wiring: given an alert and a reader, the lines that this reader may see."""


def add_step(alert: Alert, kind: str, text: str, **detail: Any) -> None:
    """Add a line of this room's own trace, in the caller's transaction."""
    insert(AlertStep(alert=alert, at=clock.now(), kind=kind, text=text[:500], detail=detail))


def trace(alert: Alert, user: User) -> list[TraceStep]:
    """Everything that happened to the alert, oldest first."""
    lines = [
        TraceStep(step.at, step.kind, step.text, step.detail, _url(step))
        for step in alert.steps.order_by("at", "id")
        # What higher rooms did with it is told by them, to those who may know.
        if step.kind != "incident"
    ]
    if alert.count > 1:
        times = alert.count - 1
        again = "once more" if times == 1 else f"{times} times more"
        lines.append(TraceStep(alert.last_seen_at, "repeated", f"Received {again}."))
    for contribute in contributors:
        lines.extend(contribute(alert, user))
    return sorted(lines, key=lambda line: line.at)


def _url(step: AlertStep) -> str:
    receipt = step.detail.get("receipt")
    return f"/alerts/receipts/{receipt}/" if receipt else ""
