"""All reports, in the order in which they are listed. There is no other list."""

from __future__ import annotations

from core.errors import NotFound
from reports.questions import breakage, budgets, cost, learning, on_call, response, reviews
from reports.shapes import Report

REPORTS: tuple[Report, ...] = (
    learning.REPORT,
    breakage.REPORT,
    response.REPORT,
    budgets.REPORT,
    on_call.REPORT,
    cost.REPORT,
    reviews.REPORT,
)


def report_named(name: str) -> Report:
    """Raises `NotFound`."""
    for report in REPORTS:
        if report.name == name:
            return report
    raise NotFound("There is no such report.")
