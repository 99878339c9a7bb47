"""What happened to an alert and why, as an ordered list. Higher rooms add their own lines."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from accounts.models import User
from alerts.bulk import NewStep, write_steps
from alerts.models import Alert, AlertStep
from alerts.partitions import kept_since
from core import clock
from core.registry import Registry

LOOKED = "x-aire-look"
"""The header of a receipt that AIRE wrote itself after it looked at the source's API: the host."""

ARRIVED = "arrived"
"""One stored line that is shown as four: every alert has them, and a storm has a million."""


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


def add_steps(alert_ids: Iterable[UUID], kind: str, text: str, **detail: Any) -> None:
    """Add the same line to the own trace of each, in the caller's transaction."""
    now = clock.now()
    write_steps([NewStep(alert_id, now, kind, text[:500], detail) for alert_id in alert_ids])


def trace(alert: Alert, user: User) -> list[TraceStep]:
    """Everything that happened to the alert, oldest first."""
    lines: list[TraceStep] = []
    for step in alert.steps.order_by("at", "id"):
        if step.kind == ARRIVED:
            lines += _arrival(alert, step)
        # What higher rooms did with it is told by them, to those who may know.
        elif step.kind != "incident":
            lines.append(TraceStep(step.at, step.kind, step.text, step.detail, _url(step)))
    if alert.count > 1:
        times = alert.count - 1
        again = "once more" if times == 1 else f"{times} times more"
        lines.append(TraceStep(alert.last_seen_at, "repeated", f"Received {again}."))
    for contribute in contributors:
        lines.extend(contribute(alert, user))
    return sorted(lines, key=lambda line: line.at)


def _arrival(alert: Alert, step: AlertStep) -> Iterator[TraceStep]:
    told = step.detail
    receipt = {"receipt": told["receipt"]}
    received = f"Received from {told['source']}."
    yield TraceStep(alert.first_seen_at, "received", received, receipt, _url(step))
    yield TraceStep(step.at, "read", f"Read as {told['format']}: {told['read']}")
    routed = {name: told[name] for name in ("route", "system", "severity")}
    yield TraceStep(step.at, "routed", step.text, routed)
    yield TraceStep(step.at, "grouped", told["group"])


def _url(step: AlertStep) -> str:
    receipt = step.detail.get("receipt")
    return f"/alerts/receipts/{receipt}/" if receipt and step.at > kept_since() else ""
