"""Incidents in the REST API: the fields of the contract, filters, pages, bad input."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from accounts.models import User
from catalog.models import System
from core import clock
from incidents import services
from incidents.models import Incident
from tests.cast import actor_of, api_client
from tests.incidents.cast import make_incident, move

pytestmark = pytest.mark.django_db
CONTRACT = {
    *("ref", "title", "status", "severity", "systems", "roles", "causes", "drill", "private"),
    *("onset_at", "detected_at", "opened_at", "acknowledged_at", "mitigated_at", "resolved_at"),
}


def test_a_declared_incident_has_the_fields_of_the_contract(teammate: User, system: System) -> None:
    body = {"title": "Prices are invented", "severity": "sev4", "systems": [system.slug]}
    answer = api_client(teammate).post("/api/v1/incidents/", body, format="json")
    assert answer.status_code == 201
    shown = answer.json()
    assert shown.keys() >= CONTRACT
    assert shown["systems"] == [system.slug]
    assert shown["causes"] == []
    assert shown["status"] == "open"
    assert api_client(teammate).get(f"/api/v1/incidents/{shown['ref']}/").json() == shown


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "title"),
        ({"title": " ", "severity": "sev1"}, "title"),
        ({"title": "x", "severity": "sev9"}, "severity"),
        ({"title": "x", "severity": "sev1", "systems": ["no-such"]}, "systems"),
        ({"title": "x", "severity": "sev1", "systems": "a"}, "systems"),
        ({"title": "x" * 301, "severity": "sev1"}, "title"),
    ],
)
def test_bad_input_is_named_by_field_and_opens_nothing(
    teammate: User, body: dict[str, Any], field: str
) -> None:
    answer = api_client(teammate).post("/api/v1/incidents/", body, format="json")
    assert answer.status_code == 400
    assert field in answer.json()["errors"]
    assert Incident.objects.count() == 0


def test_filters_narrow_the_list(teammate: User, system: System) -> None:
    about = make_incident("Zebra drift", severity="sev1", systems=[system])
    move(make_incident("Old news"), "resolved")
    client = api_client(teammate)
    hour = timedelta(hours=1)
    for query, count in (
        ({}, 2),
        ({"status": "active"}, 1),
        ({"status": "resolved"}, 1),
        ({"severity": "sev1"}, 1),
        ({"system": system.slug}, 1),
        ({"team": "assistants"}, 1),
        ({"q": "zebra"}, 1),
        ({"q": about.ref.lower()}, 1),
        ({"opened_after": (clock.now() - hour).isoformat()}, 2),
        ({"opened_before": (clock.now() - hour).isoformat()}, 0),
    ):
        found = client.get("/api/v1/incidents/", query).json()["results"]
        assert len(found) == count, query


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("status", "burning"),
        ("severity", "1"),
        ("system", "no-such"),
        ("opened_after", "yesterday"),
        ("q", "a\x00b"),
        ("cursor", "x"),
    ],
)
def test_a_filter_that_cannot_be_read_is_refused(teammate: User, name: str, value: str) -> None:
    answer = api_client(teammate).get("/api/v1/incidents/", {name: value})
    assert answer.status_code == 400
    assert name in answer.json()["errors"]


@pytest.mark.parametrize("ref", ["INC-0", "INC-99999999999999999999", "nonsense", "INC-1%00"])
def test_a_reference_that_is_none_is_not_found(teammate: User, ref: str) -> None:
    assert api_client(teammate).get(f"/api/v1/incidents/{ref}/").status_code == 404


def test_pages_of_the_list_cover_each_incident_once(teammate: User) -> None:
    made = [make_incident(f"Number {number}").ref for number in range(5)]
    client, address, seen = api_client(teammate), "/api/v1/incidents/?page_size=2", []
    while address:
        page = client.get(address).json()
        seen += [row["ref"] for row in page["results"]]
        address = page["next"]
    assert seen == made[::-1]


def test_changing_parts_is_all_or_nothing(teammate: User, system: System) -> None:
    incident = make_incident()
    client, address = api_client(teammate), f"/api/v1/incidents/{incident.ref}/"
    refused = client.patch(address, {"title": "New", "systems": ["no-such"]}, format="json")
    assert refused.status_code == 400
    assert client.get(address).json()["title"] == incident.title
    done = client.patch(
        address, {"title": "New", "systems": [system.slug], "severity": "sev1"}, format="json"
    )
    assert [done.json()[name] for name in ("title", "systems", "severity")] == [
        "New",
        [system.slug],
        "sev1",
    ]


def test_a_note_stands_at_the_time_it_is_about(teammate: User) -> None:
    incident = make_incident()
    client, address = api_client(teammate), f"/api/v1/incidents/{incident.ref}/events/"
    earlier = clock.now() - timedelta(hours=3)
    answer = client.post(address, {"text": "It began", "occurred_at": earlier}, format="json")
    assert answer.status_code == 201
    assert answer.json()["via"] == "api"
    oldest = client.get(address).json()["results"][-1]
    assert oldest["text"] == "It began"
    ahead = {"text": "x", "occurred_at": clock.now() + timedelta(hours=1)}
    assert client.post(address, ahead, format="json").status_code == 400
    ancient = {"text": "x", "occurred_at": "0001-01-01T00:00:00Z"}
    assert client.post(address, ancient, format="json").status_code == 400


def test_merging_answers_the_one_that_stays_and_refuses_what_is_over(teammate: User) -> None:
    first, second, over = make_incident(), make_incident(), make_incident()
    move(over, "resolved")
    client = api_client(teammate)
    answer = client.post(
        f"/api/v1/incidents/{second.ref}/merge/", {"into": first.ref}, format="json"
    )
    assert answer.json()["ref"] == first.ref
    merged = client.get(f"/api/v1/incidents/{second.ref}/").json()
    assert (merged["status"], merged["merged_into"]) == ("cancelled", first.ref)
    for source, target in ((first, over), (over, first)):
        address = f"/api/v1/incidents/{source.ref}/merge/"
        assert client.post(address, {"into": target.ref}, format="json").status_code == 409
    itself = client.post(
        f"/api/v1/incidents/{first.ref}/merge/", {"into": first.ref}, format="json"
    )
    assert itself.status_code == 400


def test_roles_tasks_and_members(teammate: User, owner: User, stranger: User) -> None:
    incident = make_incident()
    client, base = api_client(teammate), f"/api/v1/incidents/{incident.ref}/"
    held = client.post(f"{base}roles/", {"role": "lead", "user": owner.email}, format="json")
    assert [(row["role"], row["user"]) for row in held.json()] == [("lead", owner.email)]
    none = client.post(f"{base}roles/", {"role": "lead", "user": None}, format="json")
    assert none.json() == []
    viewer = client.post(f"{base}roles/", {"role": "lead", "user": stranger.email}, format="json")
    assert viewer.status_code == 400
    task = client.post(f"{base}tasks/", {"title": "Call", "owner": owner.email}, format="json")
    assert task.status_code == 201
    done = client.patch(f"{base}tasks/{task.json()['id']}/", {"done": True}, format="json")
    assert done.json()["done_at"] is not None
    assert client.patch(f"{base}tasks/999/", {"done": True}, format="json").status_code == 404
    let_in = client.post(f"{base}members/", {"user": stranger.email}, format="json")
    assert let_in.status_code == 201
    nobody = client.post(f"{base}members/", {"user": "x@example.org"}, format="json")
    assert nobody.status_code == 400
    assert stranger.email in [
        row["user"] for row in client.get(f"{base}members/").json()["results"]
    ]


def test_each_event_says_who_and_through_what(teammate: User) -> None:
    incident = make_incident(by=teammate)
    services.add_note(incident_id=incident.pk, text="Seen", actor=actor_of(teammate))
    events = api_client(teammate).get(f"/api/v1/incidents/{incident.ref}/events/").json()
    assert {(row["actor"], row["via"]) for row in events["results"]} == {(teammate.name, "web")}
