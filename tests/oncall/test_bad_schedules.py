"""BI-D of the bad inputs: every instant of two years has exactly one answer or is a gap.

Those about zones, gaps and folds are in `test_rotation_oracle`; these are what people do to a
schedule.
"""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from itertools import pairwise

import pytest

from bench.schedule_oracle import compared, schedules
from oncall.quality import quality
from oncall.rotation import (
    Away,
    Change,
    Override,
    Rotation,
    ScheduleError,
    ScheduleRules,
    ShiftLength,
    on_call,
    shifts,
)
from oncall.timeline import week_lines, weeks_from

from zoneinfo import ZoneInfo  # isort: skip

BEGIN, END = datetime(2025, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)


def rotation(*users: str, length: str = "1d", **more: object) -> Rotation[str]:
    given = {"starts": BEGIN, "handoff": time(9), **more}
    return Rotation("r", users, shift_length=ShiftLength.parse(length), **given)  # type: ignore[arg-type]


def assert_whole(rules: ScheduleRules[str]) -> list[str | None]:
    found = shifts(rules, BEGIN, END)
    assert (found[0].start, found[-1].end) == (BEGIN, END)
    assert all(before.end == after.start for before, after in pairwise(found))
    for shift in found[:50]:
        duties = on_call(rules, shift.start)
        assert [duty.user for duty in duties] == ([shift.user] if shift.user else [])
    return [shift.user for shift in found]


@pytest.mark.parametrize("zone", ["Australia/Lord_Howe", "Asia/Kathmandu", "America/Havana"])
def test_a_sample_of_the_bench_agrees_with_its_walk(zone: str) -> None:
    for rules in schedules(zone, 3):
        assert compared(rules)[0] == 0, rules


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (lambda: ScheduleRules("Atlantis/Deep"), "not a time zone"),
        (lambda: Override("a", BEGIN, BEGIN), "end after"),
        (lambda: Away("a", BEGIN, BEGIN - DAY), "end after"),
        (lambda: ShiftLength.parse("0h"), "longer than zero"),
        (lambda: rotation("a", ends=BEGIN), "end after"),
        (lambda: rotation("a", starts=datetime(2025, 1, 1)), "needs a time zone"),  # noqa: DTZ001
        (lambda: Change(datetime(9999, 1, 1, tzinfo=UTC), ("a",)), "must lie between"),
    ],
)
def test_what_cannot_be_right_is_refused_with_a_sentence(wrong: object, said: str) -> None:
    with pytest.raises(ScheduleError, match=said):
        wrong()  # type: ignore[operator]


def test_of_overlapping_overrides_the_later_made_wins() -> None:
    first = Override("x", BEGIN + DAY, BEGIN + 5 * DAY)
    second = Override("y", BEGIN + 2 * DAY, BEGIN + 3 * DAY)
    rules = ScheduleRules("UTC", (rotation("a"),), (first, second))
    assert assert_whole(rules)[:5] == ["a", "x", "y", "x", "a"]


def test_a_rotation_of_one_of_two_hundred_and_of_nobody() -> None:
    assert set(assert_whole(ScheduleRules("UTC", (rotation("a"),)))) == {"a"}
    many = tuple(f"p{n}" for n in range(200))
    assert set(assert_whole(ScheduleRules("UTC", (rotation(*many),)))) == set(many)
    assert assert_whole(ScheduleRules("UTC", (rotation(),))) == [None]


def test_the_last_person_leaves_by_a_planned_change_and_the_gap_is_explicit() -> None:
    leaving = rotation("a", changes=(Change(BEGIN + 100 * DAY, ()),))
    assert assert_whole(ScheduleRules("UTC", (leaving,))) == ["a", None]


def test_a_start_in_the_future_is_a_gap_before_it() -> None:
    later = rotation("a", starts=BEGIN + 30 * DAY)
    assert assert_whole(ScheduleRules("UTC", (later,))) == [None, "a"]


def test_when_all_are_away_the_rotation_below_shows() -> None:
    away = tuple(Away(user, BEGIN + 10 * DAY, BEGIN + 20 * DAY) for user in ("a", "b"))
    below, above = rotation("z"), rotation("a", "b")
    found = assert_whole(ScheduleRules("UTC", (below, above), (), away))
    assert found.count("z") == 1


def test_a_shift_over_a_clock_change_lasts_23_or_25_hours() -> None:
    rules = ScheduleRules("Europe/Berlin", (rotation("a", "b"),))
    lengths = {shift.end - shift.start for shift in shifts(rules, BEGIN, END)[1:-1]}
    assert lengths == {timedelta(hours=hours) for hours in (23, 24, 25)}


def test_the_score_says_what_costs_it_points() -> None:
    good = ScheduleRules("UTC", (rotation("a", "b", "c", length="1w"),))
    weeks = 12 * 7 * DAY
    assert quality(shifts(good, BEGIN + DAY, BEGIN + DAY + weeks)).score == 100
    alone = quality(shifts(ScheduleRules("UTC", (rotation("a"),)), BEGIN + DAY, BEGIN + 30 * DAY))
    assert [reason.points for reason in alone.reasons] == [15, 10]
    assert alone.score == 75
    nobody = quality(shifts(ScheduleRules("UTC"), BEGIN, END))
    assert (nobody.score, nobody.reasons[0].points) == (40, 60)
    unpaged = quality(
        shifts(good, BEGIN + DAY, BEGIN + DAY + weeks), unreachable={"a"}, inactive={"b"}
    )
    assert [reason.points for reason in unpaged.reasons] == [40, 40]


def test_weeks_are_drawn_by_the_viewers_clock_also_when_it_changes() -> None:
    zone = ZoneInfo("Europe/Berlin")
    at = datetime(2026, 3, 25, 12, tzinfo=UTC)
    edges = weeks_from(at, zone)
    assert edges[1] - edges[0] == timedelta(hours=167)
    rules = ScheduleRules("UTC", (rotation("Ana Ruiz", "b", length="1w"),))
    lines = week_lines(shifts(rules, edges[0], edges[-1]), [], at=at, zone=zone)
    assert len(lines) == 12
    for line in lines:
        assert sum(bar.width for bar in line.bars) == pytest.approx(100, abs=0.01)
    assert [line.now is not None for line in lines] == [True] + [False] * 11
