"""An escalation goes through every step of every round once, in order, with time to answer."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oncall.escalation import (
    MAX_REPEAT,
    MAX_WAIT_SECONDS,
    MIN_ROUND_WAIT_SECONDS,
    Policy,
    Step,
    Target,
    describe,
    first_due,
    next_after,
    plan,
    problems,
    round_wait,
)
from oncall.policy_json import PolicyError, from_json, to_json

START = datetime(2026, 3, 29, 0, 30, tzinfo=UTC)
PRIMARY = Target("schedule", "platform-primary", "Platform primary")
ANA = Target("user", "ana", "Ana")
TEAM = Target("team", "ml-platform", "ML platform")
CHANNEL = Target("slack_channel", "#incidents")

PROPERTY = settings(max_examples=100, deadline=None, derandomize=True, database=None)
texts = st.text(max_size=20)
targets = st.builds(
    Target, st.sampled_from(["user", "schedule", "team", "slack_channel"]), texts, texts
)
any_steps = st.builds(
    Step, st.integers(-(10**12), 10**12), st.lists(targets, max_size=3).map(tuple)
)
any_policies = st.builds(
    Policy, texts, texts, st.lists(any_steps, max_size=6).map(tuple), st.integers(-5, 10**9)
)


def policy(*steps: Step, repeat: int = 0) -> Policy:
    return Policy("platform", "Platform", steps, repeat)


THREE = policy(Step(0, (PRIMARY,)), Step(600, (ANA,)), Step(900, (TEAM, CHANNEL)), repeat=2)


def test_the_first_step_waits_from_the_start() -> None:
    assert first_due(policy(Step(120, (ANA,))), START) == START + timedelta(seconds=120)


def test_waits_are_elapsed_time_when_the_clocks_change() -> None:
    before_the_change = START.astimezone(ZoneInfo("Europe/Berlin"))
    due = first_due(policy(Step(3600, (ANA,))), before_the_change)
    assert due == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


def test_a_policy_without_steps_is_never_due() -> None:
    assert first_due(policy(repeat=3), START) is None
    assert list(plan(policy(repeat=3), START)) == []
    assert next_after(policy(repeat=3), 0, 0) is None


def test_a_step_waits_from_the_one_before_it() -> None:
    assert next_after(THREE, 0, 0) == (0, 1, 600)
    assert next_after(THREE, 0, 1) == (0, 2, 900)


def test_after_the_last_step_a_new_round_begins_until_the_repeats_are_used() -> None:
    assert next_after(THREE, 0, 2) == (1, 0, 900)
    assert next_after(THREE, 1, 2) == (2, 0, 900)
    assert next_after(THREE, 2, 2) is None


@pytest.mark.parametrize("position", [(-1, 0), (0, -1)])
def test_a_position_before_the_beginning_is_a_mistake(position: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="count from 0"):
        next_after(THREE, *position)


def test_a_policy_of_one_immediate_step_does_not_page_in_bursts() -> None:
    due = [d.due_at for d in plan(policy(Step(0, (ANA,)), repeat=2), START)]
    assert due == [START + timedelta(minutes=m) for m in (0, 5, 10)]


def test_a_new_round_keeps_the_wait_before_its_first_step() -> None:
    assert round_wait(policy(Step(1800, (ANA,)), Step(60, (TEAM,)))) == 1800


def test_a_plan_lists_the_times_of_a_night_without_an_answer() -> None:
    minutes = [
        (d.round, d.step, (d.due_at - START) // timedelta(minutes=1)) for d in plan(THREE, START)
    ]
    assert minutes[:5] == [(0, 0, 0), (0, 1, 10), (0, 2, 25), (1, 0, 40), (1, 1, 50)]


@PROPERTY
@given(any_policies)
def test_every_step_of_every_round_comes_exactly_once_and_in_order(any_policy: Policy) -> None:
    rounds = min(max(any_policy.repeat, 0), MAX_REPEAT) + 1
    found = list(islice(plan(any_policy, START), 1000))
    expected = [(r, s) for r in range(rounds) for s in range(len(any_policy.steps))]
    assert [(due.round, due.step) for due in found] == expected


@PROPERTY
@given(any_policies)
def test_due_times_never_run_backwards_and_rounds_keep_their_distance(any_policy: Policy) -> None:
    found = list(plan(any_policy, START))
    for before, after in pairwise(found):
        least = 0 if before.round == after.round else MIN_ROUND_WAIT_SECONDS
        wait = (after.due_at - before.due_at).total_seconds()
        assert least <= wait <= MAX_WAIT_SECONDS


@PROPERTY
@given(any_policies)
def test_walking_step_by_step_gives_the_times_of_the_plan(any_policy: Policy) -> None:
    found = list(plan(any_policy, START))
    for before, after in pairwise(found):
        wait = int((after.due_at - before.due_at).total_seconds())
        assert next_after(any_policy, before.round, before.step) == (after.round, after.step, wait)


@PROPERTY
@given(any_policies)
def test_a_snapshot_survives_json(any_policy: Policy) -> None:
    assert from_json(json.loads(json.dumps(to_json(any_policy)))) == any_policy


def test_a_snapshot_of_a_newer_version_is_read_as_far_as_it_is_known() -> None:
    newer = to_json(THREE) | {"version": 2, "acknowledge_timeout_seconds": 1800}
    assert from_json(newer) == THREE


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"steps": None}, "policy: steps must be a list"),
        ({"steps": ["x"]}, r"steps\[0\]: expected an object"),
        ({"repeat": True}, "policy: repeat must be a whole number"),
        ({"repeat": "2"}, "policy: repeat must be a whole number"),
        ({"slug": None}, "policy: slug must be text"),
        (
            {"steps": [{"after_seconds": 0, "targets": [{"kind": "policy", "ref": "x"}]}]},
            r"steps\[0\]\.targets\[0\]: the kind must be one of user",
        ),
        (
            {"steps": [{"after_seconds": 1.5, "targets": []}]},
            r"steps\[0\]: after_seconds must be a whole number",
        ),
    ],
)
def test_a_snapshot_of_another_shape_is_refused_with_its_place(
    change: dict[str, object], where: str
) -> None:
    with pytest.raises(PolicyError, match=where):
        from_json(to_json(THREE) | change)


@pytest.mark.parametrize("value", [None, [], "policy", 3])
def test_a_snapshot_that_is_no_object_is_refused(value: object) -> None:
    with pytest.raises(PolicyError, match="expected an object"):
        from_json(value)


def test_a_policy_is_described_in_sentences() -> None:
    assert describe(THREE) == [
        "At once: Platform primary (schedule)",
        "After 10 min: Ana",
        "After 25 min: ML platform (team), #incidents (Slack channel)",
        "Repeats 2 times, each time 15 min after the last step",
    ]


def test_odd_waits_and_a_single_repeat_read_well() -> None:
    lines = describe(policy(Step(45, (ANA,)), Step(5400, (ANA,)), repeat=1))
    assert lines == [
        "After 45 s: Ana",
        "After 1 h 30 min 45 s: Ana",
        "Repeats once 1 h 30 min after the last step",
    ]


def test_a_policy_that_pages_nobody_says_so() -> None:
    assert describe(policy()) == ["Nobody: this policy has no steps"]
    assert describe(policy(Step(0, ()))) == ["At once: nobody"]


def test_a_sound_policy_has_no_problems() -> None:
    assert problems(THREE) == []


@pytest.mark.parametrize(
    ("unsound", "expected"),
    [
        (policy(), ["A policy needs at least one step."]),
        (policy(Step(0, ())), ["Step 1: it has nobody to page."]),
        (policy(Step(-1, (ANA,))), ["Step 1: the wait cannot be negative."]),
        (
            policy(Step(0, (ANA,)), Step(MAX_WAIT_SECONDS + 1, (ANA,))),
            ["Step 2: the wait is at most 24 hours."],
        ),
        (policy(Step(0, (ANA,)), repeat=10), ["A policy repeats between 0 and 9 times."]),
        (policy(Step(0, (ANA,)), repeat=-1), ["A policy repeats between 0 and 9 times."]),
        (policy(Step(0, (ANA, ANA))), ["Step 1: the same target is named twice."]),
        (policy(Step(0, (Target("user", " "),))), ["Step 1: a target names nobody."]),
        (policy(*[Step(0, (ANA,))] * 51), ["A policy has at most 50 steps."]),
    ],
)
def test_a_policy_that_cannot_work_is_told_why(unsound: Policy, expected: list[str]) -> None:
    assert problems(unsound) == expected


def test_a_step_with_a_crowd_of_targets_is_refused() -> None:
    crowd = tuple(Target("user", f"p{n}") for n in range(51))
    assert problems(policy(Step(0, crowd))) == ["Step 1: it has more than 50 targets."]


def test_every_problem_is_told_at_once() -> None:
    assert len(problems(policy(Step(-1, ()), Step(0, ()), repeat=99))) == 4
