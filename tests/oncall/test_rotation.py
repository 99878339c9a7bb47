"""Schedules answer rightly at every instant, the days the clocks change included."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from oncall.rotation import (
    Duty,
    Override,
    Restriction,
    Rotation,
    ScheduleError,
    ScheduleRules,
    Shift,
    ShiftLength,
    gaps,
    next_change,
    next_shift,
    on_call,
    shifts,
)

BERLIN = ZoneInfo("Europe/Berlin")
WORKDAYS = frozenset(range(5))
HOUR = timedelta(hours=1)


def berlin(*parts: int, fold: int = 0) -> datetime:
    return datetime(*parts, tzinfo=BERLIN, fold=fold)  # type: ignore[arg-type, misc]


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type, misc]


def rotation(
    *users: str,
    name: str = "primary",
    starts: datetime = berlin(2026, 1, 5, 9),  # noqa: B008 - an immutable value
    handoff: time = time(9),
    length: str = "1w",
    restrictions: tuple[Restriction, ...] = (),
) -> Rotation[str]:
    return Rotation(name, users, starts, handoff, ShiftLength.parse(length), restrictions)


def schedule(
    *rotations: Rotation[str],
    overrides: tuple[Override[str], ...] = (),
    zone: str = "Europe/Berlin",
) -> ScheduleRules[str]:
    return ScheduleRules(zone, rotations, overrides)


def who(rules: ScheduleRules[str], at: datetime) -> str | None:
    duties = on_call(rules, at)
    return duties[0].user if duties else None


WEEKLY = schedule(rotation("ana", "ben", "cho"))


def test_a_weekly_rotation_hands_off_on_the_weekday_it_started() -> None:
    assert who(WEEKLY, berlin(2026, 1, 12, 8, 59)) == "ana"
    assert who(WEEKLY, berlin(2026, 1, 12, 9)) == "ben"
    assert who(WEEKLY, berlin(2026, 1, 26, 9)) == "ana"


def test_a_duty_says_why_and_from_when_to_when() -> None:
    (duty,) = on_call(WEEKLY, berlin(2026, 1, 14))
    since, until = utc(2026, 1, 12, 8), utc(2026, 1, 19, 8)
    assert duty == Duty("ben", "rotation", "primary", since, until)


def test_before_the_start_nobody_is_on_call() -> None:
    assert on_call(WEEKLY, berlin(2026, 1, 5, 8, 59)) == ()


def test_the_first_person_holds_from_the_start_to_the_first_later_hand_off() -> None:
    rules = schedule(rotation("ana", "ben", starts=berlin(2026, 1, 5), length="1d"))
    (duty,) = on_call(rules, berlin(2026, 1, 5, 12))
    assert (duty.user, duty.since, duty.until) == (
        "ana",
        berlin(2026, 1, 5),
        berlin(2026, 1, 6, 9),
    )


@pytest.mark.parametrize(
    ("day", "hours"), [((2026, 3, 28), 23), ((2026, 10, 24), 25), ((2026, 6, 1), 24)]
)
def test_a_daily_shift_lasts_as_long_as_the_wall_clock_says(
    day: tuple[int, int, int], hours: int
) -> None:
    rules = schedule(rotation("ana", "ben", length="1d"))
    (duty,) = on_call(rules, berlin(*day, 12))
    assert duty.until - duty.since == hours * HOUR


def test_an_hourly_shift_is_elapsed_time_when_the_clocks_change() -> None:
    rules = schedule(
        rotation("ana", "ben", starts=berlin(2026, 3, 28, 8), handoff=time(8), length="12h")
    )
    lengths = {s.end - s.start for s in shifts(rules, utc(2026, 3, 28, 7), utc(2026, 4, 1, 7))}
    assert lengths == {12 * HOUR}
    assert who(rules, berlin(2026, 3, 29, 8, 30)) == "ben"


def test_24_hours_are_a_day_by_the_wall_clock() -> None:
    rules = schedule(rotation("ana", "ben", length="24h"))
    assert on_call(rules, berlin(2026, 3, 28, 12))[0].until == berlin(2026, 3, 29, 9)


def test_a_hand_off_that_the_clocks_skip_happens_right_after_the_gap() -> None:
    rules = schedule(
        rotation("ana", "ben", starts=berlin(2026, 3, 28), handoff=time(2, 30), length="1d")
    )
    assert on_call(rules, utc(2026, 3, 29, 0, 59))[0].until == utc(2026, 3, 29, 1)


def test_a_hand_off_in_the_hour_that_comes_twice_happens_the_first_time() -> None:
    rules = schedule(
        rotation("ana", "ben", starts=berlin(2026, 10, 24), handoff=time(2, 30), length="1d")
    )
    assert on_call(rules, berlin(2026, 10, 25, 2, 45))[0].since == utc(2026, 10, 25, 0, 30)
    assert on_call(rules, berlin(2026, 10, 25, 2, 15, fold=1))[0].user == "ben"


def test_a_half_hour_clock_change_on_lord_howe_moves_the_hand_off_by_half_an_hour() -> None:
    zone = ZoneInfo("Australia/Lord_Howe")
    starts = datetime(2026, 10, 1, 9, tzinfo=zone)
    rules = schedule(rotation("ana", "ben", starts=starts, length="1d"), zone=zone.key)
    (duty,) = on_call(rules, datetime(2026, 10, 3, 12, tzinfo=zone))
    assert duty.until - duty.since == timedelta(hours=23, minutes=30)


def test_a_day_that_a_zone_skipped_leaves_no_hole() -> None:
    starts = datetime(2011, 12, 28, 9, tzinfo=ZoneInfo("Pacific/Apia"))
    rules = schedule(rotation("ana", "ben", "cho", starts=starts, length="1d"), zone="Pacific/Apia")
    held = shifts(rules, starts, starts + 4 * 24 * HOUR)
    assert [s.user for s in held] == ["ana", "ben", "cho", "ana"]
    assert held[2].start == datetime(2011, 12, 31, tzinfo=ZoneInfo("Pacific/Apia"))


def test_a_later_rotation_wins_only_where_it_covers() -> None:
    office = Restriction(WORKDAYS, time(9), time(17))
    rules = schedule(
        rotation("ana"), rotation("dan", name="office", length="1d", restrictions=(office,))
    )
    assert who(rules, berlin(2026, 1, 9, 16, 59)) == "dan"
    assert who(rules, berlin(2026, 1, 9, 17)) == "ana"
    (night,) = on_call(rules, berlin(2026, 1, 10, 12))
    assert (night.since, night.until) == (berlin(2026, 1, 9, 17), berlin(2026, 1, 12, 9))


def test_a_restriction_over_midnight_belongs_to_the_day_it_begins() -> None:
    night = Restriction(frozenset({4}), time(22), time(6))
    rules = schedule(rotation("ana", restrictions=(night,)))
    assert who(rules, berlin(2026, 1, 10, 5, 59)) == "ana"
    assert who(rules, berlin(2026, 1, 9, 5)) is None


def test_a_sunday_night_restriction_reaches_into_monday_without_a_break() -> None:
    rules = schedule(
        rotation("ana", restrictions=(Restriction(frozenset({6}), time(22), time(6)),))
    )
    (duty,) = on_call(rules, berlin(2026, 1, 19, 3))
    assert (duty.since, duty.until) == (berlin(2026, 1, 18, 22), berlin(2026, 1, 19, 6))


def test_equal_times_in_a_restriction_are_whole_days() -> None:
    weekend = Restriction(frozenset({5, 6}), time(0), time(0))
    rules = schedule(rotation("ana", restrictions=(weekend,)))
    assert [(g.start, g.end) for g in gaps(rules, berlin(2026, 1, 9), berlin(2026, 1, 17))] == [
        (berlin(2026, 1, 9), berlin(2026, 1, 10)),
        (berlin(2026, 1, 12), berlin(2026, 1, 17)),
    ]


def test_an_override_takes_its_hours_and_gives_them_back() -> None:
    taken = Override("dan", berlin(2026, 1, 7, 12), berlin(2026, 1, 7, 18), "dentist")
    rules = schedule(rotation("ana", "ben"), overrides=(taken,))
    held = shifts(rules, berlin(2026, 1, 7), berlin(2026, 1, 8))
    assert [(s.user, s.because, s.name) for s in held] == [
        ("ana", "rotation", "primary"),
        ("dan", "override", "dentist"),
        ("ana", "rotation", "primary"),
    ]


def test_of_overlapping_overrides_the_last_made_wins() -> None:
    first = Override("dan", berlin(2026, 1, 7), berlin(2026, 1, 9))
    second = Override("eva", berlin(2026, 1, 6), berlin(2026, 1, 8))
    rules = schedule(rotation("ana"), overrides=(first, second))
    assert who(rules, berlin(2026, 1, 7, 12)) == "eva"
    assert on_call(rules, berlin(2026, 1, 8, 12))[0].since == berlin(2026, 1, 8)


def test_an_override_for_one_person_leaves_the_others_shifts_alone() -> None:
    leave = Override("dan", berlin(2026, 1, 5), berlin(2026, 1, 26), "leave", replaces="ben")
    rules = schedule(rotation("ana", "ben", "cho"), overrides=(leave,))
    held = shifts(rules, berlin(2026, 1, 5, 9), berlin(2026, 1, 26, 9))
    assert [s.user for s in held] == ["ana", "dan", "cho"]


def test_an_override_that_changes_nothing_does_not_cut_a_duty() -> None:
    leave = Override("dan", berlin(2026, 1, 7), berlin(2026, 1, 8), "leave", replaces="ben")
    rules = schedule(rotation("ana", "ben"), overrides=(leave,))
    (duty,) = on_call(rules, berlin(2026, 1, 7, 12))
    assert (duty.since, duty.until) == (berlin(2026, 1, 5, 9), berlin(2026, 1, 12, 9))


def test_an_override_over_a_clock_change_keeps_its_instants() -> None:
    night = Override("dan", berlin(2026, 3, 28, 22), berlin(2026, 3, 29, 6))
    (duty,) = on_call(schedule(rotation("ana"), overrides=(night,)), utc(2026, 3, 29, 1))
    assert duty.until - duty.since == 7 * HOUR


def test_an_override_fills_a_schedule_without_people() -> None:
    taken = Override("dan", berlin(2026, 1, 7), berlin(2026, 1, 8))
    rules = schedule(rotation(), overrides=(taken,))
    assert who(rules, berlin(2026, 1, 7, 12)) == "dan"
    assert on_call(rules, berlin(2026, 1, 8)) == ()


def test_a_rotation_that_lost_its_last_person_shows_the_one_below() -> None:
    assert who(schedule(rotation("ana"), rotation(name="empty")), berlin(2026, 2, 1)) == "ana"


def test_a_rotation_of_one_has_turns_but_one_shift() -> None:
    rules = schedule(rotation("ana"))
    assert on_call(rules, berlin(2026, 1, 20))[0].until == berlin(2026, 1, 26, 9)
    held = shifts(rules, berlin(2026, 1, 10), berlin(2026, 3, 10))
    assert held == [
        Shift("ana", "rotation", "primary", berlin(2026, 1, 10), berlin(2026, 3, 10)),
    ]


def test_two_hundred_people_each_get_their_day() -> None:
    people = [f"p{n}" for n in range(200)]
    rules = schedule(rotation(*people, length="1d"))
    held = shifts(rules, berlin(2026, 1, 5, 9), berlin(2026, 7, 24, 9))
    assert [s.user for s in held] == people


def test_the_next_shift_is_not_the_one_already_begun() -> None:
    found = next_shift(WEEKLY, "ana", berlin(2026, 1, 6), timedelta(weeks=8))
    assert found is not None
    assert (found.start, found.end) == (berlin(2026, 1, 26, 9), berlin(2026, 2, 2, 9))


def test_a_shift_that_begins_at_the_asked_instant_is_the_next() -> None:
    found = next_shift(WEEKLY, "ben", berlin(2026, 1, 12, 9), timedelta(weeks=8))
    assert found is not None
    assert found.start == berlin(2026, 1, 12, 9)


def test_somebody_without_a_shift_before_the_horizon_has_no_next_one() -> None:
    assert next_shift(WEEKLY, "cho", berlin(2026, 1, 6), timedelta(weeks=1)) is None


def test_who_is_next_passes_over_a_stretch_of_the_same_person() -> None:
    own = Override("ana", berlin(2026, 1, 7), berlin(2026, 1, 8), "my own")
    rules = schedule(rotation("ana", "ben"), overrides=(own,))
    found = next_change(rules, berlin(2026, 1, 6), timedelta(weeks=4))
    assert found is not None
    assert (found.user, found.start) == ("ben", berlin(2026, 1, 12, 9))


@pytest.mark.parametrize("text", ["0h", "0d", "-1d", "", "1", "d", "1m", "9999w", "1.5d", "١d"])
def test_a_shift_length_that_makes_no_sense_is_refused(text: str) -> None:
    with pytest.raises(ScheduleError):
        ShiftLength.parse(text)


@pytest.mark.parametrize("text", ["12h", "1d", "7d", "2w"])
def test_a_shift_length_is_written_as_it_is_read(text: str) -> None:
    assert str(ShiftLength.parse(text)) == text


@pytest.mark.parametrize(
    "zone", ["", "Europe/Atlantis", "../etc/passwd", "/etc/passwd", "Europe", "a" * 5000, "\x00"]
)
def test_a_zone_that_does_not_exist_is_refused(zone: str) -> None:
    with pytest.raises(ScheduleError, match="not a time zone"):
        ScheduleRules(zone, (rotation("ana"),))


def test_times_that_cannot_be_meant_are_refused() -> None:
    naive = datetime(2026, 1, 5)  # noqa: DTZ001 - the bad input under test
    with pytest.raises(ScheduleError, match="needs a time zone"):
        rotation("ana", starts=naive)
    with pytest.raises(ScheduleError, match="needs a time zone"):
        on_call(WEEKLY, naive)
    with pytest.raises(ScheduleError, match="between 1970 and 2200"):
        on_call(WEEKLY, datetime.max.replace(tzinfo=UTC))
    with pytest.raises(ScheduleError, match="end after it starts"):
        Override("dan", berlin(2026, 1, 7), berlin(2026, 1, 7))
    with pytest.raises(ScheduleError, match="none of their own"):
        rotation("ana", handoff=time(9, tzinfo=UTC))
    with pytest.raises(ScheduleError, match="weekdays"):
        Restriction(frozenset(), time(9), time(17))


def test_a_window_is_bounded_and_runs_forward() -> None:
    with pytest.raises(ScheduleError, match="at most"):
        shifts(WEEKLY, berlin(2026, 1, 1), berlin(2036, 1, 1))
    with pytest.raises(ScheduleError, match="after the start"):
        shifts(WEEKLY, berlin(2026, 1, 1), berlin(2026, 1, 1))
