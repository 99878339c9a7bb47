"""What the incidents room tells the rooms above and the channels."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar

from core.outbox import Event


@dataclass(frozen=True, slots=True)
class TimelineWritten(Event):
    """Lines were written on an incident's timeline. `lines` are their ids, `kinds` what they are
    of, in the same order."""

    name: ClassVar[str] = "incidents.timeline_written"
    incident_id: int
    lines: list[str]
    kinds: list[str]


@dataclass(frozen=True, slots=True)
class IncidentChanged(Event):
    """An incident's status, severity or people changed. `card` holds the facts that messages are
    made of (see `incidents.cards`), as they were then. `was` is the status before when it moved,
    `new` when it was opened; `key` tells two changes apart."""

    name: ClassVar[str] = "incidents.changed"
    incident_id: int
    subject_key: str
    status: str
    by: str
    card: dict[str, Any] = field(default_factory=dict)
    was: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class IncidentUpdated(Event):
    """Somebody said how it stands. The text is read from the row: it may be long and private."""

    name: ClassVar[str] = "incidents.updated"
    incident_id: int
    update_id: int
    subject_key: str


@dataclass(frozen=True, slots=True)
class ReminderChanged(Event):
    """A reminder was told, put off, stopped or is not wanted any more. What holds is read from the
    row: events come late."""

    name: ClassVar[str] = "incidents.reminder_changed"
    incident_id: int
    reminder_id: int
