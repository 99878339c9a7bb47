"""What rooms that this one does not know tell reports: error budgets, business impact.

Filled in `aire_web/wiring.py` and nowhere else. Until then the report says that there is no data.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from core.registry import Registry
from reports.scope import Scope

BudgetState = Literal["ok", "at_risk", "exhausted", "no_data"]


@dataclass(frozen=True, slots=True)
class BudgetLine:
    """One objective as it stands at the end of the period. Shares of the budget are signed: -0.2
    is overspent by a fifth. `incident_share` is what the period's incidents have cost of it;
    None where that is not known. `state` is `no_data` when nothing was measured."""

    name: str
    url: str
    system: str
    target: float
    state: BudgetState
    remaining: float | None
    incident_share: float | None = None
    incidents: int = 0


@dataclass(frozen=True, slots=True)
class ImpactLine:
    """What incidents of the period have cost in one business figure, for example orders lost."""

    name: str
    unit: str
    amount: float
    incidents: int
    definition: str


budgets: Registry[Callable[[Scope], Sequence[BudgetLine]]] = Registry("Budget report")
impacts: Registry[Callable[[Scope], Sequence[ImpactLine]]] = Registry("Impact report")
"""Both are asked while a page is drawn: a fixed number of queries, only what the reader sees."""
