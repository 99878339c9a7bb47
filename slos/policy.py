"""The error-budget policy: what is owed at which budget. Pure.

Source: SRE workbook, appendix B, with promotions of models and prompts in the place of releases.
"""

from __future__ import annotations

from collections.abc import Iterable

from slos.budget import RECOVERED
from slos.definition import PolicyRule

BUDGET_LEFT = "budget_left"
INCIDENT_COST = "incident_cost"
WHENS = (BUDGET_LEFT, INCIDENT_COST)
KINDS = ("freeze", "postmortem", "action")


def owed(
    rules: Iterable[PolicyRule], *, fraction_left: float | None, present: frozenset[str]
) -> list[PolicyRule]:
    """The rules whose obligation holds at this budget. One that holds already goes on until the
    budget is clearly back. Without data what holds goes on and nothing new begins."""
    found = []
    for rule in rules:
        if rule.when != BUDGET_LEFT:
            continue
        held = rule.name in present
        if fraction_left is None:
            holds = held
        else:
            holds = fraction_left <= rule.threshold or (
                held and fraction_left < rule.threshold + RECOVERED
            )
        if holds:
            found.append(rule)
    return found


def owed_by_incident(rules: Iterable[PolicyRule], *, cost: float) -> list[PolicyRule]:
    """The rules that an incident which cost this share of the whole budget brings about."""
    return [rule for rule in rules if rule.when == INCIDENT_COST and cost > rule.threshold]


def reason(rule: PolicyRule, *, slo_name: str, fraction_left: float | None) -> str:
    left = "unknown" if fraction_left is None else f"{fraction_left:.1%}"
    asked = f"{rule.threshold:.0%}"
    return f"{slo_name} has {left} of its error budget left; the policy asks for more than {asked}."
