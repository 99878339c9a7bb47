"""The back-off schedule."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.retry import CAP_SECONDS, next_attempt_at, wait_seconds

NOW = datetime(2026, 3, 29, 0, 59, 50, tzinfo=UTC)


def test_attempts_happen_0_5_15_and_45_seconds_after_the_first() -> None:
    at, offsets = 0.0, []
    for made in range(4):
        at += wait_seconds(made)
        offsets.append(at)
    assert offsets == [0, 5, 15, 45]


def test_after_that_every_wait_doubles_up_to_the_cap() -> None:
    assert [wait_seconds(made) for made in (3, 4, 5, 6)] == [30, 60, 120, 240]
    assert wait_seconds(10) == wait_seconds(5000) == CAP_SECONDS


def test_what_the_provider_asks_for_can_only_lengthen_the_wait() -> None:
    assert next_attempt_at(1, NOW, retry_after=30) == NOW + timedelta(seconds=30)
    assert next_attempt_at(3, NOW, retry_after=1) == NOW + timedelta(seconds=30)


@pytest.mark.parametrize("nonsense", [-5.0, float("nan"), float("-inf")])
def test_a_nonsense_retry_after_is_not_honoured(nonsense: float) -> None:
    assert next_attempt_at(1, NOW, retry_after=nonsense) == NOW + timedelta(seconds=5)


def test_an_endless_retry_after_is_a_day() -> None:
    assert next_attempt_at(1, NOW, retry_after=float("inf")) == NOW + timedelta(days=1)


def test_there_is_no_attempt_after_the_deadline() -> None:
    assert next_attempt_at(2, NOW, deadline=NOW + timedelta(seconds=9)) is None
    assert next_attempt_at(2, NOW, deadline=NOW + timedelta(seconds=10)) is not None


def test_jitter_adds_at_most_a_quarter() -> None:
    assert next_attempt_at(3, NOW, jitter=lambda: 1.0) == NOW + timedelta(seconds=37.5)
    assert next_attempt_at(3, NOW, jitter=lambda: 99.0) == NOW + timedelta(seconds=37.5)


@given(st.integers(-3, 10_000), st.integers(0, 10_000))
def test_waits_never_shrink(one: int, other: int) -> None:
    few, many = sorted((one, other))
    assert 0 <= wait_seconds(few) <= wait_seconds(many) <= CAP_SECONDS
