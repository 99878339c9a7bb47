"""Follow-ups in the REST API: the fields of the contract, filters, bad input."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from accounts.models import Team, User
from core import clock
from postmortems.models import Action
from tests.cast import api_client
from tests.incidents.cast import make_incident
from tests.postmortems.actions.cast import attach, make_action, move_action

pytestmark = pytest.mark.django_db
BASE = "/api/v1/actions/"


def test_an_action_has_the_fields_of_the_contract(teammate: User, team: Team) -> None:
    incident = make_incident(by=teammate)
    body = {
        "incident": incident.ref,
        "title": "Watch the input",
        "type": "detect",
        "owner": teammate.email,
        "team": team.slug,
        "due_on": "2027-01-31",
        "cause": "drift.covariate",
        "done_criterion": "An alert fires on the replay",
    }
    answer = api_client(teammate).post(BASE, body, format="json")
    assert answer.status_code == 201
    shown = answer.json()
    assert {name: shown[name] for name in body} == body
    assert (shown["status"], shown["allowed_transitions"]) == (
        "open",
        ["in_progress", "done", "wont_do"],
    )
    assert api_client(teammate).get(f"{BASE}{shown['ref']}/").json() == shown


def test_the_same_key_promises_once(teammate: User) -> None:
    body = {"incident": make_incident(by=teammate).ref, "title": "Once", "type": "prevent"}
    client = api_client(teammate)
    for _ in range(2):
        client.post(BASE, body, format="json", headers={"Idempotency-Key": "k1"})
    assert Action.objects.count() == 1


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"title": ""}, "title"),
        ({"type": "hope"}, "type"),
        ({"incident": "INC-99999"}, "incident"),
        ({"owner": "nobody@example.org"}, "owner"),
        ({"team": "no-such"}, "team"),
        ({"due_on": "soon"}, "due_on"),
        ({"cause": "no.such"}, "cause"),
        ({"external_url": "ftp://x"}, "external_url"),
    ],
)
def test_bad_input_is_named_by_field(teammate: User, wrong: dict[str, Any], field: str) -> None:
    body = {"incident": make_incident(by=teammate).ref, "title": "x", "type": "prevent", **wrong}
    answer = api_client(teammate).post(BASE, body, format="json")
    assert answer.status_code == 400
    assert field in answer.json()["errors"]


def test_filters_narrow_the_list(teammate: User, owner: User, team: Team) -> None:
    first = make_action(teammate, owner=teammate, team=team, type="detect")
    move_action(make_action(teammate, owner=owner), "done", teammate)
    later = (clock.now().date() + timedelta(days=400)).isoformat()
    client = api_client(teammate)
    for query, count in (
        ({}, 2),
        ({"status": "unfinished"}, 1),
        ({"status": "done"}, 1),
        ({"owner": teammate.email}, 1),
        ({"owner": "me"}, 1),
        ({"team": team.slug}, 1),
        ({"type": "detect"}, 1),
        ({"incident": first.incident.ref}, 1),
        ({"due_before": later}, 2),
        ({"due_before": "2020-01-01"}, 0),
    ):
        rows = client.get(BASE, query).json()["results"]
        assert len(rows) == count, query


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *[(name, "x") for name in ("status", "type", "team", "due_before", "cause")],
        ("q", "\x00"),
    ],
)
def test_a_filter_that_cannot_be_read_is_refused(teammate: User, name: str, value: str) -> None:
    answer = api_client(teammate).get(BASE, {name: value})
    assert answer.status_code == 400
    assert name in answer.json()["errors"]


def test_moves_are_the_lifecycles(teammate: User) -> None:
    action = make_action(teammate, type="detect", cause="drift.concept")
    client, address = api_client(teammate), f"{BASE}{action.ref}/transition/"
    refused = client.post(address, {"to": "done"}, format="json")
    assert refused.status_code == 409
    assert "link the evaluation case" in refused.json()["detail"]
    assert client.post(address, {"to": "wont_do"}, format="json").status_code == 400
    assert client.post(address, {"to": "gone"}, format="json").status_code == 400
    proof = {"to": "done", "proof_kind": "sli", "proof": "groundedness"}
    done = client.post(address, proof, format="json").json()
    assert (done["status"], done["proof"]) == ("done", "groundedness")
    assert done["done_at"] is not None
    events = client.get(f"{BASE}{action.ref}/events/").json()["results"]
    assert [event["kind"] for event in events] == ["done", "created"]


def test_a_patch_changes_and_moves_all_or_nothing(teammate: User) -> None:
    action = make_action(teammate)
    client, address = api_client(teammate), f"{BASE}{action.ref}/"
    refused = client.patch(address, {"title": "New", "status": "wont_do"}, format="json")
    assert refused.status_code == 400
    assert client.get(address).json()["title"] == "Watch the input"
    body = {"title": "New", "status": "wont_do", "reason": "Retired", "owner": teammate.email}
    changed = client.patch(address, body, format="json").json()
    assert [changed[name] for name in body] == list(body.values())


def test_proposals_are_listed_taken_up_and_declined(teammate: User) -> None:
    incident = make_incident(by=teammate)
    attach(incident, "data.schema-change", teammate)
    client, address = api_client(teammate), f"/api/v1/incidents/{incident.ref}/proposals/"
    keys = [row["key"] for row in client.get(address).json()]
    taken = client.post(address, {"key": keys[0], "owner": teammate.email}, format="json")
    assert taken.status_code == 201
    assert taken.json()["required"] is True
    declined = client.post(address, {"key": keys[1], "decline": "No data left"}, format="json")
    assert declined.json()["declined"] == "No data left"
    assert client.post(address, {"key": "no"}, format="json").status_code == 404


def test_a_private_follow_up_of_others_is_not_there(teammate: User, owner: User) -> None:
    incident = make_incident(by=owner, private=True)
    action = make_action(owner, incident)
    client = api_client(teammate)
    assert client.get(BASE).json()["results"] == []
    for address in (f"{BASE}{action.ref}/", f"{BASE}{action.ref}/events/"):
        assert client.get(address).status_code == 404
    body = {"incident": incident.ref, "title": "x", "type": "prevent"}
    assert client.post(BASE, body, format="json").status_code == 400
    assert client.get(f"/api/v1/incidents/{incident.ref}/proposals/").status_code == 404


@pytest.mark.parametrize("ref", ["ACT-0", "ACT-99999999999999999999", "nonsense", "ACT-1%00"])
def test_a_reference_that_is_none_is_not_found(teammate: User, ref: str) -> None:
    assert api_client(teammate).get(f"{BASE}{ref}/").status_code == 404
