"""Causes propose follow-ups; the required ones must be answered."""

from __future__ import annotations

import pytest

from accounts.models import User
from core.errors import Conflict, Invalid, NotFound
from incidents.selectors.causes import causes_of, recurrences
from postmortems.actions.duties import not_closed_because
from postmortems.actions.proposals import (
    SHOWN,
    accept_proposal,
    decline_proposal,
    proposals_for,
    shown_proposals,
)
from tests.cast import actor_of, sign_in
from tests.incidents.cast import make_incident, move
from tests.postmortems.actions.cast import attach, make_action, move_action

pytestmark = pytest.mark.django_db


def test_a_cause_proposes_what_the_taxonomy_says_helps(teammate: User) -> None:
    incident = make_incident(by=teammate)
    attach(incident, "data.schema-change", teammate)
    found = {one.key: one for one in proposals_for(incident)}
    assert found["data.schema-change:prevent:1"].title.startswith("Put a versioned data contract")
    assert found["data.schema-change:prevent:1"].required
    assert found["data.schema-change:detect:1"].required
    assert not found["data.schema-change:process:1"].required


def test_what_is_ruled_out_proposes_nothing(teammate: User) -> None:
    incident = make_incident(by=teammate)
    attach(incident, "drift.concept", teammate, confidence="ruled-out")
    assert proposals_for(incident) == []


def test_advice_is_capped_but_nothing_required_is_left_out(teammate: User) -> None:
    incident = make_incident(by=teammate, severity="sev1")
    for slug in ("drift.concept", "data.schema-change", "data.stale-data", "generation.sycophancy"):
        attach(incident, slug, teammate)
    shown = shown_proposals(proposals_for(incident))
    required = [one for one in proposals_for(incident) if one.required]
    assert len(required) > SHOWN
    assert shown == required


def test_taking_up_twice_makes_one_action(teammate: User) -> None:
    incident = make_incident(by=teammate)
    attach(incident, "data.schema-change", teammate)
    key = "data.schema-change:detect:1"
    first, second = (
        accept_proposal(incident=incident, key=key, actor=actor_of(teammate), owner=teammate)
        for _ in range(2)
    )
    assert first == second
    assert (first.required, first.cause, first.type) == (True, "data.schema-change", "detect")


def test_declining_needs_a_reason_and_can_be_taken_back(teammate: User) -> None:
    incident = make_incident(by=teammate)
    attach(incident, "data.schema-change", teammate)
    key, actor = "data.schema-change:prevent:1", actor_of(teammate)
    with pytest.raises(Invalid):
        decline_proposal(incident=incident, key=key, reason=" ", actor=actor)
    decline_proposal(incident=incident, key=key, reason="The feed ends in May", actor=actor)
    assert {one.key: one.declined for one in proposals_for(incident)}[key] == "The feed ends in May"
    accept_proposal(incident=incident, key=key, actor=actor)
    assert {one.key: one.declined for one in proposals_for(incident)}[key] == ""
    with pytest.raises(NotFound):
        accept_proposal(incident=incident, key="no.such:prevent:1", actor=actor)


def test_an_incident_stays_open_until_its_required_follow_ups_are_answered_and_done(
    teammate: User,
) -> None:
    incident = make_incident(by=teammate)
    attach(incident, "data.schema-change", teammate)
    move(incident, "resolved", teammate)
    with pytest.raises(Conflict, match="take up or decline 2 required follow-ups"):
        move(incident, "closed", teammate)
    actor = actor_of(teammate)
    key = "data.schema-change:detect:1"
    detecting = accept_proposal(incident=incident, key=key, actor=actor)
    decline_proposal(
        incident=incident, key="data.schema-change:prevent:1", reason="No", actor=actor
    )
    with pytest.raises(Conflict, match=f"finish {detecting.ref}"):
        move(incident, "closed", teammate)
    move_action(detecting, "done", teammate, proof_kind="sli", proof="schema-failures")
    assert move(incident, "closed", teammate).status == "closed"


def test_a_drill_and_a_mild_incident_owe_nothing(teammate: User) -> None:
    for more in ({"drill": True}, {"severity": "sev3"}):
        incident = make_incident(by=teammate, **more)
        attach(incident, "data.schema-change", teammate)
        assert not_closed_because(incident) is None


def test_the_open_incident_says_how_many_promises_of_the_last_ones_are_open(
    teammate: User,
) -> None:
    for number in range(2):
        earlier = make_incident(by=teammate)
        attach(earlier, "drift.concept", teammate)
        action = make_action(teammate, earlier, cause="drift.concept")
        make_action(teammate, earlier, cause="drift.covariate")
        if number:
            move_action(make_action(teammate, earlier, cause="drift.concept"), "done", teammate)
        assert action.is_open
    now = make_incident(by=teammate)
    attach(now, "drift.concept", teammate, confidence="suspected")
    said = recurrences(teammate, now, causes_of(now))[0].sentence
    assert said == "Third incident with this cause in 90 days, two of its actions open."
    assert said in sign_in(teammate).get(f"/incidents/{now.ref}/").content.decode()
