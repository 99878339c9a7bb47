"""What absorbing must know of a source, the systems and the routes; kept until one of them changes.

A trigger gives `FactsVersion` a new token in each transaction that touches their tables, so that
a process sees with the lease of its next lot whether what it has kept is still true.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from uuid import UUID

from alerts.matchers import Matchers, parse_matchers
from alerts.models import Route, Source
from alerts.noise.flapping import FlapRule
from alerts.noise.loading import current_rules, flap_rule, noise_settings
from alerts.noise.rules import Rules
from alerts.redaction.detector import Plan
from alerts.redaction.storing import SourcePlan, plan_of
from alerts.routing import DEFAULT_GROUP_BY, RouteRule
from catalog.models import System

MAX_KEPT = 200
_kept: OrderedDict[int, tuple[UUID, SourceFacts]] = OrderedDict()
"""By source, with the version that was true before they were read. Used by several threads: each
step is atomic by itself, and the worst that a race costs is reading once more."""


@dataclass(frozen=True, slots=True)
class SourceFacts:
    """What absorbing needs to know of a source and of the house, read once a batch."""

    id: int
    slug: str
    name: str
    options: Mapping[str, Any]
    system: str | None
    auto_resolve_after: int | None
    systems: Mapping[str, int]
    routes: tuple[RouteRule, ...]
    noise: Rules = field(default_factory=Rules)
    flap_rule: FlapRule | None = None
    redaction: SourcePlan = field(default_factory=lambda: SourcePlan(Plan()))


def facts_as_of(version: UUID | None, source_id: int) -> SourceFacts:
    """The facts, read anew unless they were read under this version. Without one they always
    are."""
    kept = _kept.get(source_id)
    if version is not None and kept is not None and kept[0] == version:
        return kept[1]
    facts = source_facts(source_id)
    if version is not None:
        _kept[source_id] = version, facts
        if len(_kept) > MAX_KEPT:
            _kept.popitem(last=False)
    return facts


def source_facts(source_id: int) -> SourceFacts:
    source = Source.objects.select_related("system", "redaction").get(pk=source_id)
    chosen = noise_settings()
    return SourceFacts(
        id=source.pk,
        slug=source.slug,
        name=source.name,
        options=source.options,
        system=source.system.slug if source.system else None,
        auto_resolve_after=source.auto_resolve_after,
        systems=dict(System.objects.values_list("slug", "id")),
        routes=route_rules(),
        noise=current_rules(chosen),
        flap_rule=flap_rule(chosen),
        redaction=plan_of(source),
    )


def route_rules() -> tuple[RouteRule, ...]:
    """The enabled routes, in order."""
    return tuple(
        RouteRule(
            id=route.pk,
            name=route.name,
            matchers=_compiled(tuple(route.match)) if route.match else None,
            system=route.system.slug if route.system else None,
            severity=route.severity,
            group_by=tuple(route.group_by) or DEFAULT_GROUP_BY,
            open_incident=route.open_incident,
            fold_within=route.fold_within,
        )
        for route in Route.objects.filter(enabled=True).select_related("system")
    )


@lru_cache(maxsize=1024)
def _compiled(match: tuple[str, ...]) -> Matchers:
    return parse_matchers(list(match))
