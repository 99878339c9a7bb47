"""The pure rules: the lifecycle, who has to agree, what fits."""

from __future__ import annotations

from itertools import pairwise
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Conflict, Invalid
from playbooks.definition import PlaybookSpec, read_definition
from playbooks.lifecycle import RUN, UNDER_WAY, WORKED
from playbooks.matching import Facts, fit
from playbooks.rules import class_that_allows, demand_of, enough

STATES = [state.name for state in RUN.states]
STEP = {"mitigation": "Do", "connection": "c", "action": "send"}


def spec(**more: object) -> PlaybookSpec:
    return read_definition({"steps": [STEP], **more})


@given(
    walk=st.lists(st.sampled_from(STATES), max_size=12),
    can_undo=st.booleans(),
    all_done=st.booleans(),
)
def test_whatever_is_tried_nothing_runs_unplanned_and_the_end_is_the_end(
    walk: list[str], can_undo: bool, all_done: bool
) -> None:
    status, seen = "planning", ["planning"]
    run = SimpleNamespace(can_undo=can_undo, all_done=all_done, undoing_since=None)
    for to in walk:
        try:
            RUN.check(run, state=status, to=to)
        except Conflict:
            continue
        if to == "undoing":
            run.undoing_since = "now"
        status = to
        seen.append(to)
    ended = {state.name for state in RUN.states if state.terminal}
    assert not ended.intersection(seen[:-1])
    if not can_undo:
        assert "undoing" not in seen
    if "undoing" in seen:
        # Once it is taken back its steps never go on.
        assert not {"running", "succeeded"} & set(seen[seen.index("undoing") :])
    for before, after in pairwise(seen):
        assert (before, after) != ("held", "succeeded") or all_done
        if after == "running":
            assert before in ("planning", "ready", "waiting", "held")


def test_what_is_worked_off_is_under_way() -> None:
    assert set(WORKED) < set(UNDER_WAY) < set(STATES)


@given(
    role=st.sampled_from(["none", "responder", "manager", "admin"]),
    behind=st.integers(0, 40),
    limit=st.integers(0, 40),
    allowed=st.booleans(),
    rehearsal=st.booleans(),
)
def test_a_wide_blast_radius_never_needs_less_than_a_manager(
    role: str, behind: int, limit: int, allowed: bool, rehearsal: bool
) -> None:
    asked = spec(approval={"role": role}, limits={"dependents": limit})
    said = "Ana lets it." if allowed else ""
    demand = demand_of(asked, dependents=behind, rehearsal=rehearsal, allowed=said)
    if rehearsal or allowed:
        assert not demand.any
    elif behind > limit:
        assert demand.role == ("admin" if role == "admin" else "manager")
        assert not enough(demand, 0)
    else:
        assert demand.role == role
    assert enough(demand, 5)


def test_a_playbook_for_other_systems_never_fits_and_the_surest_reason_comes_first() -> None:
    facts = Facts(
        causes={"drift.covariate": "likely"},
        systems=frozenset({"fraud"}),
        kinds=frozenset({"classical"}),
        helps={"retrain": "retrain with recency weighting"},
    )
    assert fit(spec(causes=["drift"], systems=["chat"]), facts) is None
    assert fit(spec(causes=["drift"], systemKinds=["llm"]), facts) is None
    assert fit(spec(causes=["prompt"]), facts) is None
    by_class = fit(spec(causes=["drift"]), facts)
    assert by_class is not None
    assert by_class.because == ("for drift.covariate, likely",)
    by_help = fit(read_definition({"steps": [{**STEP, "helps": "retrain"}]}), facts)
    assert by_help is not None
    assert by_help.weight < by_class.weight
    assert "retrain with recency weighting" in by_help.because[0]


def test_an_allowance_counts_for_a_cause_or_its_class_only() -> None:
    assert class_that_allows(["drift"], ["drift.covariate"]) == "drift"
    assert class_that_allows(["drift.concept"], ["drift.covariate"]) == ""
    assert class_that_allows([], ["drift.covariate"]) == ""


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"steps": []}, "at least 1"),
        ({"steps": [{"check": "a", "mitigation": "b"}]}, "either a check or a mitigation"),
        ({"steps": [{"mitigation": "b"}]}, "names its connection"),
        ({"steps": [{**STEP, "helps": "magic"}]}, "must be one of"),
        ({"steps": [STEP], "colour": "red"}, "no such field"),
        ({"steps": [STEP], "approval": {"role": "king"}}, "approval.role"),
        ({"steps": [STEP], "limits": {"coolDown": "soon"}}, "write a duration"),
        ([], "mapping"),
    ],
)
def test_a_definition_that_cannot_be_is_told_by_place(wrong: object, said: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_definition(wrong)
    assert said in str(refused.value.errors)
