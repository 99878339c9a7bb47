"""What the postmortems room tells the rooms above."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from core.outbox import Event


@dataclass(frozen=True, slots=True)
class PostmortemChanged(Event):
    """A document was made, moved along its lifecycle, or set aside."""

    name: ClassVar[str] = "postmortems.changed"
    postmortem_id: int
    incident_id: int
    ref: str
    status: str
    by: str
    private: bool = False
