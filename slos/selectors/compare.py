"""The page on which versions, cohorts and judges of one objective stand side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from accounts.models import User
from core import clock
from slos.comparison import Difference, Measured, difference, difference_words, measure_all
from slos.models import Slo
from slos.pictures import Bar, Chart, by_day, failing
from slos.selectors.lists import slo_for
from slos.selectors.past import parts, parts_by_day

DAYS = (1, 7, 28, 90)


@dataclass(frozen=True, slots=True)
class Side:
    """One part beside the base: its bar and how it differs; the base differs from nothing."""

    measured: Measured
    bar: Bar
    difference: Difference | None
    words: str

    @property
    def tone(self) -> str:
        if self.difference is None or not self.difference.clear:
            return ""
        return "danger" if self.difference.amount > 0 else "ok"


@dataclass(frozen=True, slots=True)
class Comparison:
    slo: Slo
    days: int
    base: Measured | None
    sides: Sequence[Side]
    silent: Sequence[str]
    chart: Chart | None


def comparison(user: User, slug: str, asked: Mapping[str, str]) -> Comparison:
    """Three queries. What was asked for and is not there falls back: 7 days, the largest part."""
    slo = slo_for(user, slug)
    days = next((days for days in DAYS if str(days) == asked.get("days")), 7)
    now = clock.now()
    start = now - timedelta(days=days)
    measured = measure_all(parts(slo, start=start, end=now))
    counted = [one for one in measured if one.part.total > 0]
    base = _base(counted, asked.get("base", ""))
    allowed = 1 - slo.target
    rows = parts_by_day(slo, start=start, end=now) if days > 1 else {}
    largest = sorted(counted, key=lambda one: -one.part.total)
    chosen = [
        (one.part, rows[key])
        for one in largest
        if (key := (one.part.cohort, one.part.evaluator)) in rows
    ]
    return Comparison(
        slo=slo,
        days=days,
        base=base,
        sides=[
            _side(one, bar, base)
            for one, bar in zip(counted, failing(counted, allowed=allowed), strict=True)
        ],
        silent=[one.part.label for one in measured if one.part.total <= 0],
        chart=by_day(chosen, allowed=allowed, span=(start, now)) if chosen else None,
    )


def _base(counted: Sequence[Measured], asked: str) -> Measured | None:
    named = next((one for one in counted if one.part.label == asked), None)
    return named or max(counted, key=lambda one: one.part.total, default=None)


def _side(one: Measured, bar: Bar, base: Measured | None) -> Side:
    if base is None or one is base:
        return Side(one, bar, None, "The others are compared with it.")
    found = difference(base, one)
    return Side(one, bar, found, difference_words(found))
