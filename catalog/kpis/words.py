"""What an incident did to a KPI, in words. Pure."""

from __future__ import annotations

from catalog.kpis.band import Estimate
from catalog.kpis.models import Kpi


def cost_words(kpi: Kpi, estimate: Estimate | None) -> str:
    """For example "About 340 orders lost (120 to 560)"."""
    if estimate is None:
        return "Not known: no data, or too little history"
    told = _told(kpi, estimate)
    if estimate.known < 0.95:
        told += f"; known for {estimate.known:.0%} of the time"
    return told


def _told(kpi: Kpi, estimate: Estimate) -> str:
    worse = estimate.amount > 0
    sign = 1 if worse else -1
    low, high = sorted((sign * estimate.low, sign * estimate.high))
    span = f"({number(low)} to {number(high)})"
    amount = f"{number(abs(estimate.amount))} {kpi.unit}".strip()
    if estimate.is_usual:
        low, high = sorted((-estimate.low, -estimate.high))
        return f"As in other weeks, as far as can be told ({number(low)} to {number(high)})"
    if not worse:
        return f"About {amount} better than usual {span}"
    if kpi.aggregate == Kpi.Aggregate.MEAN:
        side = "below" if kpi.direction == Kpi.Direction.UP else "above"
        return f"About {amount} {side} what is usual {span}"
    if kpi.direction == Kpi.Direction.UP:
        return f"About {amount} lost {span}"
    return f"About {amount} more than usual {span}"


def number(value: float) -> str:
    """Three figures are as many as an estimate has."""
    rounded = float(f"{value:.3g}")
    return f"{rounded:,.0f}" if abs(rounded) >= 100 else f"{rounded:,.3g}"
