"""The benchmark's numpy months judge as the product does, and the promises hold in a small run."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from bench.slo_judged import judged
from bench.slo_months import draw, first_page, guarded, most_events, plain
from bench.slo_simulation import PLAIN_BURNS, WINDOW, play
from slos.burn import WindowCount, judge, standard_rules
from slos.guards import Sampling

MINUTE = timedelta(minutes=1)


def judged_first(rule, minutes, sampling, target: float) -> int | None:
    """The first minute in which `judge` fires, one look after the other."""

    def count(minute: int, span: timedelta) -> WindowCount:
        start = max(0, minute - round(span / MINUTE))
        bad = int(minutes.bad[minute] - minutes.bad[start])
        total = int(minutes.total[minute] - minutes.total[start])
        return WindowCount(total - bad, total, span)

    for minute in range(1, len(minutes.bad)):
        long, short = count(minute, rule.long_window), count(minute, rule.short_window)
        found = judge(rule, target=target, window=WINDOW, long=long, short=short, sampled=sampling)
        if found.firing:
            return minute
    return None


@pytest.mark.parametrize("bad_ratio", [0.1, 0.35, 0.9])
@pytest.mark.parametrize("seed", range(3))
def test_the_fast_months_page_in_the_minute_in_which_the_rules_do(
    seed: int, bad_ratio: float
) -> None:
    minutes = draw(np.random.default_rng(seed), per_minute=2, bad_ratios=[(bad_ratio, 500)])
    most = most_events(2, timedelta(hours=6))
    for rule in standard_rules(WINDOW)[:2]:
        ours = guarded(rule, target=0.95, window=WINDOW, sampling=Sampling(), most=most)
        assert first_page([ours], minutes) == judged_first(rule, minutes, Sampling(), 0.95)
        theirs = plain(rule, target=0.95, burn=PLAIN_BURNS[rule.name], most=most)
        assert first_page([theirs], minutes) == judged_first(rule, minutes, None, 0.95)


@pytest.mark.parametrize(("target", "per_hour"), [(0.90, 10), (0.98, 50), (0.995, 10)])
def test_forty_seeds_keep_the_promise(target: float, per_hour: float) -> None:
    cell = play(target, per_hour, seeds=40)
    assert cell.paged == 0
    assert cell.noticed >= 0.95
    assert cell.median < cell.within


def test_the_plain_rules_page_by_chance_or_never() -> None:
    assert play(0.995, 10, seeds=10).plain_paged == 1
    assert play(0.90, 50, seeds=10).plain_noticed == 0


def test_a_judge_that_errs_does_not_page_for_its_errors() -> None:
    found = judged(0.95, 50, calibrations=2, months=10)
    assert found.paged == 0
    assert found.naive_paged > 0.5
    assert found.noticed >= 0.9
