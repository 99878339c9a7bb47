"""Reads of the slos room, each fully loaded for its page and through what the reader may see."""

from __future__ import annotations

from slos.selectors.costs import IncidentCost, budget_cost
from slos.selectors.lists import (
    LIST_ORDER,
    slo_filter,
    slo_for,
    slo_rows,
    slos_page,
    visible_slos,
)
from slos.selectors.page import SloPage, slo_page
from slos.selectors.promotion import Promotion, promotion

__all__ = [
    "LIST_ORDER",
    "IncidentCost",
    "Promotion",
    "SloPage",
    "budget_cost",
    "promotion",
    "slo_filter",
    "slo_for",
    "slo_page",
    "slo_rows",
    "slos_page",
    "visible_slos",
]
