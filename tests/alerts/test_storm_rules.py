"""When a storm begins and ends, and which problems keep an incident of their own. No database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from alerts.storm.rules import OWN_GROUPS, Limits, Slots, Tally

LIMITS = Limits(per_second=60, groups=50, calm=timedelta(seconds=60))
NOON = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("alerts", "groups", "begins", "goes_on"),
    [(600, 50, False, True), (601, 1, True, True), (51, 51, True, True), (300, 25, False, False)],
)
def test_a_storm_is_too_many_alerts_in_ten_seconds_or_too_many_problems_at_once(
    alerts: int, groups: int, begins: bool, goes_on: bool
) -> None:
    assert LIMITS.begins(alerts=alerts, groups=groups) is begins
    assert LIMITS.goes_on(alerts=alerts, groups=groups) is goes_on


def test_the_first_sev1_of_each_system_keeps_an_incident_of_its_own() -> None:
    slots = Slots(own=OWN_GROUPS)
    taken = [slots.take(severity="sev1", system=name) for name in ("a", "a", "b", "a", "c")]
    assert taken == [True, False, True, False, True]


def test_a_few_problems_of_any_severity_keep_theirs() -> None:
    slots = Slots()
    taken = [slots.take(severity="sev3", system="a") for _ in range(OWN_GROUPS + 2)]
    assert taken == [True] * OWN_GROUPS + [False, False]


def test_a_minute_is_told_when_the_next_one_begins() -> None:
    tally = Tally()
    assert tally.add(NOON, 5) is None
    assert tally.add(NOON + timedelta(seconds=59), 7) is None
    assert tally.add(NOON + timedelta(seconds=61), 3) == (NOON.isoformat(), 12)
    assert tally.count == 3
