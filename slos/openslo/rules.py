"""Burn rules out of alert policies and conditions. A condition is one rule; its second window and
its percent of the budget are annotations (`slos.openslo.annotations`)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from slos.burn import BurnRule
from slos.definition import NoData
from slos.openslo.annotations import AnnotationError, annotated_rule
from slos.openslo.documents import Finding, OpenSlo, mapping, sequence
from slos.openslo.durations import parse_shorthand

# What people write for severity; whoever pages names it so, whatever else is a ticket.
_SEVERITIES = {
    "sev1": "sev1",
    "sev2": "sev2",
    "sev3": "sev3",
    "sev4": "sev4",
    "page": "sev2",
    "critical": "sev1",
    "high": "sev2",
    "warning": "sev3",
    "medium": "sev3",
    "ticket": "sev4",
    "low": "sev4",
    "info": "sev4",
}
_PAGING = ("page", "critical", "high", "sev1", "sev2")


@dataclass(frozen=True, slots=True)
class Policies:
    """The documents by (kind, name), and where findings go."""

    documents: Mapping[tuple[str, str], OpenSlo]
    findings: list[Finding]

    def find(
        self, kind: str, item: object, holder: OpenSlo, field: str, number: int
    ) -> OpenSlo | None:
        """The document that an item of a list names or holds; None where it is nowhere."""
        if isinstance(item, str):
            return self.documents.get((kind, item))
        found = mapping(item)
        reference = {"AlertPolicy": "alertPolicyRef", "AlertCondition": "conditionRef"}[kind]
        if found.get(reference):
            return self.documents.get((kind, str(found[reference])))
        return holder.inner(("spec", field, number), kind)


def rules_of(
    document: OpenSlo, policies: Policies, window: timedelta
) -> tuple[list[BurnRule], NoData]:
    """The rules of an SLO's policies, each name once, and what silence raises."""
    rules: dict[str, BurnRule] = {}
    silence = ""
    for policy, condition in _conditions(document, policies):
        severity = str(condition.spec.get("severity") or "")
        if policy.spec.get("alertWhenNoData") is True:
            silence = silence or _SEVERITIES.get(severity.lower(), "sev3")
        if policy.spec.get("alertWhenBreaching") is True:
            rule = _rule(condition, severity, window, policies.findings)
            name = rule.name if rule.name not in rules else f"{rule.name[:60]}-{len(rules) + 1}"
            rules[name] = replace(rule, name=name)
    if not rules:
        line = document.line_of(("spec",))
        message = "It has no alert policy that alerts when breaching, so no burn rate raises one."
        policies.findings.append(Finding(document.file, line, document.item, message, fatal=False))
    return list(rules.values()), NoData(severity=silence)


def _conditions(document: OpenSlo, policies: Policies) -> Iterator[tuple[OpenSlo, OpenSlo]]:
    for number, item in enumerate(sequence(document.spec.get("alertPolicies"))):
        policy = policies.find("AlertPolicy", item, document, "alertPolicies", number)
        if policy is None:
            continue
        for index, inner in enumerate(sequence(policy.spec.get("conditions"))):
            condition = policies.find("AlertCondition", inner, policy, "conditions", index)
            if condition is not None:
                yield policy, condition


def _rule(
    condition: OpenSlo, severity: str, window: timedelta, findings: list[Finding]
) -> BurnRule:
    body = mapping(condition.spec.get("condition"))
    lookback = parse_shorthand(body["lookbackWindow"]).length
    rule = BurnRule(
        name=condition.name[:63],
        budget_fraction=round(float(body["threshold"]) * (lookback / window), 12),
        long_window=lookback,
        short_window=lookback,
        severity=_SEVERITIES.get(severity.lower(), "sev3"),
        pages=severity.lower() in _PAGING,
    )
    try:
        return annotated_rule(rule, condition.annotations)
    except AnnotationError as error:
        line = condition.line_of(("metadata", "annotations", error.key))
        message = f"{error.key} {error}."
        findings.append(Finding(condition.file, line, condition.item, message))
        return rule
