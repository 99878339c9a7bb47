"""What AIRE adds to OpenSLO v1, as annotations under `aire/`: docs/openslo.md is their reference.

The specification has one look-back window for each condition, so the second window of a rule, its
percent of the budget and the rest of what AIRE knows travel beside it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import timedelta
from typing import Any

from slos.burn import BurnRule
from slos.definition import Definition, NoData, PolicyRule
from slos.openslo.durations import DurationError, parse_shorthand, write_shorthand

SHORT_WINDOW = "aire/short-window"
BUDGET_PERCENT = "aire/budget-percent"
BAD_RATIO = "aire/bad-ratio"
MINIMUM_EVENTS = "aire/minimum-events"
PAGES = "aire/pages"
RULE = "aire/rule"
POLICY = "aire/error-budget-policy"
NO_DATA = "aire/no-data"
AT_RISK_BELOW = "aire/at-risk-below"
FAILURE_CLASS = "aire/failure-class"


class AnnotationError(ValueError):
    """An annotation that cannot be read: `key`, and a sentence without its full stop."""

    def __init__(self, key: str, message: str) -> None:
        super().__init__(message)
        self.key = key


def annotate_rule(rule: BurnRule) -> dict[str, str]:
    """What a condition cannot say of a rule."""
    found = {
        RULE: rule.name,
        SHORT_WINDOW: write_shorthand(rule.short_window),
        BUDGET_PERCENT: repr(rule.budget_fraction * 100),
        PAGES: str(rule.pages).lower(),
    }
    if rule.direct_bad_ratio is not None:
        found[BAD_RATIO] = repr(rule.direct_bad_ratio)
    if rule.minimum_events:
        found[MINIMUM_EVENTS] = str(rule.minimum_events)
    return found


def annotated_rule(rule: BurnRule, annotations: Mapping[str, str]) -> BurnRule:
    """The rule of a condition with what its annotations add. Raises `AnnotationError`."""
    if SHORT_WINDOW in annotations:
        rule = replace(rule, short_window=_span(annotations, SHORT_WINDOW))
        if rule.short_window > rule.long_window:
            raise AnnotationError(SHORT_WINDOW, "must not be longer than lookbackWindow")
    if BUDGET_PERCENT in annotations:
        percent = _number(annotations, BUDGET_PERCENT, least=0, most=10_000)
        # Written as a percent of 100, a share can lose its last bit; twelve digits are enough.
        rule = replace(rule, budget_fraction=round(percent / 100, 12))
    if BAD_RATIO in annotations:
        rule = replace(rule, direct_bad_ratio=_number(annotations, BAD_RATIO, least=0, most=1))
    if MINIMUM_EVENTS in annotations:
        least = _number(annotations, MINIMUM_EVENTS, least=0, most=1e9)
        rule = replace(rule, minimum_events=int(least))
    if PAGES in annotations:
        rule = replace(rule, pages=_switch(annotations, PAGES))
    return replace(rule, name=annotations.get(RULE, rule.name)[:63])


def annotate_definition(definition: Definition) -> dict[str, str]:
    """What an SLO cannot say of a definition, where it differs from what goes without saying."""
    found: dict[str, str] = {}
    plain = Definition(target=definition.target)
    if definition.policy:
        rules = [asdict(rule) for rule in definition.policy]
        found[POLICY] = json.dumps(rules, separators=(",", ":"))
    if definition.rules or definition.no_data.severity:
        found[NO_DATA] = json.dumps(asdict(definition.no_data), separators=(",", ":"))
    if definition.at_risk_below != plain.at_risk_below:
        found[AT_RISK_BELOW] = repr(definition.at_risk_below)
    return found


def annotated_definition(definition: Definition, annotations: Mapping[str, str]) -> Definition:
    if AT_RISK_BELOW in annotations:
        share = _number(annotations, AT_RISK_BELOW, least=0, most=0.999)
        definition = replace(definition, at_risk_below=share)
    if NO_DATA in annotations:
        definition = replace(definition, no_data=_no_data(annotations))
    if POLICY in annotations:
        definition = replace(definition, policy=_policy(annotations))
    return definition


def _no_data(annotations: Mapping[str, str]) -> NoData:
    row = _json(annotations, NO_DATA, dict)
    after, severity = row.get("after_seconds"), row.get("severity", "sev3")
    if row.keys() - {"after_seconds", "severity", "pages"}:
        raise AnnotationError(NO_DATA, "may have after_seconds, severity and pages")
    if after is not None and (not isinstance(after, int) or not 60 <= after <= 366 * 86_400):
        raise AnnotationError(NO_DATA, "needs after_seconds between a minute and a year")
    if severity not in ("", "sev1", "sev2", "sev3", "sev4"):
        raise AnnotationError(NO_DATA, "needs a severity of sev1 to sev4, or an empty one")
    return NoData(after, severity, bool(row.get("pages", False)))


def _policy(annotations: Mapping[str, str]) -> tuple[PolicyRule, ...]:
    found = []
    for row in _json(annotations, POLICY, list):
        try:
            rule = PolicyRule(**{**row, "changes": tuple(row.get("changes", ("model", "prompt")))})
        except (TypeError, AttributeError):
            raise AnnotationError(
                POLICY, "needs rules with name, kind, threshold, when and changes"
            ) from None
        known = rule.kind in ("freeze", "postmortem", "action") and rule.when in (
            "budget_left",
            "incident_cost",
        )
        if (
            not known
            or not isinstance(rule.name, str)
            or not isinstance(rule.threshold, int | float)
        ):
            raise AnnotationError(POLICY, "has a rule that AIRE does not know")
        found.append(rule)
    return tuple(found)


def _json(annotations: Mapping[str, str], key: str, kind: type) -> Any:
    try:
        found = json.loads(annotations[key])
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, kind):
        name = "a list" if kind is list else "an object"
        raise AnnotationError(key, f"must be {name} in JSON")
    return found


def _span(annotations: Mapping[str, str], key: str) -> timedelta:
    try:
        found = parse_shorthand(annotations[key])
    except DurationError as error:
        raise AnnotationError(key, str(error)) from None
    if not found.exact:
        raise AnnotationError(key, "must have a fixed length: use m, h, d or w")
    return found.length


def _number(annotations: Mapping[str, str], key: str, *, least: float, most: float) -> float:
    try:
        found = float(annotations[key])
    except ValueError:
        raise AnnotationError(key, "must be a number") from None
    if not least <= found <= most:
        raise AnnotationError(key, f"must be between {least:g} and {most:g}")
    return found


def _switch(annotations: Mapping[str, str], key: str) -> bool:
    text = annotations[key].lower()
    if text not in ("true", "false"):
        raise AnnotationError(key, "must be true or false")
    return text == "true"
