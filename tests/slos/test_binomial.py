"""Tails and limits against sums of exact terms and published values."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slos.binomial import (
    at_least,
    at_most,
    critical_count,
    incomplete_beta,
    lower_limit,
    upper_limit,
)


def summed(low: int, high: int, trials: int, probability: Fraction) -> float:
    terms = (
        math.comb(trials, count) * probability**count * (1 - probability) ** (trials - count)
        for count in range(low, high + 1)
    )
    return float(sum(terms))


@given(st.integers(1, 120), st.integers(0, 120), st.integers(1, 99))
def test_both_tails_equal_the_sum_of_their_exact_terms(
    trials: int, count: int, percent: int
) -> None:
    count = min(count, trials)
    probability = Fraction(percent, 100)
    upper, lower = summed(count, trials, trials, probability), summed(0, count, trials, probability)
    assert at_least(count, trials, percent / 100) == pytest.approx(upper, rel=1e-9, abs=1e-300)
    assert at_most(count, trials, percent / 100) == pytest.approx(lower, rel=1e-9, abs=1e-300)


def test_a_tail_far_out_keeps_its_digits() -> None:
    expected = summed(60, 600, 600, Fraction(1, 200))
    assert expected < 1e-15
    assert at_least(60, 600, 0.005) == pytest.approx(expected, rel=1e-9)


def test_large_samples_are_quick_and_sane() -> None:
    assert at_least(50_000, 500_000, 0.1) == pytest.approx(0.5, abs=0.01)
    assert at_least(52_000, 500_000, 0.1) < 1e-19


@pytest.mark.parametrize(
    ("x", "a", "b", "expected"),
    [(0.5, 2, 2, 0.5), (0.25, 1, 1, 0.25), (0.1, 1, 3, 1 - 0.9**3), (0.9, 3, 1, 0.9**3)],
)
def test_the_incomplete_beta_where_it_has_a_closed_form(
    x: float, a: float, b: float, expected: float
) -> None:
    assert incomplete_beta(x, a, b) == pytest.approx(expected, rel=1e-12)


def test_limits_are_those_of_clopper_and_pearson() -> None:
    # 1 of 10 at 95 % two-sided: 0.25 % to 44.5 %; 8 of 100: 3.52 % to 15.16 %.
    assert lower_limit(1, 10, 0.025) == pytest.approx(0.00253, abs=1e-5)
    assert upper_limit(1, 10, 0.025) == pytest.approx(0.44502, abs=1e-5)
    assert lower_limit(8, 100, 0.025) == pytest.approx(0.03517, abs=1e-5)
    assert upper_limit(8, 100, 0.025) == pytest.approx(0.15156, abs=1e-5)


def test_nothing_tried_says_nothing() -> None:
    assert (lower_limit(0, 0, 0.05), upper_limit(0, 0, 0.05)) == (0.0, 1.0)
    assert upper_limit(0, 100, 0.05) == pytest.approx(1 - 0.05 ** (1 / 100), rel=1e-6)


@given(st.integers(0, 400), st.integers(1, 60), st.sampled_from([0.05, 1e-3, 1e-7]))
def test_the_critical_count_is_the_first_that_is_rare_enough(
    trials: int, percent: int, error: float
) -> None:
    count = critical_count(trials, percent / 100, error)
    assert at_least(count, trials, percent / 100) <= error
    assert at_least(count - 1, trials, percent / 100) > error
