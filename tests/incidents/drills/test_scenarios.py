"""Scenarios as data, and what counts as having met one."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from incidents.drills.scenario import Scenario, payload, scenarios
from incidents.drills.scoring import Facts, Mark, points, scorecard
from integrations.alertmanager.source import FORMAT
from taxonomy.shipped import shipped

START = datetime(2026, 11, 2, 3, 0, tzinfo=UTC)
PROMISED = {
    "feature-drift", "hallucination-spike", "silent-provider-change", "prompt-injection",
    "fairness-regression", "agent-runaway", "cost-explosion", "evaluator-down", "capacity",
}  # fmt: skip
EACH = pytest.mark.parametrize("scenario", scenarios().values(), ids=list(scenarios()))


def facts(**more: object) -> Facts:
    wanted = Facts(started_at=START, asked_at=START + timedelta(hours=1), over=True, times={})
    return replace(wanted, **more)  # type: ignore[arg-type]


def mark_of(scenario: Scenario, name: str, told: Facts) -> Mark:
    return next(line.mark for line in scorecard(scenario, told) if line.name == name)


def test_the_promised_scenarios_are_there() -> None:
    assert set(scenarios()) >= PROMISED


@EACH
def test_a_scenario_can_happen_to_its_kinds_and_has_wrong_ways_out(scenario: Scenario) -> None:
    known = {cause["slug"]: cause for _, cause in shipped().causes()}
    assert set(scenario.causes) <= set(known)
    assert scenario.mitigations
    assert scenario.instead
    assert not {*scenario.mitigations} & {*scenario.instead}
    assert scenario.deliveries[0].after == 0


@EACH
def test_what_is_sent_is_read_as_the_sender_would_be(scenario: Scenario) -> None:
    known = {"drill": 7, "system": "rag", "system_name": "Search", "started_at": START}
    firing = FORMAT.read(payload(scenario, scenario.deliveries, **known), headers={}, options={})
    over = payload(scenario, scenario.deliveries, **known, ended_at=START + timedelta(hours=1))
    ended = FORMAT.read(over, headers={}, options={})
    assert len(firing.signals) == len(scenario.deliveries)
    assert [signal.dedup_key for signal in firing.signals] == [
        signal.dedup_key for signal in ended.signals
    ]
    assert {signal.action for signal in ended.signals} == {"resolve"}
    assert all(signal.severity for signal in firing.signals)
    assert not firing.notes


def test_the_name_of_a_system_is_never_more_than_text() -> None:
    name = '"}, {0} & </script>'
    scenario = scenarios()["feature-drift"]
    body = payload(scenario, scenario.deliveries, drill=1, system="rag", system_name=name,
                   started_at=START)  # fmt: skip
    assert name in json.loads(body)["alerts"][0]["annotations"]["summary"]


def test_a_time_is_met_missed_or_not_due_yet() -> None:
    scenario = scenarios()["feature-drift"]
    fast = facts(times={"paged": START + timedelta(seconds=20)})
    slow = facts(times={"paged": START + timedelta(seconds=80)})
    waiting = facts(asked_at=START + timedelta(seconds=10), over=False)
    assert mark_of(scenario, "paged", fast) is Mark.MET
    assert mark_of(scenario, "paged", slow) is Mark.MISSED
    assert mark_of(scenario, "paged", waiting) is Mark.WAITING
    assert mark_of(scenario, "paged", facts()) is Mark.MISSED


def test_any_cause_of_the_right_class_counts() -> None:
    scenario = scenarios()["hallucination-spike"]
    right = facts(named=["generation.sycophancy", "serving.capacity"])
    wrong = facts(named=["serving.capacity"])
    assert mark_of(scenario, "class", right) is Mark.MET
    assert mark_of(scenario, "class", wrong) is Mark.MISSED
    assert mark_of(scenario, "class", replace(wrong, over=False)) is Mark.WAITING


def test_a_mitigation_that_only_sounds_right_spoils_it() -> None:
    scenario = scenarios()["cost-explosion"]
    good, bad = scenario.mitigations[0], scenario.instead[0]
    assert mark_of(scenario, "mitigation", facts(chosen=[good])) is Mark.MET
    assert mark_of(scenario, "mitigation", facts(chosen=[good, bad])) is Mark.MISSED
    assert mark_of(scenario, "mitigation", facts()) is Mark.MISSED


def test_points_count_what_is_met() -> None:
    scenario = scenarios()["capacity"]
    told = facts(chosen=[scenario.mitigations[0]], named=["serving.capacity"])
    assert points(scorecard(scenario, told)) == (2, 6)
