"""Systems and changes in the API, as the contract says."""

from __future__ import annotations

from datetime import timedelta

import pytest
from rest_framework.test import APIClient

from accounts.models import Role, Team, User
from catalog.models import Change, System
from catalog.services import retire_system
from core import clock
from tests.cast import TESTER, api_client, make_system, make_user

BODY = {
    "slug": "travel-planner",
    "name": "Travel planner",
    "kind": "agent",
    "tier": 2,
    "stage": "shadow",
    "team": "assistants",
    "owners": {"engineering": "olga.owner@example.org"},
    "depends_on": ["checkout-assistant"],
    "runbooks": [{"title": "Stop", "url": "https://wiki.example.org/stop"}],
    "labels": {"region": "eu"},
}
CHANGE = {
    "system": "checkout-assistant",
    "kind": "prompt",
    "version": "v32",
    "previous_version": "v31",
    "summary": "Shorter system prompt",
    "occurred_at": "2026-03-29T01:30:00+01:00",
    "url": "https://ci.example.org/1",
    "rollback_url": "https://ci.example.org/1/rollback",
}


@pytest.fixture
def manager_client(db: None) -> APIClient:
    return api_client(make_user("Mia Manager", Role.MANAGER))


def test_a_system_is_created_and_read_back_as_it_was_written(
    system: System, manager_client: APIClient
) -> None:
    made = manager_client.post("/api/v1/systems/", BODY, format="json")
    assert made.status_code == 201, made.json()
    answer = manager_client.get("/api/v1/systems/travel-planner/").json()
    assert {name: answer[name] for name in BODY} == BODY
    assert answer["created_at"].endswith("Z")


def test_what_is_read_can_be_put_back_unchanged(system: System, manager_client: APIClient) -> None:
    address = f"/api/v1/systems/{system.slug}/"
    answer = manager_client.get(address).json()
    again = manager_client.put(address, answer, format="json")
    assert again.status_code == 200
    assert again.json() == answer


def test_putting_without_a_field_resets_it_and_patching_leaves_it(
    system: System, manager_client: APIClient, owner: User
) -> None:
    address = f"/api/v1/systems/{system.slug}/"
    patched = manager_client.patch(address, {"tier": 2}, format="json").json()
    assert (patched["tier"], patched["owners"]) == (2, {"engineering": owner.email})
    whole = {"name": "Checkout", "kind": "rag"}
    put = manager_client.put(address, whole, format="json").json()
    assert (put["tier"], put["owners"], put["team"]) == (3, {}, None)


def test_a_taken_slug_is_a_conflict(system: System, manager_client: APIClient) -> None:
    body = {"slug": system.slug, "name": "Other", "kind": "llm"}
    answer = manager_client.post("/api/v1/systems/", body, format="json")
    assert answer.status_code == 409
    assert answer["Content-Type"] == "application/problem+json"


def test_a_slug_cannot_be_changed(system: System, manager_client: APIClient) -> None:
    address = f"/api/v1/systems/{system.slug}/"
    answer = manager_client.patch(address, {"slug": "other"}, format="json")
    assert answer.json()["errors"] == {"slug": ["It cannot be changed."]}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"kind": "robot"}, "kind"),
        ({"tier": 7}, "tier"),
        ({"tier": "x"}, "tier"),
        ({"stage": None}, "stage"),
        ({"slug": "new"}, "slug"),
        ({"team": "missing"}, "team"),
        ({"owners": {"engineering": "nobody@example.org"}}, "owners"),
        ({"owners": {"astrology": "a@example.org"}}, "owners.astrology"),
        ({"owners": []}, "owners"),
        ({"depends_on": ["missing"]}, "depends_on"),
        ({"depends_on": [{}]}, "depends_on.0"),
        ({"runbooks": [{"title": "x", "url": "javascript:alert(1)"}]}, "runbooks"),
        ({"runbooks": [{"title": "x"}]}, "runbooks.0.url"),
        ({"labels": {"a": {"b": 1}}}, "labels.a"),
        ({"labels": "x"}, "labels"),
        ({"name": "x" * 121}, "name"),
    ],
)
def test_a_refusal_names_the_field(
    system: System, manager_client: APIClient, change: dict[str, object], field: str
) -> None:
    answer = manager_client.post("/api/v1/systems/", {**BODY, **change}, format="json")
    assert answer.status_code == 400
    assert field in answer.json()["errors"], answer.json()
    assert System.objects.count() == 1


