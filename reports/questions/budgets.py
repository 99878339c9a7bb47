"""Are we within budget? The error budgets of the objectives, and what incidents have cost of them.

The numbers come from `reports.providers.budgets`; no provider and no objective are said, never
drawn as a full budget.
"""

from __future__ import annotations

from typing import Final

from reports.providers import BudgetLine, budgets
from reports.scope import Scope
from reports.shapes import (
    Answer,
    Chart,
    Column,
    Figure,
    Item,
    Report,
    Row,
    missing,
    plural,
    share,
)

BARS = 12
COLUMNS = (
    Column("name", "Objective", "text"),
    Column("system", "System", "text"),
    Column("target", "Target", "share", "The share of good events that was promised."),
    Column("state", "State", "text", "OK, at risk, exhausted, or no data. No data is not OK."),
    Column(
        "remaining",
        "Budget left",
        "share",
        "What is left of the error budget (1 - target) at the end of the period. Below 0%: "
        "overspent.",
    ),
    Column(
        "incident_share",
        "Spent by incidents",
        "share",
        "The part of the budget that burned while incidents of the period were running.",
    ),
    Column(
        "incidents", "Incidents", "count", "Incidents of the period that touched the objective."
    ),
)
_WORDS: Final = {"ok": "OK", "at_risk": "At risk", "exhausted": "Exhausted", "no_data": "No data"}
_ORDER: Final = ("exhausted", "at_risk", "no_data", "ok")


def answer(scope: Scope) -> Answer:
    lines = [line for provider in budgets for line in provider(scope)]
    if not lines:
        sentence = "No objectives report a budget yet, so nobody can say whether it is kept."
        return missing(sentence, COLUMNS)
    lines.sort(key=lambda line: (_ORDER.index(line.state), line.remaining or 0.0, line.name))
    known = [line for line in lines if line.state != "no_data"]
    spent = [line for line in known if line.state == "exhausted"]
    return Answer(
        sentence=_sentence(lines, known, spent),
        columns=COLUMNS,
        rows=tuple(_row(line) for line in lines),
        figures=(
            Figure(
                "kept",
                "Objectives within budget",
                share(len(known) - len(spent), len(known)),
                "share",
                "Of the objectives with data, those whose budget is not exhausted.",
                len(known),
            ),
            Figure(
                "blind",
                "Objectives without data",
                len(lines) - len(known),
                "count",
                "Nothing was measured for them in their window.",
            ),
        ),
        chart=_chart(known),
    )


def _sentence(lines: list[BudgetLine], known: list[BudgetLine], spent: list[BudgetLine]) -> str:
    if not known:
        return f"None of {plural(len(lines), 'objective')} has data."
    blind = len(lines) - len(known)
    tail = f" {plural(blind, 'objective')} without data." if blind else ""
    if not spent:
        return f"All {len(known)} objectives with data are within their budget.{tail}"
    return f"{len(spent)} of {plural(len(known), 'objective')} have used up their budget.{tail}"


def _row(line: BudgetLine) -> Row:
    return Row(
        {
            "name": line.name,
            "system": line.system,
            "target": line.target,
            "state": _WORDS[line.state],
            "remaining": line.remaining,
            "incident_share": line.incident_share,
            "incidents": line.incidents,
        },
        line.url,
    )


def _chart(known: list[BudgetLine]) -> Chart | None:
    items = tuple(
        Item(
            line.name,
            (max(0.0, line.remaining or 0.0),),
            f"{100 * (line.remaining or 0):.0f}% left",
        )
        for line in known[:BARS]
        if line.remaining is not None
    )
    return Chart("bars", "Budget left", items) if items else None


REPORT = Report(
    name="budgets",
    question="Are we within budget?",
    about="Error budgets of the objectives, and what incidents have cost of them.",
    answer=answer,
)
