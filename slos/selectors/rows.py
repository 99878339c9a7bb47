"""One row of the list of objectives. Pure: everything is loaded."""

from __future__ import annotations

from dataclasses import dataclass

from core.durations import seconds_words
from slos.models import Slo, SloState
from slos.models.state import State
from slos.words import percent

_TONES = {State.OK: "ok", State.AT_RISK: "warn", State.EXHAUSTED: "danger"}


@dataclass(frozen=True, slots=True)
class SloRow:
    """`percent` is None without data, which is said and never drawn as zero."""

    slo: Slo
    budget: SloState | None
    target: str
    percent: float | None
    left: str
    lasts: str
    tone: str


def slo_row(slo: Slo) -> SloRow:
    budget = getattr(slo, "budget", None)
    known = budget is not None and budget.state != State.NO_DATA
    fraction = budget.fraction_left if budget is not None and known else None
    return SloRow(
        slo=slo,
        budget=budget,
        target=percent(slo.target),
        percent=None if fraction is None else fraction * 100,
        left=left_share(fraction),
        lasts=_lasts(budget) if budget is not None and known else "",
        tone=_TONES.get(State(budget.state), "accent") if budget is not None else "accent",
    )


def left_share(fraction: float | None) -> str:
    """ "61%", "-12%"; one digit more below ten."""
    if fraction is None:
        return "No data"
    return f"{fraction:.0%}" if abs(fraction) >= 0.1 or fraction == 0 else f"{fraction:.1%}"


def left_words(fraction: float | None) -> str:
    """ "61% left", "12% overspent"."""
    if fraction is not None and fraction < 0:
        return f"{left_share(-fraction)} overspent"
    return f"{left_share(fraction)} left" if fraction is not None else "No data"


def _lasts(budget: SloState) -> str:
    if budget.seconds_left == 0:
        return "gone"
    if budget.seconds_left is None:
        return "at this pace"
    return seconds_words(budget.seconds_left)
