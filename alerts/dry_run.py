"""A change of the routes tried against the alerts of the last days. Changes nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from accounts.models import User
from alerts import severity as severities
from alerts.facts import route_rules
from alerts.models import Alert, Route
from alerts.preview import Draft, rule_of
from alerts.routing import Decision, RouteRule, decide
from alerts.severity_words import severity_of
from alerts.signals import Severity
from catalog.models import System
from core import clock

DAYS = 7
MOST_DAYS = 90
MOST = 5000
SHOWN = 30
DRAFT = -1
"""Stands for the id of a route that is not saved yet."""


@dataclass(frozen=True, slots=True)
class Moved:
    """An alert that would have gone another way."""

    alert: Alert
    before: Decision
    after: Decision

    @property
    def what(self) -> str:
        """What is different, in words."""
        before, after = self.before, self.after
        parts = []
        if before.route.name != after.route.name:
            parts.append(f"taken by {after.route.name} instead of {before.route.name}")
        if before.severity != after.severity:
            parts.append(f"{before.severity.upper()} becomes {after.severity.upper()}")
        if (before.system or "") != (after.system or ""):
            parts.append(f"counts to {after.system or 'no system'}, not {before.system or 'none'}")
        if pages(before) != pages(after):
            parts.append("pages" if pages(after) else "pages nobody")
        elif before.wants_incident != after.wants_incident:
            parts.append("opens an incident" if after.wants_incident else "opens no incident")
        if not parts and before.group_key != after.group_key:
            parts.append("is grouped differently")
        return ", ".join(parts)


@dataclass(frozen=True, slots=True)
class Difference:
    """`*_before` is what the saved routes make of the same alerts now. An incident is a group that
    wants one; alerts of a group that comes back days later count once."""

    looked_at: int
    days: int
    moved: int
    shown: list[Moved]
    pages_before: int
    pages_after: int
    incidents_before: int
    incidents_after: int
    cut: bool


def pages(decision: Decision) -> bool:
    return decision.wants_incident and severities.pages(decision.severity)


def difference(user: User, draft: Draft, *, days: int = DAYS) -> Difference:
    """What saving this draft would have changed about the alerts of the last days."""
    since = clock.now() - timedelta(days=days)
    recent = list(
        Alert.objects.visible_to(user)
        .filter(listed_at__gte=since, first_seen_at__gte=since, is_test=False)
        .select_related("source__system", "route")
        .only("title", "labels", "severity", "dedup_key", "first_seen_at", "last_seen_at", "drill",
              "route__severity", "source__slug", "source__name", "source__system__slug")
        .order_by("-listed_at", "-id")[:MOST]
    )  # fmt: skip
    known = dict(System.objects.values_list("slug", "id"))
    before_rules = route_rules()
    after_rules = with_draft(before_rules, draft)
    before = [_decision(alert, before_rules, known) for alert in recent]
    after = [_decision(alert, after_rules, known) for alert in recent]
    moved = [
        Moved(*one) for one in zip(recent, before, after, strict=True) if _differ(one[1], one[2])
    ]
    return Difference(
        looked_at=len(recent),
        days=days,
        moved=len(moved),
        shown=moved[:SHOWN],
        pages_before=sum(map(pages, before)),
        pages_after=sum(map(pages, after)),
        incidents_before=_incidents(before),
        incidents_after=_incidents(after),
        cut=len(recent) >= MOST,
    )


def with_draft(rules: Sequence[RouteRule], draft: Draft) -> list[RouteRule]:
    """The routes as they would be: the draft in its place, without its saved form."""
    own = Route.objects.filter(slug=draft.slug).first() if draft.slug else None
    orders = dict(Route.objects.values_list("pk", "order"))
    place = own.pk if own else float("inf")
    others = [rule for rule in rules if own is None or rule.id != own.pk]
    if not draft.enabled:
        return others
    mine = rule_of(draft, own.pk if own else DRAFT)
    places = [(orders[rule.id or 0], rule.id or 0) for rule in others]
    earlier = [rule for rule, at in zip(others, places, strict=True) if at < (draft.order, place)]
    return [*earlier, mine, *others[len(earlier) :]]


def _decision(alert: Alert, rules: Sequence[RouteRule], known: Mapping[str, object]) -> Decision:
    source = alert.source
    return decide(
        routes=rules,
        labels=alert.labels,
        dedup_key=alert.dedup_key,
        severity=_said_severity(alert),
        known_systems=known,
        source_slug=source.slug,
        source_system=source.system.slug if source.system else None,
        drill=alert.drill,
    )


def _said_severity(alert: Alert) -> Severity | None:
    """The sender's own, as far as it can be told: a route may have replaced it."""
    if alert.route is not None and alert.route.severity:
        return severity_of(alert.labels.get("severity", ""))
    return Severity(alert.severity)


def _differ(before: Decision, after: Decision) -> bool:
    """The key of a group holds the route's id, so it differs of itself when the route does."""
    return (
        before.route.name != after.route.name
        or before.severity != after.severity
        or before.system != after.system
        or before.wants_incident != after.wants_incident
        or dict(before.group) != dict(after.group)
    )


def _incidents(decisions: Sequence[Decision]) -> int:
    return len({one.group_key for one in decisions if one.wants_incident})
