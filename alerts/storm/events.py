"""What a storm tells the rooms above."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from core.outbox import Event


@dataclass(frozen=True, slots=True)
class AlertsFolded(Event):
    """A lot's alerts of one team are about to join the storm's incident; `severity` is the worst
    of them, `route_id` the route of that one."""

    name: ClassVar[str] = "alerts.folded"
    urgent: ClassVar[bool] = True
    group_key: str
    source: str
    severity: str
    system_id: int | None
    route_id: int | None


@dataclass(frozen=True, slots=True)
class StormCounted(Event):
    """A minute of a storm is over: so many alerts were folded into this incident in it."""

    name: ClassVar[str] = "alerts.storm_counted"
    group_key: str
    source: str
    minute: str
    count: int


@dataclass(frozen=True, slots=True)
class StormEnded(Event):
    name: ClassVar[str] = "alerts.storm_ended"
    group_keys: list[str]
    source: str
    folded: int
    calm_seconds: int
