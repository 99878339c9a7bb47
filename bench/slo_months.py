"""Months of minute counts, and the minute in which rules first page: `slos.burn.judge` in numpy.

Here because numpy is no part of the product; tests/slos/test_slo_months.py holds both together.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from slos.binomial import at_least, at_most
from slos.burn import BurnRule, derive
from slos.guards import (
    RECOVERED_ERROR,
    STRETCH,
    Sampling,
    allowed_ratio,
    error_per_look,
    needed_bad,
)

MONTH_MINUTES = 30 * 24 * 60


@dataclass(frozen=True)
class Minutes:
    """Running totals: entry n is what the first n minutes had."""

    bad: np.ndarray
    total: np.ndarray

    def within(self, minutes: int) -> tuple[np.ndarray, np.ndarray]:
        """Bad and total of the window that ends with each minute, shorter at the beginning."""
        return _window(self.bad, minutes), _window(self.total, minutes)


@dataclass(frozen=True)
class Tables:
    """For a number of events: the bad count from which a rule's two windows say yes."""

    long_minutes: int
    short_minutes: int
    long: np.ndarray
    short: np.ndarray

    def first(self, minutes: Minutes, after: int) -> int | None:
        """The first minute from `after` on in which the rule fires."""
        bad, total = minutes.within(self.long_minutes)
        fires = bad >= self.long[total]
        fires[:after] = False
        if not fires.any():
            return None
        bad, total = minutes.within(self.short_minutes)
        fires &= bad >= self.short[total]
        return int(fires.argmax()) + 1 if fires.any() else None


def draw(rng: np.random.Generator, *, per_minute: float, bad_ratios: Sequence[tuple[float, int]]):
    """Evaluations that arrive at random, with a bad ratio for each stretch of minutes."""
    bad = [rng.poisson(per_minute * ratio, length) for ratio, length in bad_ratios]
    good = [rng.poisson(per_minute * (1 - ratio), length) for ratio, length in bad_ratios]
    bad_sums = _running(np.concatenate(bad))
    return Minutes(bad_sums, bad_sums + _running(np.concatenate(good)))


def first_page(tables: Sequence[Tables], minutes: Minutes, *, after: int = 0) -> int | None:
    """The first minute, counted from 1, in which one of the rules pages."""
    found = [first for table in tables if (first := table.first(minutes, after)) is not None]
    return min(found, default=None)


def guarded(
    rule: BurnRule, *, target: float, window: timedelta, sampling: Sampling, most: int
) -> Tables:
    """The tables of a guarded rule, for windows of up to `most` events."""
    ratio = derive(rule, target=target, window=window).bad_ratio
    reported = ratio if sampling.evaluator is None else sampling.evaluator.reports(ratio)
    needed = _needed_table(rule, target, sampling, most)
    over = np.ceil(np.arange(most + 1) * reported - 1e-9).astype(np.int64)
    return Tables(
        _minutes(rule.long_window),
        _minutes(rule.short_window),
        np.maximum(needed, over),
        _rising_table(most, lambda count, n: at_most(count, n, reported) >= RECOVERED_ERROR),
    )


def plain(rule: BurnRule, *, target: float, burn: float, most: int) -> Tables:
    """The textbook rule: both windows at `burn` or above, whatever the sample."""
    over = np.ceil(np.arange(most + 1) * burn * (1 - target) - 1e-9).astype(np.int64)
    over[0] = 1
    return Tables(_minutes(rule.long_window), _minutes(rule.short_window), over, over)


def _needed_table(rule: BurnRule, target: float, sampling: Sampling, most: int) -> np.ndarray:
    allowed = allowed_ratio(target, sampling)
    error = error_per_look(rule.long_window, sampling)
    start = needed_bad(0, target=target, long_window=rule.long_window, sampling=sampling)
    return _rising_table(
        most, lambda count, n: at_least(count, n * STRETCH, allowed) <= error, start
    )


def _rising_table(most: int, enough: Callable[[int, int], bool], start: int = 0) -> np.ndarray:
    """The smallest count that is enough, for 0 to `most` events: it never falls."""
    table = np.empty(most + 1, np.int64)
    count = start
    for n in range(most + 1):
        while not enough(count, n):
            count += 1
        table[n] = count
    return table


def _window(running: np.ndarray, minutes: int) -> np.ndarray:
    found = running[1:].copy()
    found[minutes:] -= running[1:-minutes]
    return found


def _running(counts: np.ndarray) -> np.ndarray:
    return np.concatenate(([0], np.cumsum(counts, dtype=np.int64)))


def _minutes(span: timedelta) -> int:
    return math.ceil(span.total_seconds() / 60)


def most_events(per_minute: float, longest: timedelta) -> int:
    """More than ever fall into a window: eight standard deviations above the mean."""
    mean = per_minute * _minutes(longest)
    return math.ceil(mean + 8 * math.sqrt(mean) + 20)
