"""Which route an alert takes, which system it is about, which group it belongs to. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from alerts import severity as severities
from alerts.matchers import Matchers
from alerts.signals import Severity

SYSTEM_LABELS = ("system", "ai_system", "service", "sloth_service", "app", "deployment")
"""Labels that senders name the affected system by, best first."""

DEFAULT_GROUP_BY = ("system", "alertname")


@dataclass(frozen=True, slots=True)
class RouteRule:
    """A route as the rules see it. `system` is a slug."""

    id: int | None
    name: str
    matchers: Matchers | None
    system: str | None = None
    severity: str = ""
    group_by: tuple[str, ...] = DEFAULT_GROUP_BY
    open_incident: str = "always"
    fold_within: int = 0
    """Seconds within which alerts of one system become one problem; 0: never."""


DEFAULT_ROUTE = RouteRule(id=None, name="the default route", matchers=None)
"""What alerts take that no route matches: they open an incident and page (fail open)."""


@dataclass(frozen=True, slots=True)
class Decision:
    route: RouteRule
    system: str | None
    severity: str
    group_key: str
    group: Mapping[str, str]
    wants_incident: bool
    why: str


def decide(
    *,
    routes: Sequence[RouteRule],
    labels: Mapping[str, str],
    dedup_key: str,
    severity: Severity | None,
    known_systems: Mapping[str, object],
    source_slug: str,
    source_system: str | None,
    drill: bool = False,
) -> Decision:
    """The first route in order whose matchers fit, and what follows from it. A drill's alerts form
    groups of their own: nothing real ever joins an incident that nobody takes for real."""
    guessed, facts = routing_facts(
        labels, known_systems=known_systems, source_slug=source_slug, source_system=source_system
    )
    route = next(
        (rule for rule in routes if rule.matchers is None or rule.matchers.matches(facts)),
        DEFAULT_ROUTE,
    )
    system = route.system or guessed
    level = route.severity or str(severity or severities.UNKNOWN)
    if system:
        facts["system"] = system
    group = {name: facts.get(name, "") for name in route.group_by}
    if not any(group.values()):
        # Nothing in common to group by: each condition is a problem of its own.
        group = {"key": dedup_key}
    wants = route.open_incident == "always" or (
        route.open_incident == "page" and severities.pages(level)
    )
    return Decision(
        route=route,
        system=system,
        severity=level,
        group_key=group_key(route, group, source_slug, drill=drill),
        group=group,
        wants_incident=wants,
        why=_why(route, wants, level),
    )


def routing_facts(
    labels: Mapping[str, str],
    *,
    known_systems: Mapping[str, object],
    source_slug: str,
    source_system: str | None,
) -> tuple[str | None, dict[str, str]]:
    """The system that the labels (or else the source) name, and what matchers are held against:
    routes may match on the system and the source even when the sender does not name them."""
    guessed = next(
        (labels[name] for name in SYSTEM_LABELS if labels.get(name) in known_systems),
        source_system,
    )
    facts = {**labels, "aire_source": source_slug}
    if guessed:
        facts.setdefault("system", guessed)
    return guessed, facts


def group_key(
    route: RouteRule, group: Mapping[str, str], source_slug: str, *, drill: bool = False
) -> str:
    """SHA-256 over the route and the grouped labels; a lone key also counts its source."""
    parts = [str(route.id or "default")]
    if drill:
        parts.append("drill")
    if "key" in group:
        parts.append(source_slug)
    for name, value in sorted(group.items()):
        parts += [name, value]
    return hashlib.sha256("\x00".join(parts).encode()).hexdigest()


def _why(route: RouteRule, wants: bool, level: str) -> str:
    if wants:
        return f"Matched {route.name}, which opens an incident."
    if route.open_incident == "never":
        return f"Matched {route.name}, which never opens an incident."
    return f"Matched {route.name}, which opens none for {level.upper()}: it does not page."
