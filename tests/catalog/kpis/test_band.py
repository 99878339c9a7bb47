"""What is usual at an hour of the week, and what an incident made of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.kpis.band import LEAST, Estimate, Value, estimate_impact, slot_of, usual_bands

HOUR = timedelta(hours=1)
BEGIN = datetime(2025, 6, 2, 9, tzinfo=UTC)
numbers = st.floats(-1e6, 1e6)
weeks = st.lists(st.lists(numbers, min_size=3, max_size=3), min_size=LEAST, max_size=9)


def history(rows: list[list[float]]) -> list[Value]:
    return [
        (BEGIN - timedelta(weeks=week) + HOUR * hour, value)
        for week, row in enumerate(rows, start=1)
        for hour, value in enumerate(row)
    ]


def estimated(rows: list[list[float]], now: list[float], **more: Any) -> Estimate | None:
    options = {"start": BEGIN, "end": BEGIN + HOUR * len(now), "more_is_better": True,
               "adds_up": True, **more}  # fmt: skip
    return estimate_impact(
        [(BEGIN + HOUR * hour, value) for hour, value in enumerate(now)],
        usual_bands(history(rows), zone=UTC, every=HOUR),
        history(rows),
        zone=UTC, every=HOUR, **options,
    )  # fmt: skip


@given(weeks, st.lists(numbers, min_size=3, max_size=3), st.booleans(), st.booleans())
def test_the_estimate_lies_in_its_interval_and_turns_with_the_direction(
    rows: list[list[float]], now: list[float], up: bool, adds: bool
) -> None:
    found = estimated(rows, now, more_is_better=up, adds_up=adds)
    other = estimated(rows, now, more_is_better=not up, adds_up=adds)
    assert found is not None
    assert other is not None
    assert found.low - 1e-6 <= found.amount <= found.high + 1e-6
    assert (other.amount, other.low, other.high) == pytest.approx(
        (-found.amount, -found.high, -found.low), abs=1e-6
    )
    assert found.known == 1


@given(weeks, st.lists(numbers, min_size=3, max_size=3), st.floats(0, 1e5))
def test_losing_more_costs_more_by_exactly_that(
    rows: list[list[float]], now: list[float], more: float
) -> None:
    less, worse = estimated(rows, now), estimated(rows, [now[0], now[1] - more, now[2]])
    assert less is not None
    assert worse is not None
    assert worse.amount - less.amount == pytest.approx(more, abs=1e-3)
    assert worse.high - worse.low == pytest.approx(less.high - less.low, abs=1e-3)


@given(weeks, st.lists(numbers, min_size=3, max_size=3), st.integers(1, 179))
def test_two_halves_cost_what_the_whole_costs(
    rows: list[list[float]], now: list[float], minutes: int
) -> None:
    middle = BEGIN + timedelta(minutes=minutes)
    whole, first, second = (
        estimated(rows, now), estimated(rows, now, end=middle), estimated(rows, now, start=middle),
    )  # fmt: skip
    assert whole is not None
    assert first is not None
    assert second is not None
    assert first.amount + second.amount == pytest.approx(whole.amount, abs=1e-3)


def test_one_bad_week_does_not_become_what_is_usual() -> None:
    good = [[100.0 + n, 50.0, 10.0] for n in range(7)]
    usual = usual_bands(history([*good, [0.0, 0.0, 0.0]]), zone=UTC, every=HOUR)[0, 9]
    assert usual.middle == pytest.approx(102.5)
    assert usual.low > 90


def test_too_little_history_says_nothing() -> None:
    assert estimated([[1.0, 2.0, 3.0]] * (LEAST - 1), [0.0, 0.0, 0.0]) is None


def test_what_is_missing_is_said_and_not_taken_for_zero() -> None:
    found = estimated([[10.0, 10.0, 10.0]] * 4, [4.0], end=BEGIN + 3 * HOUR)
    assert found is not None
    assert (found.amount, found.known) == (6.0, pytest.approx(1 / 3))


def test_hours_are_those_of_the_business_when_its_clocks_change() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    summer = datetime(2025, 10, 20, 7, tzinfo=UTC)
    winter = datetime(2025, 10, 27, 8, tzinfo=UTC)
    assert slot_of(summer, berlin, HOUR) == slot_of(winter, berlin, HOUR) == (0, 9)
