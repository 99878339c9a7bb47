"""What the higher rooms can hear from the catalog."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from core.outbox import Event


@dataclass(frozen=True, slots=True)
class ChangeRecorded(Event):
    """Something altered a system. `change_id` is the hexadecimal UUID."""

    name: ClassVar[str] = "catalog.change_recorded"
    change_id: str
    system_id: int
    kind: str


@dataclass(frozen=True, slots=True)
class SystemRetired(Event):
    """A system is out of use: what still routes or pages for it can be cleared."""

    name: ClassVar[str] = "catalog.system_retired"
    system_id: int
