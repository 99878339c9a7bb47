"""What a rule about two alerts would have held back in the last days, before it is saved."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from accounts.models import User
from alerts.matchers import Matchers, parse_matchers
from alerts.models import Alert, NoiseSettings
from alerts.noise.loading import dependencies_of
from alerts.noise.looking import FACT_FIELDS, facts_of_row, that_may_fit
from alerts.noise.rules import Facts, InhibitionRule, Rules, held_by_others
from core import clock

DAYS = 7
MOST = 2000
SHOWN = 20


@dataclass(frozen=True, slots=True)
class Would:
    """An alert that would have been held, and on whose account."""

    alert: Alert
    because: str


@dataclass(frozen=True, slots=True)
class Hindsight:
    """`targets` are the alerts of the last days that the rule is about; `held` those of them that
    began while an alert on whose account they would be held was going on."""

    targets: int
    held: list[Would]
    count: int
    cut: bool


@dataclass(frozen=True, slots=True)
class _Past:
    row: Alert
    facts: Facts

    def goes_on_at(self, at: datetime) -> bool:
        row = self.row
        return row.first_seen_at <= at and (row.resolved_at is None or row.resolved_at > at)


def inhibition_in_hindsight(
    user: User, *, source: Sequence[str], target: Sequence[str], equal: Sequence[str]
) -> Hindsight:
    """Raises `MatcherError` for what is no matcher."""
    rule = InhibitionRule(
        "draft", "this rule", parse_matchers(source), parse_matchers(target), tuple(equal)
    )
    targets, cut = _recent(user, rule.target)
    sources, cut_too = _recent(user, rule.source)
    by_equal: dict[tuple[str, ...], list[_Past]] = defaultdict(list)
    for one in sources:
        by_equal[_values(one, equal)].append(one)
    found = []
    for one in targets:
        near = [other for other in by_equal[_values(one, equal)] if _before(other, one)]
        cause = next((other for other in near if rule.holds(other.facts, one.facts)), None)
        if cause is not None:
            found.append(Would(one.row, cause.row.title))
    return Hindsight(len(targets), found[:SHOWN], len(found), cut or cut_too)


def dependencies_in_hindsight(user: User, chosen: NoiseSettings, slugs: Iterable[str]) -> Hindsight:
    """The same for the catalog's dependencies, as the settings would have it."""
    dependencies = dependencies_of(chosen.follow_dependencies, frozenset(slugs))
    rows, cut = _recent(user, Matchers())
    past = [one for one in rows if one.facts.system]
    targets = [one for one in past if dependencies.above(one.facts.system or "")]
    by_system: dict[str, list[_Past]] = defaultdict(list)
    for one in past:
        by_system[one.facts.system or ""].append(one)
    rules, found = Rules(dependencies=dependencies), []
    for one in targets:
        above = dependencies.above(one.facts.system or "")
        near = [other.facts for name in above for other in by_system[name] if _before(other, one)]
        reason = held_by_others([one.facts], near, rules).get(one.facts.id)
        if reason is not None:
            found.append(Would(one.row, reason.text))
    return Hindsight(len(targets), found[:SHOWN], len(found), cut)


def _recent(user: User, matchers: Matchers) -> tuple[list[_Past], bool]:
    since = clock.now() - timedelta(days=DAYS)
    alerts = Alert.objects.visible_to(user).filter(listed_at__gte=since, first_seen_at__gte=since)
    newest = list(
        that_may_fit(alerts, matchers)
        .select_related("source", "system")
        .only(*FACT_FIELDS, "first_seen_at", "resolved_at", "last_seen_at")
        .order_by("-listed_at", "-id")[:MOST]
    )
    past = [_Past(row, facts_of_row(row)) for row in newest]
    return [one for one in past if matchers.matches(one.facts.labels)], len(newest) >= MOST


def _before(other: _Past, one: _Past) -> bool:
    return other.row.pk != one.row.pk and other.goes_on_at(one.row.first_seen_at)


def _values(one: _Past, equal: Sequence[str]) -> tuple[str, ...]:
    return tuple(one.facts.labels.get(name, "") for name in equal)
