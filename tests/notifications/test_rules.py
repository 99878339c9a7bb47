"""The rules of being paged, without a database: order, defaults, quiet hours, limits."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from notifications.limits import LIMITS, next_allowed
from notifications.rules import Line, Quiet, defaults, plan, quiet_until, urgency_of, zone_of

ALL = [("email", None), ("sms", 1), ("voice", 2)]
REACHING = {"email", "sms", "voice"}
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("severity", "urgency"),
    [
        ("sev1", "high"),
        ("SEV2", "high"),
        ("sev3", "low"),
        ("sev4", "low"),
        ("", "high"),
        ("p1", "high"),
    ],
)
def test_what_is_not_known_to_be_low_is_urgent(severity: str, urgency: str) -> None:
    assert urgency_of(severity) == urgency


def test_without_rules_everything_goes_at_once_and_a_call_a_minute_later() -> None:
    assert defaults(ALL, "high") == [Line("email"), Line("sms", 0, 1), Line("voice", 60, 2)]


def test_low_urgency_neither_calls_nor_texts_unless_there_is_nothing_else() -> None:
    assert defaults(ALL, "low") == [Line("email")]
    assert defaults([("sms", 1)], "low") == [Line("sms", 0, 1)]


def test_rules_are_followed_in_their_order_and_what_is_gone_is_skipped() -> None:
    rules = [Line("voice", 0, 9), Line("sms", 300, 1), Line("email", 0)]
    assert plan(rules, ALL, "high", reaching=REACHING) == rules[1:]


def test_rules_that_reach_nobody_give_way_to_the_defaults() -> None:
    assert plan([Line("voice", 0, 9)], ALL, "high", reaching=REACHING) == defaults(ALL, "high")


NIGHT = Quiet(time(22), time(7))


@pytest.mark.parametrize(
    ("local", "until"),
    [
        ("2026-03-02 21:59", None),
        ("2026-03-02 22:00", "2026-03-03 07:00"),
        ("2026-03-03 06:59", "2026-03-03 07:00"),
        ("2026-03-03 07:00", None),
        # The clocks go forward at 02:00, and back at 03:00.
        ("2026-03-29 01:30", "2026-03-29 07:00"),
        ("2026-10-25 02:30", "2026-10-25 07:00"),
    ],
)
def test_a_night_ends_by_the_wall_clock(local: str, until: str | None) -> None:
    found = quiet_until(NIGHT, BERLIN, in_berlin(local).astimezone(UTC))
    assert found == (in_berlin(until) if until else None)


def in_berlin(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN)


def test_a_night_belongs_to_the_day_it_begins_on() -> None:
    friday = Quiet(time(22), time(7), (4,))
    saturday_morning = datetime(2026, 3, 7, 3, 0, tzinfo=BERLIN)
    assert quiet_until(friday, BERLIN, saturday_morning) is not None
    assert quiet_until(friday, BERLIN, saturday_morning + timedelta(days=1)) is None


def test_quiet_hours_by_day_end_on_the_same_day() -> None:
    noon = Quiet(time(12), time(13))
    at = datetime(2026, 3, 2, 12, 30, tzinfo=UTC)
    assert quiet_until(noon, ZoneInfo("UTC"), at) == datetime(2026, 3, 2, 13, tzinfo=UTC)


def test_a_zone_that_is_gone_is_utc() -> None:
    assert zone_of("Mars/Olympus").key == "UTC"
    assert zone_of("../../etc/passwd").key == "UTC"


NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def sent(*minutes: float) -> list[datetime]:
    return [NOW - timedelta(minutes=ago) for ago in minutes]


def test_the_fifth_text_in_a_quarter_of_an_hour_is_the_last() -> None:
    limits = LIMITS["sms"]
    assert next_allowed(limits, sent(1, 2, 3, 4), NOW) is None
    held = next_allowed(limits, sent(1, 2, 3, 4, 10), NOW)
    assert held == (NOW + timedelta(minutes=5), limits[0])


def test_the_longest_wait_of_several_limits_counts() -> None:
    hourly = sent(*range(16, 16 + 11 * 4, 4))
    held = next_allowed(LIMITS["sms"], hourly, NOW)
    assert held is not None
    assert held[1].words == "11 in 1 h"


def test_what_is_older_than_every_window_counts_for_nothing() -> None:
    assert next_allowed(LIMITS["voice"], sent(*[200] * 50), NOW) is None
