"""How often the interval of an incident's cost holds the truth: simulated, seeded."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from catalog.kpis.band import WEEKS, Value, estimate_impact, usual_bands

HOUR = timedelta(hours=1)
BEGIN = datetime(2025, 6, 2, tzinfo=UTC)
RUNS = 600
TOLD = 0.95


def noise(draw: np.random.Generator, steps: int, *, follow: float, week: float) -> np.ndarray:
    """Of one week, with a standard deviation of 1 to 2: hours that follow each other (an AR(1) of
    `follow`), and a share `week` of the variance that all of its hours have together."""
    own = draw.standard_normal(steps)
    for hour in range(1, steps):
        own[hour] = follow * own[hour - 1] + np.sqrt(1 - follow**2) * own[hour]
    both = np.sqrt(1 - week) * own + np.sqrt(week) * draw.standard_normal()
    return both * np.linspace(1, 2, steps)


def outcome(
    draw: np.random.Generator, steps: int, weeks: int, *, follow: float, week: float, bad: bool
) -> tuple[bool, float]:
    """(whether the interval has the true loss in it, how wide it is)"""
    usual = 100 + 30 * np.sin(np.arange(steps) / 4)
    loss = draw.uniform(0, 20)
    before: list[Value] = []
    for ago in range(1, weeks + 1):
        rows = usual + noise(draw, steps, follow=follow, week=week)
        if bad and ago == 3:
            rows -= 60  # the last incident
        before += [
            (BEGIN - timedelta(weeks=ago) + HOUR * hour, row) for hour, row in enumerate(rows)
        ]
    now = usual + noise(draw, steps, follow=follow, week=week) - loss
    found = estimate_impact(
        [(BEGIN + HOUR * hour, value) for hour, value in enumerate(now)],
        usual_bands(before, zone=UTC, every=HOUR),
        before,
        start=BEGIN, end=BEGIN + HOUR * steps, zone=UTC, every=HOUR,
        more_is_better=True, adds_up=True,
    )  # fmt: skip
    assert found is not None
    return found.low <= loss * steps <= found.high, found.high - found.low


@pytest.mark.parametrize("steps", [1, 6, 24])
@pytest.mark.parametrize("weeks", [4, WEEKS])
@pytest.mark.parametrize(("follow", "week"), [(0.0, 0.0), (0.8, 0.0), (0.3, 0.5)])
def test_the_interval_holds_the_truth_as_often_as_it_says(
    steps: int, weeks: int, follow: float, week: float
) -> None:
    draw = np.random.default_rng(7)
    held = [
        outcome(draw, steps, weeks, follow=follow, week=week, bad=False)[0] for _ in range(RUNS)
    ]
    error = 3 * np.sqrt(TOLD * (1 - TOLD) / RUNS)
    assert TOLD - error <= np.mean(held) <= TOLD + error


def test_one_week_with_an_incident_makes_it_neither_wide_nor_wrong() -> None:
    draw = np.random.default_rng(11)
    calm = [outcome(draw, 12, WEEKS, follow=0.5, week=0.2, bad=False) for _ in range(RUNS)]
    shaken = [outcome(draw, 12, WEEKS, follow=0.5, week=0.2, bad=True) for _ in range(RUNS)]
    assert np.mean([held for held, _ in shaken]) >= TOLD - 0.03
    assert np.median([wide for _, wide in shaken]) < 1.3 * np.median([wide for _, wide in calm])


def test_noise_cancels_out_over_a_long_incident_and_whole_weeks_do_not() -> None:
    draw = np.random.default_rng(13)

    def width(steps: int, week: float) -> float:
        seen = [outcome(draw, steps, WEEKS, follow=0, week=week, bad=False) for _ in range(200)]
        return float(np.median([wide for _, wide in seen])) / steps

    assert width(24, 0.0) < 0.4 * width(1, 0.0)
    assert width(24, 1.0) > 0.7 * width(1, 1.0)


def test_where_no_week_has_the_stretch_the_bands_are_added_up() -> None:
    steps, rows = 3, [10.0, 12.0, 14.0, 11.0, 13.0]
    gaps = [
        (BEGIN - timedelta(weeks=week) + HOUR * hour, value)
        for week, value in enumerate(rows, start=1)
        for hour in range(steps)
        if (week + hour) % 5  # each hour has four weeks, only two weeks have all
    ]
    bands = usual_bands(gaps, zone=UTC, every=HOUR)
    found = estimate_impact(
        [(BEGIN + HOUR * hour, 10.0) for hour in range(steps)], bands, gaps,
        start=BEGIN, end=BEGIN + HOUR * steps, zone=UTC, every=HOUR,
        more_is_better=True, adds_up=True,
    )  # fmt: skip
    assert found is not None
    whole = sum(band.high - band.low for band in bands.values())
    assert found.high - found.low == pytest.approx(whole)
