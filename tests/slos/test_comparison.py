"""Cohorts side by side."""

from __future__ import annotations

import numpy as np
import pytest

from slos.comparison import Part, difference, difference_words, measure, measure_all
from slos.evaluator import Evaluator


def part(bad: float, total: float, cohort: str = "v1", judge: Evaluator | None = None) -> Part:
    return Part(cohort, "judge@2" if judge else "", total - bad, total, judge)


def test_the_worst_stands_first_and_what_counted_nothing_last() -> None:
    found = measure_all([part(0, 0, "c"), part(1, 100, "a"), part(9, 100, "b")])
    assert [one.part.cohort for one in found] == ["b", "a", "c"]


def test_a_small_sample_is_unsure_and_a_large_one_is_not() -> None:
    assert measure(part(1, 10)).against(0.02) == "unsure"
    assert measure(part(100, 1000)).against(0.02) == "worse"
    assert measure(part(1, 1000)).against(0.02) == "better"
    assert measure(part(0, 0)).against(0.02) == "nothing"


def test_a_judge_with_known_rates_is_looked_behind() -> None:
    judge = Evaluator(0.9, 0.03, 500, 2000)
    found = measure(part(39, 1000, judge=judge))
    assert found.bad_ratio == pytest.approx(0.0103, abs=0.0005)
    assert found.against(0.01) == "unsure"


def test_a_difference_that_can_be_chance_is_not_clear() -> None:
    found = difference(measure(part(2, 100)), measure(part(4, 100)))
    assert found is not None
    assert not found.clear
    assert difference_words(found).startswith("No clear difference (95% interval -")


def test_a_clear_difference_says_its_direction() -> None:
    base, other = measure(part(20, 1000)), measure(part(60, 1000))
    worse, better = difference(base, other), difference(other, base)
    assert worse is not None
    assert worse.clear
    assert difference_words(worse).startswith("4.0 points more bad (95% interval 2.")
    assert difference_words(better).startswith("4.0 points less bad")


def test_nothing_cannot_be_compared() -> None:
    assert difference_words(difference(measure(part(0, 0)), measure(part(1, 10)))) == (
        "Nothing to compare."
    )


def test_the_interval_of_the_difference_holds_the_truth_in_95_of_100_samples() -> None:
    rng = np.random.default_rng(11)
    held = 0
    for _ in range(500):
        base = measure(part(float(rng.binomial(400, 0.03)), 400))
        other = measure(part(float(rng.binomial(250, 0.08)), 250))
        found = difference(base, other)
        assert found is not None
        held += found.low <= 0.05 <= found.high
    assert held / 500 >= 0.95 - 3 * 0.0098
