"""The past, played through with other rules."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from time import perf_counter

import pytest

from slos.burn import BurnRule, standard_rules
from slos.guards import Sampling
from slos.simulate.replay import STEP, Bucket, Replay, replay

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
END = datetime(2026, 3, 31, tzinfo=UTC)
FAST, SLOW, IN_A_DAY, CREEPING = standard_rules(28 * DAY)


def past(
    hours: float, bad: list[tuple[float, float, float]], per_step: float = 100
) -> list[Bucket]:
    """Steps of `per_step` events for so many hours before END; (from, to, bad ratio) in hours."""
    count = round(hours * 12)
    found = []
    for number in range(count):
        at = number / 12
        ratio = next((ratio for first, last, ratio in bad if first <= at < last), 0.0)
        end = END - STEP * (count - 1 - number)
        found.append(Bucket(end, per_step * (1 - ratio), per_step))
    return found


def played(buckets: list[Bucket], *rules: BurnRule, hours: float = 48, **more: object) -> Replay:
    return replay(
        rules or (FAST,),
        target=0.99,
        window=28 * DAY,
        buckets=buckets,
        start=END - HOUR * hours,
        end=END,
        **more,  # type: ignore[arg-type]
    )


def test_an_outage_fires_once_and_ends_with_its_long_window() -> None:
    found = played(past(48, [(20, 22, 0.5)]))
    (episode,) = found.episodes
    begin = END - 48 * HOUR
    assert begin + 20 * HOUR < episode.start <= begin + 20.5 * HOUR
    assert episode.end is not None
    assert begin + 22 * HOUR < episode.end <= begin + 23 * HOUR
    assert episode.peak_burn == pytest.approx(50)


def test_calm_days_fire_nothing() -> None:
    found = played(past(48, []), FAST, SLOW, IN_A_DAY, CREEPING)
    assert found.since == END - 48 * HOUR + STEP
    assert found.episodes == []
    assert found.pages == []


def test_what_still_burns_has_no_end() -> None:
    (episode,) = played(past(48, [(47, 48, 0.5)])).episodes
    assert episode.end is None


def test_tiers_that_overlap_page_once() -> None:
    found = played(past(48, [(20, 26, 0.4)]), FAST, SLOW, IN_A_DAY)
    assert len(found.episodes) == 3
    assert len(found.pages) == 1


def test_two_outages_a_day_apart_page_twice() -> None:
    assert len(played(past(48, [(10, 11, 0.5), (35, 36, 0.5)])).pages) == 2


def test_a_guard_that_holds_back_is_counted_as_often_as_it_begins_to() -> None:
    thin = past(48, [(20, 20.2, 0.8), (30, 30.2, 0.8)], per_step=1)
    guarded = played(thin, sampled=Sampling())
    assert guarded.episodes == []
    assert guarded.rules[0].held_back == 2
    assert len(played(thin).episodes) == 2


def test_what_was_before_fills_the_first_windows() -> None:
    burning = past(30, [(0, 30, 0.5)])
    (episode,) = played(burning, hours=1).episodes
    assert episode.start == END - HOUR + STEP


def test_nothing_measured_is_not_calm() -> None:
    found = played([])
    assert found.since is None


def test_a_direct_rule_is_played_too() -> None:
    rule = replace(FAST, direct_bad_ratio=0.45)
    assert len(played(past(48, [(20, 22, 0.5)]), rule).episodes) == 1


def test_ninety_days_take_less_than_two_seconds() -> None:
    buckets = past(90 * 24, [(hour, hour + 0.5, 0.1) for hour in range(0, 90 * 24, 7)])
    began = perf_counter()
    played(buckets, FAST, SLOW, IN_A_DAY, CREEPING, hours=90 * 24, sampled=Sampling())
    assert perf_counter() - began < 4  # two on a quiet machine
