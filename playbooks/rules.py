"""What a run needs before it may act, and what holds it back. Pure; no database, no clock."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from playbooks.definition import PlaybookSpec

NONE, MANAGER = "none", "manager"
_RANK = (NONE, "responder", MANAGER, "admin")


@dataclass(frozen=True, slots=True)
class Demand:
    """Who has to agree: `count` people of `role` or above. `because` says why it is more than the
    playbook asks for, or less."""

    role: str
    count: int
    another: bool = False
    because: str = ""

    @property
    def any(self) -> bool:
        return self.role != NONE

    @property
    def who(self) -> str:
        """In words: a manager, 2 responders."""
        if self.count > 1:
            return f"{self.count} {self.role}s"
        return f"{'an' if self.role == 'admin' else 'a'} {self.role}"

    def to_json(self) -> dict[str, Any]:
        return {
            "role": self.role,
            "count": self.count,
            "another": self.another,
            "because": self.because,
        }


def demand_of(spec: PlaybookSpec, *, dependents: int, rehearsal: bool, allowed: str) -> Demand:
    """`dependents` systems stand behind those that the run touches; `allowed` is the sentence by
    which the owner lets it run by itself, "" for a run that a person starts."""
    asked = spec.approval
    if rehearsal:
        return Demand(NONE, 0, because="In a drill nothing is sent.")
    if allowed:
        return Demand(NONE, 0, because=allowed)
    if dependents > spec.limits.dependents:
        role = max(asked.role, MANAGER, key=_RANK.index)
        because = (
            f"{dependents} {'system depends' if dependents == 1 else 'systems depend'} on what it "
            f"touches, more than the {spec.limits.dependents} that the playbook allows: a manager "
            "has to agree."
        )
        return Demand(role, asked.count, asked.another, because)
    count = 0 if asked.role == NONE else asked.count
    return Demand(asked.role, count, asked.another)


def enough(demand: Demand, agreed: int) -> bool:
    return not demand.any or agreed >= demand.count


def cooling_until(
    spec: PlaybookSpec, last_acted_at: datetime | None, now: datetime
) -> datetime | None:
    """When it may act again; None when it may now."""
    if last_acted_at is None:
        return None
    until = last_acted_at + timedelta(seconds=spec.limits.cool_down)
    return until if until > now else None


def class_that_allows(automatic: Collection[str], causes: Collection[str]) -> str:
    """The cause or class of the incident for which the owner lets it start by itself, or ""."""
    known = {*causes, *(cause.partition(".")[0] for cause in causes)}
    return next((slug for slug in automatic if slug in known), "")
