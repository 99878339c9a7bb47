"""When a storm begins, which alerts keep an incident of their own in it, when it is over. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

PREFIX = "storm:"
"""How the group keys of folded alerts begin."""

WINDOW = timedelta(seconds=10)
OWN_GROUPS = 5
"""New problems that keep an incident of their own in a storm, whatever their severity."""

OWN_SYSTEMS = 20
"""Systems whose first SEV1 keeps one: a second fire must not drown in the first."""


@dataclass(frozen=True, slots=True)
class Limits:
    """`per_second` new alerts of one source on average over ten seconds, or `groups` new problems
    read at once, are a storm; `calm` is how long it must be quieter than half of that."""

    per_second: int
    groups: int
    calm: timedelta

    def begins(self, *, alerts: int, groups: int) -> bool:
        """`alerts` new ones within the window, `groups` new problems in this lot."""
        return alerts > self.per_second * WINDOW.total_seconds() or groups > self.groups

    def goes_on(self, *, alerts: int, groups: int) -> bool:
        return self.begins(alerts=2 * alerts, groups=2 * groups)


@dataclass(slots=True)
class Slots:
    """The incidents of their own that a storm has had so far."""

    own: int = 0
    systems: list[str] = field(default_factory=list)

    def take(self, *, severity: str, system: str) -> bool:
        """Whether a new problem keeps an incident of its own."""
        first_of_system = system not in self.systems and len(self.systems) < OWN_SYSTEMS
        if severity == "sev1" and first_of_system:
            self.systems.append(system)
            return True
        if self.own < OWN_GROUPS:
            self.own += 1
            return True
        return False


@dataclass(slots=True)
class Tally:
    """What was folded into one incident: the minute that is counted, and all before it."""

    minute: str = ""
    count: int = 0

    def add(self, at: datetime, count: int) -> tuple[str, int] | None:
        """The minute that this one ends, with its count; None while it goes on."""
        minute = at.replace(second=0, microsecond=0).isoformat()
        over = (self.minute, self.count) if self.minute and self.minute != minute else None
        self.count = count if over or not self.minute else self.count + count
        self.minute = minute
        return over


def group_key(storm_id: int, team_id: int | None) -> str:
    """One incident a team and storm."""
    return f"{PREFIX}{storm_id}:{team_id or 0}"
