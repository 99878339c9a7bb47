"""Sampled SLOs over 30 days x 1,000 seeds: false pages at the objective, and how long a rise takes.

Writes docs/slo-simulation.md beside the figures of `bench/RESULTS.md`.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import numpy as np

from bench import slo_judged
from bench.report import Result
from bench.slo_months import (
    MONTH_MINUTES,
    Tables,
    draw,
    first_page,
    guarded,
    most_events,
    plain,
)
from slos.burn import BurnRule, standard_rules
from slos.guards import Sampling
from slos.planner import DEFAULT_RISE, promise, span_words, suggested_rules

TARGETS = (0.90, 0.95, 0.98, 0.99, 0.995)
RATES = (10, 50, 500)
SEEDS = 1000
WINDOW = timedelta(days=30)
PAGE = Path(__file__).parents[1] / "docs" / "slo-simulation.md"
# The workbook's factors for 30 days, by the names of the standard rows.
PLAIN_BURNS = {"fast": 14.4, "slow": 6.0, "day": 3.0, "creeping": 1.0}
_HEALTHY = 0.5  # of the allowed bad ratio, before the rise


@dataclass(frozen=True)
class Cell:
    """Shares of the seeds. `paged` at the objective in a month, `noticed` in the promised time."""

    target: float
    per_hour: float
    within: timedelta
    paged: float
    noticed: float
    median: timedelta
    plain_paged: float
    plain_noticed: float
    all_rows_paged: float
    all_rows_noticed: float


@dataclass(frozen=True)
class Setting:
    """One cell before it is played: three sets of rules over the same minutes."""

    target: float
    per_minute: float
    within_minutes: int
    history: int
    ours: Sequence[Tables]
    pages: Sequence[Tables]
    all_rows: Sequence[Tables]


def run() -> Result:
    result = Result("slo-simulation", f"Sampled SLOs, 30 days x {SEEDS:,} seeds in every cell")
    cells = [play(target, rate, seeds=SEEDS) for target in TARGETS for rate in RATES]
    for cell in cells:
        name = f"{cell.target:.1%}, {cell.per_hour:g} an hour"
        result.add(f"{name}: months paged", f"{cell.paged:.1%}", "≤ 1.0%", cell.paged <= 0.01)
        result.add(
            f"{name}: rise paged within {span_words(cell.within)}",
            f"{cell.noticed:.1%}",
            "≥ 95.0%",
            cell.noticed >= 0.95,
        )
    behind = [
        slo_judged.judged(
            target, rate, calibrations=slo_judged.CALIBRATIONS, months=slo_judged.MONTHS
        )
        for target, rate in slo_judged.CELLS
    ]
    for one in behind:
        name = f"behind a judge, {one.target:.1%}, {one.per_hour:g} an hour"
        result.add(f"{name}: months paged", f"{one.paged:.1%}", "≤ 1.0%", one.paged <= 0.01)
        result.add(f"{name}: rise paged", f"{one.noticed:.1%}", "≥ 95.0%", one.noticed >= 0.95)
    result.notes.append("docs/slo-simulation.md prints the plain multi-window rule beside it.")
    PAGE.write_text(page(cells, behind))
    return result


def play(target: float, per_hour: float, *, seeds: int) -> Cell:
    """One cell of the grid. The same seeds make the same months, so a run can be repeated."""
    setting = _setting(target, per_hour)
    months = [_at_objective(setting, rng) for rng in _streams(target, per_hour, 0, seeds)]
    rises = [_after_rise(setting, rng) for rng in _streams(target, per_hour, 1, seeds)]
    within = timedelta(minutes=setting.within_minutes)
    times = [ours for ours, _, _ in rises if ours is not None]
    return Cell(
        target,
        per_hour,
        within,
        *(_share(ours is not None for ours, _, _ in runs) for runs in (months, rises)),
        timedelta(minutes=statistics.median(times) if times else 0),
        *(_share(pages is not None for _, pages, _ in runs) for runs in (months, rises)),
        *(_share(rows is not None for _, _, rows in runs) for runs in (months, rises)),
    )


def _setting(target: float, per_hour: float) -> Setting:
    sampling = Sampling()
    said = promise(target=target, per_hour=per_hour, sampling=sampling)
    assert said.within is not None, "every cell of the grid has a promise"
    suggested = suggested_rules(target=target, window=WINDOW, per_hour=per_hour, sampling=sampling)
    paging = [rule for rule in suggested if rule.pages]
    assert len(paging) == sampling.paging_rules
    rows = standard_rules(WINDOW)
    longest = max(rule.long_window for rule in (*paging, *rows))
    most = most_events(per_hour / 60, longest)
    return Setting(
        target,
        per_hour / 60,
        round(said.within.total_seconds() / 60),
        round(longest.total_seconds() / 60),
        [_guarded(rule, target, per_hour, sampling) for rule in paging],
        [plain(row, target=target, burn=PLAIN_BURNS[row.name], most=most) for row in rows[:2]],
        [plain(row, target=target, burn=PLAIN_BURNS[row.name], most=most) for row in rows],
    )


def _guarded(rule: BurnRule, target: float, per_hour: float, sampling: Sampling) -> Tables:
    most = most_events(per_hour / 60, rule.long_window)
    return guarded(rule, target=target, window=WINDOW, sampling=sampling, most=most)


def _at_objective(setting: Setting, rng: np.random.Generator) -> tuple[int | None, ...]:
    length = setting.history + MONTH_MINUTES
    minutes = draw(rng, per_minute=setting.per_minute, bad_ratios=[(1 - setting.target, length)])
    return tuple(
        first_page(tables, minutes, after=setting.history)
        for tables in (setting.ours, setting.pages, setting.all_rows)
    )


def _after_rise(setting: Setting, rng: np.random.Generator) -> tuple[int | None, ...]:
    """Minutes from the rise to the first page; None when it took longer than promised."""
    allowed = 1 - setting.target
    stretches = [
        (_HEALTHY * allowed, setting.history),
        (DEFAULT_RISE * allowed, setting.within_minutes),
    ]
    minutes = draw(rng, per_minute=setting.per_minute, bad_ratios=stretches)
    found = (
        first_page(tables, minutes, after=setting.history)
        for tables in (setting.ours, setting.pages, setting.all_rows)
    )
    return tuple(None if minute is None else minute - setting.history for minute in found)


def _streams(
    target: float, per_hour: float, scenario: int, seeds: int
) -> Iterator[np.random.Generator]:
    for seed in range(seeds):
        yield np.random.default_rng([round(target * 1000), round(per_hour), scenario, seed])


def _share(found: Iterator[bool]) -> float:
    return statistics.fmean(found)


def page(cells: Sequence[Cell], behind: Sequence[slo_judged.Judged]) -> str:
    """The report for people."""
    rows = "\n".join(_row(cell) for cell in cells)
    judged = slo_judged.section(behind)
    return f"{_INTRODUCTION}\n{_HEAD}\n{rows}\n\n{judged}\n{_READING}"


def _row(cell: Cell) -> str:
    shares = (
        cell.paged,
        cell.noticed,
        cell.plain_paged,
        cell.plain_noticed,
        cell.all_rows_paged,
        cell.all_rows_noticed,
    )
    numbers = [f"{share:.1%}" for share in shares]
    numbers[2:2] = [span_words(cell.median)]
    fields = [f"{cell.target:.1%}", f"{cell.per_hour:g}", span_words(cell.within), *numbers]
    return f"| {' | '.join(fields)} |"


_HEAD = (
    "| target | evaluations an hour | promised | months paged at the objective "
    "| rise paged in time | median time | plain: months paged | plain: rise paged "
    "| plain with tickets: months | plain with tickets: rise |\n" + "|---" * 10 + "|"
)
_INTRODUCTION = f"""# What a sampled SLO can promise

