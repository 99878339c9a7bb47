"""Whether something holds an alert back: silences, maintenance, inhibition, dependencies. Pure.

Only an alert that is itself free to page can hold another one back, and nothing holds back what is
worse than the alert on whose account it would be held by a dependency. Whatever the rules say, a
set of alerts that fires therefore always has one that pages unless a person silenced it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from alerts import severity as severities
from alerts.matchers import Matchers
from alerts.noise.windows import Window, active_window

MAX_DEPTH = 5
"""How many steps along the catalog's dependencies a failure is followed."""


@dataclass(frozen=True, slots=True)
class Facts:
    """An alert as the rules see it. `system` is a slug; `labels` is what matchers are held
    against (see `facts_of`)."""

    id: UUID
    labels: Mapping[str, str]
    severity: str
    title: str = ""
    system: str | None = None
    wants_incident: bool = True
    drill: bool = False


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an alert is held back. `until` is None where no time is known."""

    kind: str
    text: str
    ref: str = ""
    until: datetime | None = None
    by_alert: UUID | None = None


@dataclass(frozen=True, slots=True)
class SilenceRule:
    id: UUID
    name: str
    author: str
    matchers: Matchers
    system: str | None
    windows: tuple[Window, ...]

    def fits(self, facts: Facts) -> bool:
        """Whether it is about this alert, whenever it holds."""
        if self.system is not None and facts.system != self.system:
            return False
        return self.matchers.matches(facts.labels)

    def reason(self, at: datetime) -> Reason | None:
        """What it says of the alerts that it fits at this instant; None when it does not hold."""
        window = active_window(self.windows, at)
        if window is None:
            return None
        if self.system is not None:
            text = f"Planned maintenance of {self.system} by {self.author}: {self.name}"
            return Reason("maintenance", text[:300], str(self.id), window.ends)
        text = f"Silenced by {self.author}: {self.name}"
        return Reason("silence", text[:300], str(self.id), window.ends)


@dataclass(frozen=True, slots=True)
class InhibitionRule:
    slug: str
    name: str
    source: Matchers
    target: Matchers
    equal: tuple[str, ...] = ()

    def holds(self, source: Facts, target: Facts) -> bool:
        """As Alertmanager: what fits both sides is not held by what fits both sides as well."""
        if source.id == target.id or not self.target.matches(target.labels):
            return False
        if not self.source.matches(source.labels):
            return False
        if self.source.matches(target.labels) and self.target.matches(source.labels):
            return False
        return all(
            source.labels.get(name, "") == target.labels.get(name, "") for name in self.equal
        )


@dataclass(frozen=True, slots=True)
class Dependencies:
    """What each system depends on, which systems have tier 1, and whose alerts wait for them."""

    needs: Mapping[str, frozenset[str]] = field(default_factory=dict)
    tier_one: frozenset[str] = frozenset()
    followers: frozenset[str] = frozenset()

    def above(self, system: str) -> frozenset[str]:
        """The tier-1 systems that this one needs, directly or not. One that needs this system in
        turn is left out: in a circle nobody is the cause."""
        if system not in self.followers:
            return frozenset()
        found = self._reached(system)
        return frozenset(
            one for one in found & self.tier_one if one != system and system not in
            self._reached(one)
        )  # fmt: skip

    def _reached(self, system: str) -> set[str]:
        seen: set[str] = set()
        edge = {system}
        for _ in range(MAX_DEPTH):
            edge = {need for one in edge for need in self.needs.get(one, ())} - seen
            seen |= edge
        return seen


@dataclass(frozen=True, slots=True)
class Rules:
    """All that can hold alerts back."""

    silences: tuple[SilenceRule, ...] = ()
    inhibitions: tuple[InhibitionRule, ...] = ()
    dependencies: Dependencies = field(default_factory=Dependencies)

    @property
    def looks_at_others(self) -> bool:
        """Whether an alert can be held on account of another one."""
        return bool(self.inhibitions or self.dependencies.followers)


def facts_of(
    labels: Mapping[str, str], *, source: str, system: str | None, severity: str
) -> dict[str, str]:
    """What matchers are held against: the alert's own labels, and where it has none of these
    names, its source's short name, its system and its severity as AIRE has them."""
    known = {"aire_source": source, "severity": severity}
    if system:
        known["system"] = system
    return {**known, **labels}


def silenced_by(facts: Facts, rules: Rules, at: datetime) -> list[Reason]:
    """The silences and the maintenance that hold this alert now."""
    found = []
    for silence in rules.silences:
        reason = silence.reason(at)
        if reason is not None and silence.fits(facts):
            found.append(reason)
    return found


def held_by_others(
    targets: Sequence[Facts], firing: Iterable[Facts], rules: Rules
) -> dict[UUID, Reason]:
    """Which of the targets are held on account of an alert that fires and pages. `firing` may
    hold the targets too; of those only the ones count that nothing holds."""
    if not rules.looks_at_others:
        return {}
    sources = [one for one in firing if one.wants_incident]
    first = _held(targets, sources, rules)
    if not first:
        return {}
    # What is held itself holds nothing: in a chain each link needs a free one before it.
    return _held(targets, [one for one in sources if one.id not in first], rules)


def _held(targets: Sequence[Facts], sources: Sequence[Facts], rules: Rules) -> dict[UUID, Reason]:
    found: dict[UUID, Reason] = {}
    by_system: dict[str, list[Facts]] = {}
    for source in sources:
        if source.system:
            by_system.setdefault(source.system, []).append(source)
    for target in targets:
        reason = _inhibited(target, sources, rules) or _waits(target, by_system, rules)
        if reason is not None:
            found[target.id] = reason
    return found


def _inhibited(target: Facts, sources: Sequence[Facts], rules: Rules) -> Reason | None:
    for rule in rules.inhibitions:
        if not rule.target.matches(target.labels):
            continue
        for source in sources:
            if source.drill == target.drill and rule.holds(source, target):
                text = f"Held back by the rule {rule.name}: {source.title or 'an alert'} fires."
                return Reason("inhibition", text[:300], rule.slug, by_alert=source.id)
    return None


def _waits(target: Facts, by_system: Mapping[str, list[Facts]], rules: Rules) -> Reason | None:
    """A tier-1 dependency that pages for at least as severe an alert speaks for its dependants."""
    if target.system is None:
        return None
    for name in sorted(rules.dependencies.above(target.system)):
        for source in by_system.get(name, ()):
            no_worse = severities.worst(source.severity, target.severity) == source.severity
            if source.drill == target.drill and no_worse and severities.pages(source.severity):
                text = f"{name}, which {target.system} depends on, fires: {source.title}"
                return Reason("dependency", text[:300], name, by_alert=source.id)
    return None
