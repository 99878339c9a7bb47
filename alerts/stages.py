"""What may happen to alerts between being folded and being told: silence, inhibit, regroup.

A stage sees all alerts that a lot of receipts touched, once, in the lot's transaction, and works on
them set-wise. It holds an alert back or moves it to another group, always with a line that says
why. Filled by wiring; run in this order.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from alerts.bulk import NewStep
from alerts.episodes import Effect
from alerts.facts import SourceFacts
from alerts.models import Alert
from core.registry import Registry


@dataclass(slots=True)
class Touched:
    """An alert and what the lot did to it, in order. `facts` is what matchers are held against:
    its labels, `system` and `aire_source`. `asks` says that it wants an incident now; `before` is
    when its condition opened last before this, None for one that is new."""

    alert: Alert
    facts: Mapping[str, str]
    effects: list[Effect] = field(default_factory=list)
    asks: bool = False
    before: datetime | None = None

    @property
    def firing(self) -> bool:
        """Whether it fires and nothing holds it back."""
        return self.alert.status == Alert.Status.FIRING

    @property
    def held_now(self) -> bool:
        """Whether it fired before this lot and may be held back since: it got worse meanwhile."""
        known = Effect.OPENED not in self.effects
        return (
            known and Effect.RAISED in self.effects and (self.alert.status == Alert.Status.SILENCED)
        )


@dataclass(slots=True)
class Folded:
    """What a lot did, before it is written and told."""

    source: SourceFacts
    now: datetime
    touched: list[Touched]
    steps: list[NewStep] = field(default_factory=list)

    def hold(self, one: Touched, kind: str, text: str, **detail: Any) -> None:
        """Keep a firing alert from asking for anybody: it shows as silenced until whoever held it
        back lets it fire again (and then publishes `AlertsFiring`), or it is over."""
        if one.firing:
            one.alert.status = Alert.Status.SILENCED
            self.note(one, kind, text, **detail)

    def regroup(self, one: Touched, group_key: str, text: str, **detail: Any) -> None:
        """Have it belong to another group's incident."""
        one.alert.group_key = group_key
        self.note(one, "grouped", text, **detail)

    def note(self, one: Touched, kind: str, text: str, **detail: Any) -> None:
        """A line of the alert's trace."""
        self.steps.append(NewStep(one.alert.pk, self.now, kind, text[:500], detail))


Stage = Callable[[Folded], None]
stages: Registry[Stage] = Registry("stage of absorbing")


def run_stages(folded: Folded) -> None:
    for stage in stages:
        stage(folded)
