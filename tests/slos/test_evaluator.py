"""Judges that err, and what they hide."""

from __future__ import annotations

import numpy as np
import pytest

from slos.evaluator import Evaluator, correct

JUDGE = Evaluator(0.9, 0.03, bad_items=300, good_items=1000)


def test_judge_noise_alone_burns_a_99_percent_objective_at_four_times_its_rate() -> None:
    assert JUDGE.reports(0.01) == pytest.approx(0.0387)


def test_the_correction_undoes_what_the_judge_adds() -> None:
    assert JUDGE.corrected(JUDGE.reports(0.07)) == pytest.approx(0.07)


def test_fewer_bad_reports_than_false_alarms_alone_make_is_none_bad_not_a_negative_ratio() -> None:
    found = correct(JUDGE, bad=1, total=200)
    assert found.bad_ratio == 0.0
    assert found.low == 0.0
    assert 0 < found.high < 0.05


def test_a_judge_that_cannot_tell_is_not_corrected_and_says_so() -> None:
    coin = Evaluator(0.5, 0.45, 100, 100)
    found = correct(coin, bad=20, total=100)
    assert (found.bad_ratio, found.low, found.high) == (0.2, 0.0, 1.0)
    assert "hardly tells" in found.warning


def test_nothing_judged_is_no_good_news() -> None:
    found = correct(JUDGE, bad=0, total=0)
    assert (found.low, found.high) == (0.0, 1.0)
    assert found.warning


def test_rates_without_a_sample_are_taken_as_exact_and_this_is_said() -> None:
    exact = Evaluator(0.9, 0.03)
    assert exact.reports_at_most(0.01) == pytest.approx(exact.reports(0.01))
    assert "exact" in correct(exact, bad=10, total=100).warning
    assert JUDGE.reports_at_most(0.01) > exact.reports(0.01)


@pytest.mark.parametrize("rates", [(1.2, 0.0), (0.9, -0.1), (float("nan"), 0.1)])
def test_rates_outside_0_and_1_are_refused(rates: tuple[float, float]) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        Evaluator(*rates)


@pytest.mark.parametrize("truth", [0.02, 0.1, 0.3])
def test_the_interval_holds_the_truth_in_about_95_of_100_samples(truth: float) -> None:
    """Judge and sample are both drawn: 600 repetitions, three standard errors of slack."""
    rng = np.random.default_rng(7)
    held = 0
    for _ in range(600):
        measured = Evaluator(rng.binomial(200, 0.9) / 200, rng.binomial(500, 0.05) / 500, 200, 500)
        bad = rng.binomial(800, 0.9 * truth + 0.05 * (1 - truth))
        found = correct(measured, bad=float(bad), total=800)
        held += found.low <= truth <= found.high
    assert held / 600 >= 0.95 - 3 * 0.009
