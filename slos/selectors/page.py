"""The page of one objective, loaded in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from accounts.models import User
from core import clock
from slos.budget import left_words
from slos.burn import BurnRule, Derived, derive
from slos.definition import Definition
from slos.models import Correction, Obligation, RuleState, Slo, SloDefinition, SloState
from slos.models.state import State
from slos.plans import definition_of
from slos.selectors.lists import slo_for
from slos.windows import Span

SHOWN = 20


@dataclass(frozen=True, slots=True)
class RuleLine:
    """A burn rule as the page shows it: what it means here, and whether it fires."""

    rule: BurnRule
    derived: Derived
    state: RuleState | None
    burn_long: float | None
    burn_short: float | None

    @property
    def firing(self) -> bool:
        return self.state is not None and self.state.firing


@dataclass(frozen=True, slots=True)
class SloPage:
    slo: Slo
    budget: SloState | None
    definition: Definition
    span: Span
    rules: Sequence[RuleLine]
    corrections: Sequence[Correction]
    definitions: Sequence[SloDefinition]
    obligations: Sequence[Obligation]

    @property
    def state(self) -> str:
        return self.budget.state if self.budget else State.NO_DATA

    @property
    def sentence(self) -> str:
        """What is left and how long it lasts, in one sentence or two."""
        return sentence(self.slo, self.budget)


def sentence(slo: Slo, budget: SloState | None) -> str:
    """For example "62% of the error budget is left. It is gone in 3 d at the present pace."."""
    if budget is None:
        return "It has not been evaluated yet."
    lasts = left_words(
        budget.state, budget.seconds_left, calendar=slo.window_kind == Slo.WindowKind.CALENDAR
    )
    if budget.fraction_left is None or budget.state == State.NO_DATA:
        return lasts
    if budget.fraction_left < 0:
        return f"The error budget is overspent by {-budget.fraction_left:.0%}."
    if budget.fraction_left == 0:
        return "The error budget is spent to the last event."
    return f"{_percent(budget.fraction_left)} of the error budget is left. {lasts}"


def _percent(share: float) -> str:
    return f"{share:.0%}" if share >= 0.1 else f"{share:.1%}"


def slo_page(user: User, slug: str, *, at: datetime | None = None) -> SloPage:
    slo = slo_for(user, slug)
    definition = definition_of(slo)
    budget = getattr(slo, "budget", None)
    states = {row.rule: row for row in slo.rule_states.all()}
    return SloPage(
        slo=slo,
        budget=budget,
        definition=definition,
        span=definition.window.span(at or clock.now()),
        rules=[_line(rule, definition, states.get(rule.name), budget) for rule in definition.rules],
        corrections=list(slo.corrections.all()[:SHOWN]),
        definitions=list(slo.definitions.all()[:SHOWN]),
        obligations=list(slo.obligations.all()[:SHOWN]),
    )


def _line(
    rule: BurnRule, definition: Definition, state: RuleState | None, budget: SloState | None
) -> RuleLine:
    return RuleLine(
        rule=rule,
        derived=derive(rule, target=definition.target, window=definition.window.length),
        state=state,
        burn_long=_burn(budget, rule.long_window),
        burn_short=_burn(budget, rule.short_window),
    )


def _burn(budget: SloState | None, length: timedelta) -> float | None:
    return budget.burns.get(str(int(length.total_seconds()))) if budget else None
