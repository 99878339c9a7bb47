"""Exact binomial tails and limits with the standard library alone; no SLO words in here.

The sum over outcomes is the regularised incomplete beta function (Abramowitz and Stegun 26.5.24),
evaluated by its continued fraction (26.5.8) with the modified Lentz method. Counts may be
fractions: they arise where measurements are weighted.
"""

from __future__ import annotations

import math
from collections.abc import Callable

_TINY = 1e-300
_PRECISION = 1e-14
_STEPS = 10_000
_BISECTIONS = 100


def incomplete_beta(x: float, a: float, b: float) -> float:
    """I_x(a, b) for 0 <= x <= 1 and a, b > 0."""
    if x <= 0:
        return 0.0
    if x >= 1:
        return 1.0
    # Beyond the mean the mirrored fraction converges fast and keeps small tails exact.
    if x > (a + 1) / (a + b + 2):
        return 1.0 - _beta_below_mean(1 - x, b, a)
    return _beta_below_mean(x, a, b)


def _beta_below_mean(x: float, a: float, b: float) -> float:
    log_front = (
        math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)
    )
    return math.exp(log_front) * _fraction(x, a, b) / a


def _fraction(x: float, a: float, b: float) -> float:
    c = 1.0
    d = 1.0 / _away_from_zero(1.0 - (a + b) * x / (a + 1.0))
    result = d
    for m in range(1, _STEPS):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        step = 1.0
        for term in (even, odd):
            d = 1.0 / _away_from_zero(1.0 + term * d)
            c = _away_from_zero(1.0 + term / c)
            step = c * d
            result *= step
        if abs(step - 1.0) < _PRECISION:
            break
    return result


def _away_from_zero(value: float) -> float:
    return value if abs(value) > _TINY else _TINY


def at_least(count: float, trials: float, probability: float) -> float:
    """P(X >= count) for X binomial(trials, probability)."""
    if count <= 0:
        return 1.0
    if count > trials:
        return 0.0
    return incomplete_beta(probability, count, trials - count + 1)


def at_most(count: float, trials: float, probability: float) -> float:
    """P(X <= count)."""
    if count < 0:
        return 0.0
    if count >= trials:
        return 1.0
    return incomplete_beta(1 - probability, trials - count, count + 1)


def lower_limit(count: float, trials: float, error: float) -> float:
    """Clopper and Pearson's one-sided lower limit: the smallest probability under which `count`
    or more is not rarer than `error`. 0 without trials."""
    if count <= 0 or trials <= 0:
        return 0.0
    return _root(lambda p: at_least(count, trials, p) - error)


def upper_limit(count: float, trials: float, error: float) -> float:
    """The one-sided upper limit. 1 without trials."""
    if trials <= 0 or count >= trials:
        return 1.0
    return _root(lambda p: error - at_most(count, trials, p))


def _root(rising: Callable[[float], float]) -> float:
    low, high = 0.0, 1.0
    for _ in range(_BISECTIONS):
        middle = (low + high) / 2
        if rising(middle) < 0:
            low = middle
        else:
            high = middle
        if high - low < 1e-12:
            break
    return (low + high) / 2


def critical_count(trials: float, probability: float, error: float) -> int:
    """The smallest whole count that is as rare as `error` or rarer: P(X >= count) <= error.
    `trials` + 1 (rounded up) when no count is."""
    low, high = 0, math.ceil(trials) + 1
    while low < high:
        middle = (low + high) // 2
        if at_least(middle, trials, probability) <= error:
            high = middle
        else:
            low = middle + 1
    return low
