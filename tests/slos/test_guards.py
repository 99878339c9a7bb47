"""Evidence against chance."""

from __future__ import annotations

from datetime import timedelta

import pytest

from slos.binomial import at_least
from slos.evaluator import Evaluator
from slos.guards import (
    Sampling,
    allowed_ratio,
    error_per_look,
    evidence,
    has_recovered,
    needed_bad,
)

HOUR = timedelta(hours=1)


def found(bad: float, total: float, target: float = 0.99, **more: object) -> bool:
    asked = {"long_window": HOUR, "sampling": Sampling(), **more}
    return evidence(bad=bad, total=total, target=target, **asked).enough  # type: ignore[arg-type]


def test_one_bad_answer_of_ten_is_chance_and_nine_are_not() -> None:
    assert not found(1, 10, 0.9)
    assert found(10, 10, 0.9)


def test_fewer_than_three_bad_events_are_never_evidence() -> None:
    assert not found(2, 2, 0.995)
    assert not found(2.9, 3, 0.9999)


def test_the_needed_count_is_as_rare_as_one_look_may_be_even_in_a_longer_window() -> None:
    sampling = Sampling()
    needed = needed_bad(1000, target=0.98, long_window=HOUR, sampling=sampling)
    assert at_least(needed, 1050, 0.02) <= error_per_look(HOUR, sampling)
    assert at_least(needed - 1, 1050, 0.02) > error_per_look(HOUR, sampling)


def test_a_month_of_looks_at_all_rules_together_spends_the_months_error() -> None:
    sampling = Sampling(paging_rules=3, false_pages_per_month=0.01)
    looks = 20 * 30 * 24
    assert error_per_look(HOUR, sampling) * looks * 3 == pytest.approx(0.01)


def test_a_window_longer_than_the_month_is_still_looked_at_once() -> None:
    sampling = Sampling(paging_rules=1)
    assert error_per_look(timedelta(days=900), sampling) == sampling.false_pages_per_month


def test_longer_windows_have_fewer_looks_and_need_less() -> None:
    sampling = Sampling()
    in_hour = needed_bad(500, target=0.98, long_window=HOUR, sampling=sampling)
    in_day = needed_bad(500, target=0.98, long_window=24 * HOUR, sampling=sampling)
    assert in_day < in_hour


def test_what_a_judge_invents_is_allowed_to_it() -> None:
    noisy = Sampling(evaluator=Evaluator(0.9, 0.03, 300, 1000))
    assert allowed_ratio(0.99, noisy) > 0.0387
    assert found(35, 500, 0.99)
    assert not found(35, 500, 0.99, sampling=noisy)
    assert found(70, 500, 0.99, sampling=noisy)


def test_a_poorly_measured_judge_is_allowed_more() -> None:
    few = Sampling(evaluator=Evaluator(0.9, 0.03, 30, 100))
    many = Sampling(evaluator=Evaluator(0.9, 0.03, 3000, 10_000))
    assert allowed_ratio(0.99, few) > allowed_ratio(0.99, many) > 0.0387


def test_an_empty_or_thin_short_window_does_not_say_that_it_is_over() -> None:
    assert not has_recovered(bad=0, total=0, ratio=0.3)
    assert not has_recovered(bad=0, total=3, ratio=0.3)
    assert has_recovered(bad=0, total=30, ratio=0.3)
    assert not has_recovered(bad=9, total=30, ratio=0.3)


@pytest.mark.parametrize("wrong", [{"paging_rules": 0}, {"false_pages_per_month": 0.0}])
def test_a_guard_without_rules_or_without_error_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="at least one rule"):
        Sampling(**wrong)  # type: ignore[arg-type]
