"""What the incidents room tells the rooms above and the channels."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar

from core.outbox import Event


@dataclass(frozen=True, slots=True)
class IncidentChanged(Event):
    """An incident's status, severity or people changed. `card` holds the facts that messages are
    made of (see `incidents.cards`), as they were then."""

    name: ClassVar[str] = "incidents.changed"
    incident_id: int
    subject_key: str
    status: str
    by: str
    card: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class IncidentUpdated(Event):
    """Somebody said how it stands. The text is read from the row: it may be long and private."""

    name: ClassVar[str] = "incidents.updated"
    incident_id: int
    update_id: int
    subject_key: str