Made by `python -m bench --only slo-simulation`; do not edit.

An AI quality SLI is usually a sample judged by an evaluator: a few evaluations an hour, each good \
or bad. Textbook burn rules then fail in two ways. With few events one bad answer looks like a \
fire, so they page by chance; and at targets such as 95% their factors cannot be reached, so they \
never page at all. AIRE therefore guards the rules of sampled SLIs with an exact test and adds one \
rule whose window follows from the sampling ("sustained"). This page plays both through.

Every cell: evaluations arrive at random at the given mean rate, rules are looked at every minute, \
{SEEDS:,} seeds.

- **Months paged at the objective**: 30 days (after a filled history) with exactly the allowed bad \
ratio. Wanted: at most 1% of them see a page, from all paging rules together.
- **Rise paged in time**: half the allowed bad ratio, then a jump to {DEFAULT_RISE:g} times the \
allowed one. Wanted: a page within the promised time in at least 95%.
- **Plain**: the workbook's two paging rows (14.4 over 1 h and 5 min, 6 over 6 h and 30 min) on \
the same minutes; **with tickets** also its two ticket rows (3 over 1 d and 2 h, 1 over 3 d and \
6 h), as if they paged.
"""
_READING = """## How to read it

- The promise is what the planner shows when an SLO is made and on its page. It is what one look \
at one full window achieves; earlier looks often notice sooner, which is the median.
- A rise far above three times is noticed by the fast and slow rules long before.
- The guard spends the month's 1% over the rules and over the looks: windows that start within \
a twentieth of each other are covered by one window a twentieth longer, so a month has at most \
20 x month / window of them, each tested by the exact binomial tail (`slos/guards.py`). The bound \
is on the safe side, so fewer months are paged than allowed.
- The months are drawn with evaluations that are independent of each other. Evaluations that fail \
together (the same document retrieved, the same user) carry less information than their number \
says, and then page more often than this page promises.
"""
