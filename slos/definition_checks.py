"""What is wrong with a definition, field by field. Pure rules; no database."""

from __future__ import annotations

import math
from datetime import timedelta

from accounts.checks import Findings
from core.clock import zone_names
from slos.burn import BurnRule
from slos.definition import Definition, Method, NoData, PolicyRule
from slos.policy import KINDS, WHENS
from slos.windows import Window

SHORTEST_WINDOW = 3600
LONGEST_WINDOW = 366 * 86_400
LONGEST_RULE = timedelta(days=31)
SEVERITIES = ("sev1", "sev2", "sev3", "sev4")
UNITS = {"day": 86_400, "week": 7 * 86_400, "month": 30 * 86_400, "quarter": 91 * 86_400,
         "year": 365 * 86_400}  # fmt: skip
"""Calendar units and their nominal lengths in seconds, from which burn factors are derived."""
METHODS = ("occurrences", "timeslices", "ratio_timeslices")
MOST_RULES = 12


def check_definition(given: Definition, findings: Findings) -> None:
    """Adds a sentence for each thing that is wrong."""
    if not 0 < given.target < 1:
        findings.add("target", "The target lies between 0 and 1 (both excluded).")
    if not 0 <= given.at_risk_below < 1:
        findings.add("at_risk_below", "It lies between 0 and 1.")
    _check_window(given.window, findings)
    _check_method(given.method, findings)
    _check_rules(given.rules, findings)
    _check_no_data(given.no_data, findings)
    _check_policy(given.policy, findings)


def _check_window(window: Window, findings: Findings) -> None:
    if window.kind not in ("rolling", "calendar"):
        findings.add("window", "A window is rolling or calendar.")
    if not SHORTEST_WINDOW <= window.seconds <= LONGEST_WINDOW:
        findings.add("window", "A window lasts from an hour to a year.")
    if (window.kind == "calendar") != (window.unit in UNITS) or (
        window.kind == "rolling" and window.unit
    ):
        findings.add("window", f"A calendar window is one {', '.join(UNITS)}.")
    if window.zone not in zone_names():
        findings.add("time_zone", "This is not a known time zone.")


def _check_method(method: Method, findings: Findings) -> None:
    if method.name not in METHODS:
        findings.add("method", f"Choose one of: {', '.join(METHODS)}.")
    elif method.sliced and not (
        1 <= method.slice_seconds <= 3600 and 3600 % method.slice_seconds == 0
    ):
        findings.add("method", "A slice divides an hour: 1 min, 5 min, 15 min, 1 h …")
    if method.name == "timeslices" and not 0 < method.slice_target <= 1:
        findings.add("method", "A time slice needs a target above 0 and at most 1.")


def _check_rules(rules: tuple[BurnRule, ...], findings: Findings) -> None:
    if len(rules) > MOST_RULES:
        findings.add("rules", f"At most {MOST_RULES} rules.")
    if len({rule.name for rule in rules}) < len(rules):
        findings.add("rules", "Each rule has a name of its own.")
    for rule in rules:
        if problem := _rule_problem(rule):
            findings.add("rules", f"{rule.name[:60]}: {problem}")


def _rule_problem(rule: BurnRule) -> str:
    if not 1 <= len(rule.name) <= 60 or rule.name == "no-data":
        return "a name has 1 to 60 characters and is not no-data."
    if rule.severity not in SEVERITIES:
        return "the severity is one of sev1 to sev4."
    if not timedelta(0) < rule.short_window <= rule.long_window <= LONGEST_RULE:
        return "the short window is at most as long as the long one, and that at most 31 days."
    if not math.isfinite(rule.budget_fraction) or not 0 < rule.budget_fraction <= 100:
        return "the share of the budget lies above 0."
    if rule.direct_bad_ratio is not None and not 0 < rule.direct_bad_ratio <= 1:
        return "a bad ratio lies above 0 and at most at 1."
    return "" if rule.minimum_events >= 0 else "the smallest sample is not below 0."


def _check_no_data(no_data: NoData, findings: Findings) -> None:
    if no_data.severity and no_data.severity not in SEVERITIES:
        findings.add("no_data", "The severity is one of sev1 to sev4, or empty for no alert.")
    after = no_data.after_seconds
    if after is not None and not 60 <= after <= LONGEST_WINDOW:
        findings.add("no_data", "Silence lasts from a minute to a year.")


def _check_policy(policy: tuple[PolicyRule, ...], findings: Findings) -> None:
    if len({rule.name for rule in policy}) < len(policy):
        findings.add("policy", "Each rule has a name of its own.")
    for rule in policy:
        if rule.kind not in KINDS or rule.when not in WHENS or not 1 <= len(rule.name) <= 63:
            findings.add("policy", f"{rule.name[:63]}: {', '.join(KINDS)}; {', '.join(WHENS)}.")
        if not math.isfinite(rule.threshold) or not -10 <= rule.threshold <= 1:
            findings.add("policy", f"{rule.name[:63]}: the threshold is a share of the budget.")
