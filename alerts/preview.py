"""What would happen: routes over recent alerts, labels through the routes, a mapping over the last
delivery, a receipt read again. Changes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from accounts.models import User
from alerts import severity as severities
from alerts.facts import route_rules
from alerts.formats import reader_of
from alerts.matchers import parse_matchers
from alerts.models import Alert, Receipt, Route, Source
from alerts.routing import DEFAULT_GROUP_BY, Decision, RouteRule, decide, routing_facts
from alerts.severity_words import severity_of
from alerts.signals import Reading, Severity, Unreadable
from alerts.source_selectors import latest_receipt, receipt_body
from catalog.models import System
from core import clock
from core.logs import get_logger
from oncall import escalation
from oncall.models import EscalationPolicy
from oncall.selectors import policy_for_system
from oncall.snapshot import fallback_snapshot, policy_snapshot
from oncall.targets import resolve

log = get_logger(__name__)
RECENT = 200
SHOWN_SIGNALS = 50


@dataclass(frozen=True, slots=True)
class Draft:
    """A route as it stands in a form, before it is saved. `slug` is None for a new one."""

    slug: str | None
    name: str
    order: int
    match: tuple[str, ...]
    system: str | None
    severity: str
    group_by: tuple[str, ...]
    open_incident: str
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class Matched:
    """A recent alert that the draft fits; `taken_by` names an earlier route that wins it."""

    alert: Alert
    taken_by: str = ""


@dataclass(frozen=True, slots=True)
class RoutePreview:
    looked_at: int
    matched: list[Matched]

    @property
    def won(self) -> int:
        return sum(not one.taken_by for one in self.matched)


@dataclass(frozen=True, slots=True)
class Trial:
    """What would become of an alert with these labels."""

    decision: Decision
    system: System | None
    policy: str
    policy_because: str
    people: list[str]
    missing: list[str]
    steps: list[str]

    @property
    def pages(self) -> bool:
        return self.decision.wants_incident and severities.pages(self.decision.severity)


@dataclass(frozen=True, slots=True)
class Read:
    """A delivery read now: its signals, or why it cannot be read."""

    receipt: Receipt
    reading: Reading | None
    reason: str = ""

    @property
    def shown(self) -> list[Any]:
        return list(self.reading.signals[:SHOWN_SIGNALS]) if self.reading else []


def preview_route(user: User, draft: Draft) -> RoutePreview:
    """Which of the last alerts the draft fits, and which of those it would get."""
    recent = list(
        Alert.objects.visible_to(user)
        .select_related("source__system")
        .only("title", "labels", "status", "severity", "dedup_key", "last_seen_at",
              "source__slug", "source__name", "source__system__slug")
        .order_by("-listed_at", "-id")[:RECENT]
    )  # fmt: skip
    known = _known_systems()
    mine = rule_of(draft)
    earlier = _earlier_rules(draft)
    matched = []
    for alert in recent:
        source = alert.source
        _, facts = routing_facts(
            alert.labels,
            known_systems=known,
            source_slug=source.slug,
            source_system=source.system.slug if source.system else None,
        )
        if _fits(mine, facts):
            winner = next((rule.name for rule in earlier if _fits(rule, facts)), "")
            matched.append(Matched(alert, winner))
    return RoutePreview(len(recent), matched)


def try_labels(
    user: User, *, labels: Mapping[str, str], source: Source | None, severity: str
) -> Trial:
    """Which route an alert with these labels takes now, and whom it would page. Without a
    severity the label of that name counts, as most senders mean it."""
    decision = decide(
        routes=route_rules(),
        labels=labels,
        dedup_key="try",
        severity=Severity(severity) if severity else severity_of(labels.get("severity", "")),
        known_systems=_known_systems(),
        source_slug=source.slug if source else "",
        source_system=source.system.slug if source and source.system else None,
    )
    system = System.objects.visible_to(user).filter(slug=decision.system or "").first()
    snapshot, because = _policy(decision, system)
    now = escalation.Circumstances(str(decision.severity), clock.now())
    found = escalation.first_step(snapshot, now)
    number = found[1] if found else 0
    first = snapshot.steps[number].targets if found else ()
    resolved = resolve(first, policy=snapshot, step_label=f"step {number + 1}")
    return Trial(
        decision=decision,
        system=system,
        policy=snapshot.name,
        policy_because=because,
        people=[f"{found.label}. {found.because}." for found in resolved.found.values()],
        missing=list(resolved.missing),
        steps=escalation.describe(snapshot),
    )


def try_mapping(user: User, source: Source, mapping: Mapping[str, Any]) -> Read | None:
    """The last delivery of a source, read with another mapping; None when nothing has come yet."""
    receipt = latest_receipt(user, source)
    return read_again(receipt, mapping) if receipt else None


def read_again(receipt: Receipt, options: Mapping[str, Any]) -> Read:
    """A receipt as its format reads it now, with these options."""
    reader = reader_of(receipt.format)
    if reader is None:
        return Read(receipt, None, f"There is no format named {receipt.format}.")
    body = receipt_body(receipt)
    if body.cut:
        return Read(receipt, None, "It is too large to be read for a preview.")
    given = {**options, "receipt_id": str(receipt.pk), "received_at": receipt.received_at}
    try:
        return Read(receipt, reader.read(body.data, headers=receipt.headers, options=given))
    except Unreadable as error:
        return Read(receipt, None, str(error))
    except Exception as error:
        # The same fail-open rule as in absorbing: a page about a payload never fails by it.
        log.exception("preview_failed", format=receipt.format, receipt=str(receipt.pk))
        return Read(receipt, None, f"Reading it failed ({type(error).__name__}).")


def _known_systems() -> dict[str, int]:
    return dict(System.objects.values_list("slug", "id"))


def rule_of(draft: Draft, pk: int | None = None) -> RouteRule:
    """The draft as the rules see it; `pk` is the id of its saved form."""
    return RouteRule(
        id=pk,
        name=draft.name,
        matchers=parse_matchers(list(draft.match)) if draft.match else None,
        system=draft.system,
        severity=draft.severity,
        group_by=draft.group_by or DEFAULT_GROUP_BY,
        open_incident=draft.open_incident,
    )


def _earlier_rules(draft: Draft) -> list[RouteRule]:
    """The enabled routes that are tried before the draft."""
    others = Route.objects.filter(enabled=True).order_by("order", "id")
    own = Route.objects.filter(slug=draft.slug).first() if draft.slug else None
    if own is not None:
        others = others.exclude(pk=own.pk)
    place = own.pk if own else float("inf")
    before = {row.pk for row in others if (row.order, row.pk) < (draft.order, place)}
    return [rule for rule in route_rules() if rule.id in before]


def _fits(rule: RouteRule, facts: Mapping[str, str]) -> bool:
    return rule.matchers is None or rule.matchers.matches(facts)


def _policy(decision: Decision, system: System | None) -> tuple[escalation.Policy, str]:
    """Which policy would page, as a snapshot, and why that one."""
    policy: EscalationPolicy | None = None
    because = ""
    if decision.route.id is not None:
        routes = Route.objects.select_related("escalation_policy")
        policy = routes.get(pk=decision.route.id).escalation_policy
        because = f"The route {decision.route.name} names it."
    if policy is None and system is not None:
        policy = policy_for_system(system)
        because = f"{system.name} is paged by it."
    snapshot = policy_snapshot(policy) if policy else None
    if snapshot is None or not snapshot.steps:
        return fallback_snapshot(), "Nothing names a policy with steps, so the fallback is paged."
    return snapshot, because
