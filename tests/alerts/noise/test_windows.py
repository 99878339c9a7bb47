"""When a silence holds: recurrences over the days the clocks change, and rules that are refused."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.noise.windows import RuleError, active_window, next_change, windows, zone

START = datetime(2026, 3, 23, 21, 0, tzinfo=UTC)  # a Monday, 22:00 in Berlin
HOUR = timedelta(hours=1)


def test_a_silence_without_a_rule_has_one_window_that_ends_by_itself() -> None:
    found = windows(START, START + HOUR)
    assert active_window(found, START) == found[0]
    assert active_window(found, START + HOUR) is None
    assert next_change(found, START - HOUR) == START
    assert next_change(found, START) == START + HOUR
    assert next_change(found, START + HOUR) is None


def test_a_nightly_window_keeps_its_wall_clock_time_when_the_clocks_change() -> None:
    found = windows(START, START + 8 * HOUR, "FREQ=WEEKLY;BYDAY=MO;COUNT=2", "Europe/Berlin")
    assert [window.starts.hour for window in found] == [21, 20]  # 22:00, before and in summer
    assert [window.ends - window.starts for window in found] == [8 * HOUR, 8 * HOUR]


def test_a_night_that_loses_an_hour_still_ends_at_six() -> None:
    friday = datetime(2026, 3, 27, 21, 0, tzinfo=UTC)
    nights = windows(friday, friday + 8 * HOUR, "FREQ=DAILY;COUNT=2", "Europe/Berlin")
    assert [night.ends - night.starts for night in nights] == [8 * HOUR, 7 * HOUR]


def test_overlapping_windows_are_one() -> None:
    found = windows(START, START + 3 * HOUR, "FREQ=HOURLY;COUNT=5")
    assert len(found) == 1
    assert found[0].ends == START + 7 * HOUR


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        ("FREQ=SECONDLY;COUNT=3", "too often"),
        ("FREQ=MINUTELY;UNTIL=20260401", "too often"),
        ("FREQ=DAILY", "needs an end"),
        ("FREQ=HOURLY;UNTIL=20301231", "more than 1,000 times"),
        ("FREQ=DAILY;COUNT=99999", "COUNT lies between"),
        ("FREQ=DAILY;COUNT=999999999999999999999", "no whole number"),
        ("FREQ=DAILY;COUNT=3;INTERVAL=0", "INTERVAL lies between"),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;COUNT=3", "never comes to pass"),
        ("FREQ=DAILY;COUNT=2;COUNT=3", "given twice"),
        ("FREQ=DAILY;COUNT=2;BYSECOND=1", "does not know"),
        ("FREQ=DAILY;COUNT=2;BYEASTER=1", "does not know"),
        ("FREQ=DAILY;UNTIL=20200101", "UNTIL lies before"),
        ("FREQ=DAILY;UNTIL=tomorrow", "Write UNTIL as"),
        ("FREQ=WEEKLY;BYDAY=XX;COUNT=1", "no day of the week"),
        ("FREQ=WEEKLY;BYDAY=0MO;COUNT=1", "BYDAY lies between"),
        ("FREQ=MONTHLY;BYMONTHDAY=0;COUNT=1", "lies between"),
        ("nonsense", "no NAME=VALUE"),
        ("FREQ=DAILY;" + "BYHOUR=1;" * 80, "at most 500"),
    ],
)
def test_rules_that_would_never_end_or_mean_nothing_are_refused(rule: str, says: str) -> None:
    with pytest.raises(RuleError, match=says):
        windows(START, START + HOUR, rule)


@pytest.mark.parametrize("name", ["Mars/Olympus", "", "../etc/passwd", "/etc/passwd", "a\x00b"])
def test_zones_that_do_not_exist_are_refused(name: str) -> None:
    with pytest.raises(RuleError, match="no time zone"):
        zone(name)


def test_an_end_before_the_start_is_refused() -> None:
    with pytest.raises(RuleError, match="ends before it starts"):
        windows(START, START)


@given(
    st.sampled_from(["HOURLY", "DAILY", "WEEKLY", "MONTHLY", "YEARLY"]),
    st.integers(1, 40),
    st.integers(1, 5),
    st.integers(5, 100 * 60),
    st.sampled_from(["UTC", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kathmandu"]),
)
def test_windows_are_in_order_apart_and_agree_with_the_next_change(
    frequency: str, count: int, interval: int, minutes: int, name: str
) -> None:
    rule = f"FREQ={frequency};COUNT={count};INTERVAL={interval}"
    found = windows(START, START + timedelta(minutes=minutes), rule, name)
    for earlier, later in pairwise(found):
        assert earlier.ends < later.starts
    at = START - HOUR
    changes = []
    while (change := next_change(found, at)) is not None:
        changes.append(at := change)
    assert changes == [edge for window in found for edge in (window.starts, window.ends)]
    assert all(active_window(found, window.starts) == window for window in found)
    assert all(active_window(found, window.ends) != window for window in found)
