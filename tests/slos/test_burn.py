"""Burn rules: what they derive to, when they fire and when they end."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slos.burn import (
    NoDataRule,
    Verdict,
    WindowCount,
    derive,
    judge,
    judge_no_data,
    rescale,
    standard_rules,
    warnings,
)
from slos.evaluator import Evaluator
from slos.guards import Sampling

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
FAST, SLOW, IN_A_DAY, CREEPING = standard_rules(30 * DAY)
DIRECT = replace(FAST, name="direct", direct_bad_ratio=0.3)


def verdict(
    bad: float, total: float, short: tuple[float, float] | None = None, **more: object
) -> Verdict:
    asked = {"target": 0.99, "window": 30 * DAY, "rule": FAST, **more}
    rule = asked.pop("rule")
    short_bad, short_total = short or (bad / 12, total / 12)
    return judge(
        rule,  # type: ignore[arg-type]
        long=WindowCount(total - bad, total, HOUR),
        short=WindowCount(short_total - short_bad, short_total, HOUR / 12),
        **asked,  # type: ignore[arg-type]
    )


@pytest.mark.parametrize(
    ("days", "factors"),
    [(30, (14.4, 6, 3, 1)), (28, (13.44, 5.6, 2.8, 0.9333)), (7, (14.4, 6, 3, 1))],
)
def test_factors_follow_from_the_percent_and_the_window(
    days: int, factors: tuple[float, ...]
) -> None:
    window = days * DAY
    found = [derive(rule, target=0.999, window=window).burn_rate for rule in standard_rules(window)]
    assert found == pytest.approx(factors, rel=1e-3)


@given(st.integers(1, 400), st.integers(1, 400))
def test_a_rescaled_rule_keeps_its_burn_rate(before: int, after: int) -> None:
    moved = rescale(FAST, from_window=before * DAY, to_window=after * DAY)
    assert derive(moved, target=0.99999, window=after * DAY).burn_rate == pytest.approx(
        derive(FAST, target=0.99999, window=before * DAY).burn_rate
    )


def test_a_factor_that_cannot_be_reached_is_capped_and_said() -> None:
    found = derive(FAST, target=0.9, window=30 * DAY)
    assert (found.burn_rate, found.bad_ratio) == (pytest.approx(8.0), 0.8)
    assert not found.reachable
    assert "can never be reached (the most is 10 at this target)" in found.warning


def test_a_factor_that_needs_nearly_everything_bad_is_capped_too() -> None:
    found = derive(FAST, target=0.935, window=30 * DAY)
    assert found.reachable
    assert found.bad_ratio == 0.8
    assert "needs nearly every event bad" in found.warning


@given(st.floats(0.5, 0.9999), st.sampled_from([7, 28, 30, 90]))
def test_every_standard_rule_fires_when_everything_fails(target: float, days: int) -> None:
    for rule in standard_rules(days * DAY):
        assert verdict(1000, 1000, rule=rule, target=target, window=days * DAY).firing


def test_warnings_name_the_rule() -> None:
    assert [
        text.split(":")[0]
        for text in warnings(standard_rules(30 * DAY), target=0.9, window=30 * DAY)
    ] == ["fast"]
    assert warnings(standard_rules(30 * DAY), target=0.99, window=30 * DAY) == []
    calm = replace(CREEPING, budget_fraction=0.05)
    assert "lasts for the whole window" in warnings([calm], target=0.99, window=30 * DAY)[0]


@pytest.mark.parametrize("target", [0.0, 1.0, -1.0, 1.5, float("nan")])
def test_an_objective_without_a_budget_is_refused(target: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        derive(FAST, target=target, window=30 * DAY)


def test_both_windows_must_burn() -> None:
    assert verdict(15, 100).firing
    assert not verdict(14, 100).firing
    over = verdict(15, 100, short=(0, 10))
    assert not over.firing
    assert over.reason == "The short window no longer burns."
    assert not verdict(15, 100, short=(0, 0)).firing


def test_a_rule_that_fires_ends_with_its_long_window_not_in_a_pause() -> None:
    pause = verdict(20, 100, short=(0, 10), was_firing=True)
    assert pause.firing
    assert not pause.resolved
    ended = verdict(5, 100, was_firing=True)
    assert (ended.firing, ended.resolved) == (False, True)


def test_no_data_is_neither_good_nor_the_end() -> None:
    silent = verdict(0, 0)
    assert (silent.firing, silent.resolved, silent.held_back_by) == (False, False, "no data")
    still = verdict(0, 0, was_firing=True)
    assert (still.firing, still.resolved) == (True, False)


def test_a_rule_may_ask_for_a_minimum_of_events() -> None:
    asking = replace(FAST, minimum_events=200)
    held = verdict(20, 100, rule=asking)
    assert (held.firing, held.held_back_by) == (False, "sample")
    assert "200 or more" in held.reason
    assert verdict(40, 200, rule=asking).firing


def test_a_direct_rule_looks_at_the_bad_ratio_alone() -> None:
    assert verdict(30, 100, rule=DIRECT, target=0.9).firing
    assert not verdict(29, 100, rule=DIRECT, target=0.9).firing
    assert "although the objective is met" in derive(DIRECT, target=0.6, window=DAY).warning
    assert not derive(replace(DIRECT, direct_bad_ratio=1.5), target=0.9, window=DAY).reachable


def test_a_sample_that_can_be_chance_holds_back() -> None:
    plain, guarded = verdict(2, 10), verdict(2, 10, sampled=Sampling())
    assert plain.firing
    assert (guarded.firing, guarded.held_back_by) == (False, "confidence")
    assert "can be chance" in guarded.reason
    tiny = verdict(2, 2, sampled=Sampling())
    assert (tiny.firing, tiny.held_back_by) == (False, "sample")
    assert verdict(8, 10, short=(0, 0), sampled=Sampling()).firing


def test_a_burn_is_counted_behind_the_judge() -> None:
    noisy = Sampling(evaluator=Evaluator(0.9, 0.03, 300, 1000))
    at_objective = verdict(39, 1000, sampled=noisy)
    assert at_objective.burn_long == pytest.approx(1.03, abs=0.01)
    assert not at_objective.firing
    assert verdict(250, 1000, sampled=noisy).firing


def test_silence_fires_after_its_time_even_when_there_never_was_data() -> None:
    rule = NoDataRule(after=2 * HOUR)
    now = datetime(2026, 3, 1, 12, tzinfo=UTC)
    assert not judge_no_data(rule, last_end=now - HOUR, since=now - DAY, now=now)
    assert judge_no_data(rule, last_end=now - 3 * HOUR, since=now - DAY, now=now)
    assert judge_no_data(rule, last_end=None, since=now - DAY, now=now)
    assert not judge_no_data(rule, last_end=None, since=now - HOUR, now=now)
