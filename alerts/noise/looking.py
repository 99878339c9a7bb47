"""Stored alerts as the rules see them, and the ones that matchers may fit, found by an index."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.db.models import Q, QuerySet

from alerts.matchers import Matchers, Operator
from alerts.models import Alert
from alerts.noise.rules import Facts, Rules, facts_of

MAX_FIRING = 2000
"""Alerts that others may be held on account of; with more than so many firing, the newest."""

OWN_NAMES = frozenset({"aire_source", "system", "severity"})
"""Names that AIRE adds to the labels that matchers are held against."""

FACT_FIELDS = ("id", "title", "labels", "severity", "status", "wants_incident", "drill",
               "group_key", "source__slug", "system__slug")  # fmt: skip


def facts_of_row(alert: Alert) -> Facts:
    """Of a row with its source and its system loaded."""
    system = alert.system.slug if alert.system else None
    return Facts(
        id=alert.pk,
        labels=facts_of(
            alert.labels, source=alert.source.slug, system=system, severity=alert.severity
        ),
        severity=alert.severity,
        title=alert.title,
        system=system,
        wants_incident=alert.wants_incident,
        drill=alert.drill,
    )


def rows_for(alerts: QuerySet[Alert]) -> QuerySet[Alert]:
    """Only what the rules look at."""
    return alerts.select_related("source", "system").only(*FACT_FIELDS)


def that_may_fit(alerts: QuerySet[Alert], matchers: Matchers) -> QuerySet[Alert]:
    """Without those whose labels cannot fit, as far as the index on labels can say."""
    return alerts.filter(_must_have(matchers))


def firing_sources(targets: Iterable[Facts], rules: Rules) -> list[Facts]:
    """The firing alerts on whose account one of the targets may be held: one query at most."""
    systems: set[str] = set()
    wanted = Q()
    some = False
    targets = list(targets)
    for target in targets:
        if target.system:
            systems |= rules.dependencies.above(target.system)
    for rule in rules.inhibitions:
        if any(rule.target.matches(target.labels) for target in targets):
            wanted |= _must_have(rule.source)
            some = True
    if systems:
        wanted |= Q(system__slug__in=systems)
    if not some and not systems:
        return []
    rows = Alert.objects.filter(wanted, status=Alert.Status.FIRING, wants_incident=True)
    newest = rows_for(rows).order_by("-listed_at", "-id")[:MAX_FIRING]
    return [facts_of_row(row) for row in newest]


def _must_have(matchers: Matchers) -> Q:
    exact: Mapping[str, str] = {
        one.name: one.value
        for one in matchers.items
        if one.operator is Operator.EQUAL and one.value and one.name not in OWN_NAMES
    }
    return Q(labels__contains=dict(exact)) if exact else Q()
