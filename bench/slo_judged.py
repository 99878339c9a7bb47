"""Sampled SLOs behind a judge that errs: with its measured rates, and taken at its word."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from bench.slo_months import MONTH_MINUTES, Tables, draw, first_page, guarded, most_events
from slos.evaluator import Evaluator
from slos.guards import Sampling
from slos.planner import DEFAULT_RISE, promise, span_words, suggested_rules

TRUE_POSITIVES, FALSE_POSITIVES = 0.9, 0.03
BAD_ITEMS, GOOD_ITEMS = 300, 3000
CELLS = ((0.90, 50), (0.95, 50), (0.95, 500))
CALIBRATIONS, MONTHS = 20, 50
WINDOW = timedelta(days=30)
_HEALTHY = 0.5


@dataclass(frozen=True)
class Judged:
    """Shares of all calibrations and months of one cell; `within` is the longest promise."""

    target: float
    per_hour: float
    within: timedelta
    paged: float
    noticed: float
    naive_paged: float


def judged(target: float, per_hour: float, *, calibrations: int, months: int) -> Judged:
    """The judge's rates are drawn anew for each calibration, as a team would have measured them;
    the months are judged by the true ones."""
    naive = _tables(target, per_hour, Sampling())
    paged, noticed, naive_paged, promises = [], [], [], []
    for number in range(calibrations):
        rng = np.random.default_rng([round(target * 1000), round(per_hour), 2, number])
        sampling = Sampling(evaluator=_measured(rng))
        said = promise(target=target, per_hour=per_hour, sampling=sampling).within
        assert said is not None, "this judge is good enough for a promise"
        ours = _tables(target, per_hour, sampling)
        promises.append(said)
        for _ in range(months):
            page, plain = _month(rng, target, per_hour, (ours, naive))
            paged.append(page)
            naive_paged.append(plain)
            noticed.append(_rise(rng, target, per_hour, ours, said))
    shares = [statistics.fmean(found) for found in (paged, noticed, naive_paged)]
    return Judged(target, per_hour, max(promises), *shares)


def _measured(rng: np.random.Generator) -> Evaluator:
    return Evaluator(
        rng.binomial(BAD_ITEMS, TRUE_POSITIVES) / BAD_ITEMS,
        rng.binomial(GOOD_ITEMS, FALSE_POSITIVES) / GOOD_ITEMS,
        BAD_ITEMS,
        GOOD_ITEMS,
    )


def _tables(target: float, per_hour: float, sampling: Sampling) -> list[Tables]:
    rules = suggested_rules(target=target, window=WINDOW, per_hour=per_hour, sampling=sampling)
    return [
        guarded(
            rule,
            target=target,
            window=WINDOW,
            sampling=sampling,
            most=most_events(per_hour / 60, rule.long_window),
        )
        for rule in rules
        if rule.pages
    ]


def _month(
    rng: np.random.Generator, target: float, per_hour: float, sets: Sequence[Sequence[Tables]]
) -> list[bool]:
    ratio = _reported(1 - target)
    history = max(table.long_minutes for tables in sets for table in tables)
    minutes = draw(rng, per_minute=per_hour / 60, bad_ratios=[(ratio, history + MONTH_MINUTES)])
    return [first_page(tables, minutes, after=history) is not None for tables in sets]


def _rise(
    rng: np.random.Generator,
    target: float,
    per_hour: float,
    tables: Sequence[Tables],
    within: timedelta,
) -> bool:
    history = max(table.long_minutes for table in tables)
    stretches = [
        (_reported(_HEALTHY * (1 - target)), history),
        (_reported(DEFAULT_RISE * (1 - target)), round(within.total_seconds() / 60)),
    ]
    minutes = draw(rng, per_minute=per_hour / 60, bad_ratios=stretches)
    return first_page(tables, minutes, after=history) is not None


def _reported(bad_ratio: float) -> float:
    return TRUE_POSITIVES * bad_ratio + FALSE_POSITIVES * (1 - bad_ratio)


def section(found: Sequence[Judged]) -> str:
    """The part of the report for people."""
    rows = "\n".join(
        f"| {one.target:.1%} | {one.per_hour:g} | {span_words(one.within)} | {one.paged:.1%} "
        f"| {one.noticed:.1%} | {one.naive_paged:.1%} |"
        for one in found
    )
    return f"""## Behind a judge that errs

The judge calls {TRUE_POSITIVES:.0%} of the bad answers bad, and {FALSE_POSITIVES:.0%} of the good \
ones too. A team measures it on {BAD_ITEMS} bad and {GOOD_ITEMS:,} good answers; the rates found \
are drawn anew {CALIBRATIONS} times, each for {MONTHS} months. AIRE allows the judge what it may \
invent (99% limits of both rates); the last column takes its reports for the truth.

| target | evaluations an hour | promised | months paged at the objective | rise paged in time \
| taken at its word: months paged |
|---|---|---|---|---|---|
{rows}
"""