@pytest.mark.parametrize("body", ["[]", '"x"', "7", "null", "{", "", "\x00"])
def test_a_body_that_is_no_object_is_refused_politely(
    system: System, manager_client: APIClient, body: str
) -> None:
    for method, address in (
        ("post", "/api/v1/systems/"),
        ("put", f"/api/v1/systems/{system.slug}/"),
        ("post", "/api/v1/changes/"),
    ):
        send = getattr(manager_client, method)
        answer = send(address, body, content_type="application/json")
        assert answer.status_code == 400
        assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("role", "scope", "expected"),
    [
        ("viewer", "write", 403),
        ("responder", "write", 403),
        ("manager", "read", 403),
        ("manager", "write", 201),
        ("admin", "metrics", 403),
    ],
)
def test_writing_systems_needs_the_role_and_the_scope(
    system: System, role: str, scope: str, expected: int
) -> None:
    client = api_client(make_user("Some One", role), scope)
    answer = client.post("/api/v1/systems/", BODY, format="json")
    assert answer.status_code == expected
    assert System.objects.count() == (2 if expected == 201 else 1)


@pytest.mark.parametrize(
    ("role", "scope", "expected"),
    [("viewer", "write", 403), ("responder", "read", 403), ("responder", "write", 201)],
)
def test_noting_a_change_needs_a_responder_and_the_scope(
    system: System, role: str, scope: str, expected: int
) -> None:
    client = api_client(make_user("Some One", role), scope)
    assert client.post("/api/v1/changes/", CHANGE, format="json").status_code == expected


def test_a_change_is_kept_as_the_contract_says(system: System, teammate: User) -> None:
    client = api_client(teammate)
    answer = client.post("/api/v1/changes/", CHANGE, format="json").json()
    assert answer["occurred_at"] == "2026-03-29T00:30:00Z"
    assert answer["author"] == "Tariq Teammate"
    assert {name: answer[name] for name in CHANGE if name != "occurred_at"} == {
        name: value for name, value in CHANGE.items() if name != "occurred_at"
    }
    assert client.post("/api/v1/changes/", CHANGE, format="json").json()["id"] == answer["id"]
    assert Change.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"system": "missing"}, "system"),
        ({"kind": "vibes"}, "kind"),
        ({"summary": ""}, "summary"),
        ({"url": "javascript:alert(1)"}, "url"),
        ({"occurred_at": "yesterday"}, "occurred_at"),
        ({"occurred_at": "0001-01-01T00:00:00Z"}, "occurred_at"),
    ],
)
def test_a_wrong_change_is_refused_at_its_field(
    system: System, teammate: User, change: dict[str, str], field: str
) -> None:
    answer = api_client(teammate).post("/api/v1/changes/", {**CHANGE, **change}, format="json")
    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == [field]


def test_changes_are_listed_newest_first_and_filtered_by_system(
    system: System, teammate: User
) -> None:
    make_system("planner")
    client = api_client(teammate)
    for hour in range(3):
        at = (clock.now() - timedelta(hours=hour)).isoformat()
        for slug in (system.slug, "planner"):
            client.post("/api/v1/changes/", {**CHANGE, "system": slug, "occurred_at": at})
    answer = client.get("/api/v1/changes/", {"system": "planner"}).json()
    times = [change["occurred_at"] for change in answer["results"]]
    assert set(answer) == {"next", "previous", "results"}
    assert {change["system"] for change in answer["results"]} == {"planner"}
    assert times == sorted(times, reverse=True)
    assert len(times) == 3


def test_a_filter_that_cannot_be_read_is_refused_by_name(system: System, stranger: User) -> None:
    client = api_client(stranger, "read")
    for address, query in (
        ("systems/", {"kind": "robot"}),
        ("systems/", {"team": "missing"}),
        ("changes/", {"occurred_after": "yesterday"}),
    ):
        answer = client.get(f"/api/v1/{address}", query)
        assert answer.status_code == 400
        assert list(answer.json()["errors"]) == list(query)


def test_the_lists_share_the_pages_filters(system: System, team: Team, stranger: User) -> None:
    make_system("planner", kind="agent")
    client = api_client(stranger, "read")

    def found(**query: str) -> list[str]:
        answer = client.get("/api/v1/systems/", query).json()
        return [row["slug"] for row in answer["results"]]

    assert found(kind="agent") == ["planner"]
    assert found(team=team.slug) == [system.slug]
    assert found(q="checkout") == [system.slug]
    retire_system(slug="planner", actor=TESTER)
    assert found() == [system.slug]


def test_the_lists_cost_the_same_with_many(
    system: System, owner: User, django_assert_max_num_queries
) -> None:
    client = api_client(owner)
    for number in range(20):
        make_system(
            f"s{number}", team_slug="assistants", depends_on=[system.slug],
            owners={"product": owner.email},
        )  # fmt: skip
        client.post("/api/v1/changes/", {**CHANGE, "version": str(number)})
    for address in ("systems/", "changes/"):
        with django_assert_max_num_queries(6):
            assert len(client.get(f"/api/v1/{address}").json()["results"]) >= 20


@pytest.mark.django_db
@pytest.mark.parametrize("slug", ["missing", "a%00b", "x" * 300])
def test_an_unknown_system_is_not_found(slug: str, stranger: User) -> None:
    client = api_client(stranger, "read")
    answer = client.get(f"/api/v1/systems/{slug}/")
    assert answer.status_code == 404
    assert answer["Content-Type"] == "application/problem+json"
