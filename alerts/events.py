"""What the alerts room tells the rooms above. Values are JSON; handlers read the rows again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from core.outbox import Event


@dataclass(frozen=True, slots=True)
class AlertsFiring(Event):
    """New episodes (or ones raised to a worse severity) of one group that want an incident."""

    name: ClassVar[str] = "alerts.firing"
    urgent: ClassVar[bool] = True
    group_key: str
    alert_ids: list[str]


@dataclass(frozen=True, slots=True)
class AlertsHeld(Event):
    """Alerts that fired already are held back from now on: by a silence, a rule, flapping."""

    name: ClassVar[str] = "alerts.held"
    urgent: ClassVar[bool] = True
    alert_ids: list[str]


@dataclass(frozen=True, slots=True)
class AlertsResolved(Event):
    name: ClassVar[str] = "alerts.resolved"
    urgent: ClassVar[bool] = True
    alert_ids: list[str]


@dataclass(frozen=True, slots=True)
class AlertsAcknowledged(Event):
    """The sender says that somebody is on it (PagerDuty's acknowledge event)."""

    name: ClassVar[str] = "alerts.acknowledged"
    urgent: ClassVar[bool] = True
    alert_ids: list[str]


@dataclass(frozen=True, slots=True)
class ReceiptSetAside(Event):
    """A delivery that could not be read; a person must hear of it."""

    name: ClassVar[str] = "alerts.receipt_set_aside"
    receipt_id: str
    source_id: int
    reason: str
