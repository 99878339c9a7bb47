"""What sampling can promise, and what a promise needs."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from slos.burn import derive, standard_rules
from slos.evaluator import Evaluator
from slos.guards import Sampling
from slos.planner import need, planned_rule, promise, promise_of, suggested_rules

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def within(target: float, per_hour: float, **more: object) -> timedelta:
    found = promise(target=target, per_hour=per_hour, **more).within  # type: ignore[arg-type]
    assert found is not None
    return found


def test_more_evaluations_and_lower_targets_notice_sooner() -> None:
    assert within(0.98, 500) < within(0.98, 50) < within(0.98, 10)
    assert within(0.9, 50) < within(0.99, 50) < within(0.995, 50)


def test_a_larger_rise_is_noticed_sooner_and_a_calmer_guard_later() -> None:
    assert within(0.98, 50, rise=6) < within(0.98, 50, rise=2)
    calm = Sampling(false_pages_per_month=0.0001)
    assert within(0.98, 50, sampling=calm) > within(0.98, 50)


@pytest.mark.parametrize("target", [0.9, 0.98, 0.995])
@pytest.mark.parametrize("span", [6 * HOUR, 3 * DAY])
def test_what_the_planner_asks_for_it_also_promises(target: float, span: timedelta) -> None:
    needed = need(target=target, within=span).per_hour
    assert needed is not None
    assert within(target, needed) <= span
    assert within(target, needed * 0.6) > span


def test_the_promise_is_a_sentence() -> None:
    assert promise(target=0.98, per_hour=50).sentence == (
        "At 50 evaluations an hour, a rise from 2% to 6% bad pages within 21 h in at least 95% "
        "of cases; a month exactly at the objective is paged in at most 1%."
    )


def test_the_need_is_a_sentence() -> None:
    assert need(target=0.98, within=DAY).sentence == (
        "To notice a rise from 2% to 6% bad within 24 h, about 41 evaluations an hour are needed."
    )


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"target": 0.5, "per_hour": 10}, "more than everything bad"),
        ({"target": 0.9, "per_hour": 0}, "nothing is evaluated"),
        ({"target": 0.9, "per_hour": float("nan")}, "nothing is evaluated"),
        ({"target": 0.9, "per_hour": 10, "rise": 1}, "no rise"),
        ({"target": 1.0, "per_hour": 10}, "between 0% and 100%"),
        ({"target": 0.9999, "per_hour": 0.01}, "even a year"),
    ],
)
def test_what_cannot_be_promised_is_said(wrong: dict[str, float], reason: str) -> None:
    found = promise(**wrong)  # type: ignore[arg-type]
    assert found.within is None
    assert reason in found.sentence


def test_a_judge_costs_time_and_a_bad_one_everything() -> None:
    judge = Evaluator(0.9, 0.03, 500, 5000)
    assert within(0.95, 50, sampling=Sampling(evaluator=judge)) > within(0.95, 50)
    coin = promise(target=0.95, per_hour=50, sampling=Sampling(evaluator=Evaluator(0.5, 0.5)))
    assert "hardly tells bad from good" in coin.sentence
    rough = Evaluator(0.9, 0.05, 20, 20)
    hidden = promise(target=0.995, per_hour=50, sampling=Sampling(evaluator=rough))
    assert "calibrate it on more items" in hidden.sentence


def test_the_planned_rule_has_the_promised_window_and_half_the_rise() -> None:
    rule = planned_rule(target=0.98, window=28 * DAY, per_hour=50)
    assert rule is not None
    assert rule.long_window == within(0.98, 50)
    assert derive(rule, target=0.98, window=28 * DAY).burn_rate == pytest.approx(1.5, rel=1e-3)


def test_a_window_too_short_for_the_sampling_has_no_planned_rule() -> None:
    assert planned_rule(target=0.995, window=7 * DAY, per_hour=10) is None
    window = 7 * DAY
    assert suggested_rules(target=0.995, window=window, per_hour=10) == standard_rules(window)


def test_counted_slis_start_with_the_standard_rows_and_sampled_ones_with_one_more() -> None:
    assert suggested_rules(target=0.98, window=28 * DAY) == standard_rules(28 * DAY)
    sampled = suggested_rules(target=0.98, window=28 * DAY, per_hour=50)
    assert [rule.name for rule in sampled] == ["fast", "slow", "day", "creeping", "sustained"]


def test_an_objective_promises_only_what_its_own_rules_keep() -> None:
    asked = {"target": 0.98, "window": 28 * DAY, "per_hour": 50.0}
    bare = promise_of(standard_rules(28 * DAY), **asked)  # type: ignore[arg-type]
    assert bare.within is None
    assert "none of its paging rules" in bare.sentence
    planned = suggested_rules(**asked)  # type: ignore[arg-type]
    assert promise_of(planned, **asked).within == within(0.98, 50)  # type: ignore[arg-type]
    large = promise_of(standard_rules(28 * DAY), **asked, rise=30)  # type: ignore[arg-type]
    assert large.within == HOUR
    needy = [replace(rule, minimum_events=10_000) for rule in planned]
    assert promise_of(needy, **asked).within is None  # type: ignore[arg-type]
