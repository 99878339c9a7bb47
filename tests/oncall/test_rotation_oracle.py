"""The rules of a schedule agree with a brute-force walk of the clock, in zones of every kind."""

from __future__ import annotations

from bisect import bisect_right
from datetime import UTC, datetime, time, timedelta
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oncall.rotation import (
    Away,
    Change,
    Override,
    Restriction,
    Rotation,
    ScheduleRules,
    Shift,
    ShiftLength,
    on_call,
    shadow_shifts,
    shadowing,
    shifts,
)
from oncall.schedule_parts import OverrideKind
from tests.oncall.oracle import STEP, Moment, answer, layer_answer, moments

ZONES = [
    "UTC",
    "Europe/Berlin",
    "Europe/London",
    "America/New_York",
    "America/St_Johns",
    "America/Havana",  # changes at midnight
    "Africa/Cairo",  # skips midnight itself
    "Africa/Casablanca",  # changes around Ramadan, the other way
    "Asia/Kathmandu",
    "Australia/Lord_Howe",  # changes by half an hour
    "Pacific/Chatham",
    "Pacific/Apia",
]
BEGIN, END = datetime(2025, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
LENGTHS = ["1h", "5h", "8h", "12h", "36h", "24h", "1d", "2d", "3d", "1w", "2w"]
EXAMPLES = settings(max_examples=40, deadline=None, derandomize=True, database=None)

people = st.integers(1, 4)
wall_times = st.integers(0, 95).map(lambda n: time(n // 4, n % 4 * 15))
restrictions = st.builds(
    Restriction, st.frozensets(st.integers(0, 6), min_size=1), wall_times, wall_times
)


@cache
def clock_changes(zone: str) -> list[datetime]:
    days = [BEGIN + timedelta(days=n) for n in range((END - BEGIN).days)]
    clock = ZoneInfo(zone)
    changes = [
        day
        for day, after in pairwise(days)
        if day.astimezone(clock).utcoffset() != after.astimezone(clock).utcoffset()
    ]
    return changes or days[::180]


def changes(around: datetime) -> st.SearchStrategy[tuple[Change[int], ...]]:
    since = st.integers(-300, 300).map(lambda n: around + n * STEP)
    users = st.lists(people, max_size=4).map(tuple)
    return st.lists(st.builds(Change, since, users), max_size=2).map(tuple)


def rotations(around: datetime) -> st.SearchStrategy[Rotation[int]]:
    return st.builds(
        Rotation,
        st.sampled_from(["low", "high"]),
        st.lists(people, max_size=4).map(tuple),
        st.integers(-4000, 300).map(lambda n: around + n * STEP),
        wall_times,
        st.sampled_from(LENGTHS).map(ShiftLength.parse),
        st.lists(restrictions, max_size=2).map(tuple),
        changes(around),
        st.none() | st.integers(301, 600).map(lambda n: around + n * STEP),
        st.booleans(),
    )


def absences(around: datetime) -> st.SearchStrategy[Away[int]]:
    def build(user: int, start: int, length: int) -> Away[int]:
        starts = around + start * STEP
        return Away(user, starts, starts + length * STEP, "off")

    return st.builds(build, people, st.integers(-200, 300), st.integers(1, 300))


def overrides(around: datetime) -> st.SearchStrategy[Override[int]]:
    def build(user: int, start: int, length: int, replaces: int | None) -> Override[int]:
        starts = around + start * STEP
        kind: OverrideKind = "swap" if replaces else "override"
        return Override(user, starts, starts + length * STEP, "cover", replaces, kind)

    length = st.integers(1, 200)
    return st.builds(build, st.integers(1, 6), st.integers(-200, 300), length, st.none() | people)


def schedules(zone: str, around: datetime) -> st.SearchStrategy[ScheduleRules[int]]:
    layers = st.lists(rotations(around), max_size=3).map(tuple)
    covers = st.lists(overrides(around), max_size=4).map(tuple)
    away = st.lists(absences(around), max_size=4).map(tuple)
    return st.builds(ScheduleRules, st.just(zone), layers, covers, away)


def assert_like_oracle(
    rules: ScheduleRules[int], found: list[Shift[int]], walked: list[Moment]
) -> None:
    starts = [shift.start for shift in found]
    for moment in walked:
        shift = found[bisect_right(starts, moment.at) - 1]
        told = None if shift.user is None else (*shift[:3], shift.instead_of)
        assert told == answer(rules, moment), moment


@pytest.mark.parametrize("zone", ZONES)
@EXAMPLES
@given(data=st.data())
def test_shifts_around_clock_changes_are_those_of_the_oracle(
    zone: str, data: st.DataObject
) -> None:
    start = data.draw(st.sampled_from(clock_changes(zone))) - timedelta(days=1)
    end = start + timedelta(days=3)
    rules = data.draw(schedules(zone, start))
    assert_like_oracle(rules, shifts(rules, start, end), moments(zone, start, end))


@pytest.mark.parametrize("zone", ZONES)
def test_two_years_of_a_layered_schedule_are_those_of_the_oracle(zone: str) -> None:
    office = Restriction(frozenset(range(5)), time(9), time(17, 30))
    night = Restriction(frozenset({4, 5}), time(22), time(2, 15))
    rules = ScheduleRules(
        zone,
        (
            Rotation("low", (1, 2, 3), BEGIN + STEP, time(2, 30), ShiftLength.parse("1d")),
            Rotation("mid", (4, 5), BEGIN, time(9), ShiftLength.parse("1w"), (office,)),
            Rotation("high", (6, 7), BEGIN, time(0), ShiftLength.parse("8h"), (night,)),
        ),
    )
    start = BEGIN - timedelta(days=1)
    assert_like_oracle(rules, shifts(rules, start, END), moments(zone, start, END))


@EXAMPLES
@given(data=st.data(), zone=st.sampled_from(ZONES))
def test_shifts_follow_each_other_without_hole_or_repeat(zone: str, data: st.DataObject) -> None:
    start = data.draw(st.sampled_from(clock_changes(zone))) - timedelta(days=2)
    end = start + timedelta(days=5)
    found = shifts(data.draw(schedules(zone, start)), start, end)
    assert (found[0].start, found[-1].end) == (start, end)
    for before, after in pairwise(found):
        assert before.start < before.end == after.start
        assert (*before[:3], before.instead_of) != (*after[:3], after.instead_of)


@settings(EXAMPLES, max_examples=150)
@given(data=st.data(), zone=st.sampled_from(ZONES))
def test_on_call_agrees_with_shifts_and_with_itself(zone: str, data: st.DataObject) -> None:
    start = data.draw(st.sampled_from(clock_changes(zone))) - timedelta(days=1)
    rules = data.draw(schedules(zone, start))
    at = start + data.draw(st.integers(0, 3 * 24 * 60)) * timedelta(minutes=1)
    (shift,) = shifts(rules, at, at + timedelta(microseconds=1))
    duties = on_call(rules, at)
    assert [(d.user, d.because, d.name) for d in duties] == (
        [] if shift.user is None else [(shift.user, shift.because, shift.name)]
    )
    for duty in duties:
        assert duty.since <= at < duty.until
        assert on_call(rules, duty.since) == duties
        assert on_call(rules, duty.until - timedelta(microseconds=1)) == duties
        assert on_call(rules, duty.until) != duties


@EXAMPLES
@given(data=st.data(), zone=st.sampled_from(ZONES))
def test_who_looks_on_is_whoever_holds_the_shadow_rotation(zone: str, data: st.DataObject) -> None:
    start = data.draw(st.sampled_from(clock_changes(zone))) - timedelta(days=1)
    rules = data.draw(schedules(zone, start))
    shadows = [rotation for rotation in rules.rotations if rotation.shadow]
    listed = shadow_shifts(rules, start, start + timedelta(days=3))
    for moment in moments(zone, start, start + timedelta(days=3))[::7]:
        wanted = [layer_answer(rules, rotation, moment) for rotation in shadows]
        looking = [(d.user, d.because, d.name, d.instead_of) for d in shadowing(rules, moment.at)]
        assert looking == [answer for answer in wanted if answer is not None]
        assert looking == [
            (*shift[:3], shift.instead_of)
            for shift in listed
            if shift.start <= moment.at < shift.end
        ]
