"""Alerts, receipts, sources and routes in the REST API."""

from __future__ import annotations

import json

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from alerts import services
from alerts.extensions import incident_filter
from alerts.models import Receipt, Route, Source
from catalog.models import System
from core.ids import new_id
from core.models import IdempotentCall
from core.secrets import key_digest
from tests.alerts.scene import deliver, make_alert, make_source, work_off
from tests.cast import TESTER, api_client

pytestmark = pytest.mark.django_db(transaction=True)
V1 = "/api/v1"
NEW = {"slug": "am", "name": "Alertmanager", "format": "alertmanager"}


@pytest.fixture
def source(system: System) -> Source:
    return make_source(system_slug=system.slug)


@pytest.fixture
def reader(stranger: User) -> APIClient:
    return api_client(stranger, "read")


@pytest.fixture
def admin(owner: User) -> APIClient:
    return api_client(owner)


def found(client: APIClient, path: str) -> list[str]:
    answer = client.get(f"{V1}/{path}")
    assert answer.status_code == 200, answer.content
    assert set(answer.data) == {"next", "previous", "results"}
    return [row.get("title") or row.get("slug") or row["state"] for row in answer.data["results"]]


def test_without_a_key_nothing_is_answered() -> None:
    for path in ("alerts/", "sources/", "routes/", "receipts/"):
        assert APIClient().get(f"{V1}/{path}").status_code in (401, 403)


def test_alerts_are_filtered_as_the_contract_names_it(reader: APIClient, source: Source) -> None:
    make_alert(source, "Recall is low", labels={"team": "search"})
    make_alert(make_source("other"), "Cost is high", key="cost")
    deliver(Source.objects.get(slug="other"), {"title": "x", "key": "cost", "status": "resolved"})
    for query, expected in {
        "": ["Cost is high", "Recall is low"],
        "?status=resolved": ["Cost is high"],
        "?system=checkout-assistant": ["Recall is low"],
        "?source=other": ["Cost is high"],
        "?severity=sev1": [],
        "?q=recall": ["Recall is low"],
        "?q=team%3Dsearch": ["Recall is low"],
    }.items():
        assert found(reader, f"alerts/{query}") == expected, query


def test_a_filter_that_cannot_be_is_a_problem(reader: APIClient) -> None:
    answer = reader.get(f"{V1}/alerts/?status=nonsense")
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    assert "status" in answer.json()["errors"]


def test_alerts_of_an_incident_are_found_by_whoever_may_see_it(
    reader: APIClient, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_alert(source, "Recall is low")
    monkeypatch.setattr(incident_filter, "_items", {})
    incident_filter.add("test", lambda alerts, ref, user: alerts.filter(title=ref))
    assert found(reader, "alerts/?incident=Recall+is+low") == ["Recall is low"]
    assert found(reader, "alerts/?incident=INC-9") == []


def test_pages_of_alerts_follow_each_other(reader: APIClient, source: Source) -> None:
    for number in range(3):
        make_alert(source, f"Alert {number}")
    first = reader.get(f"{V1}/alerts/?page_size=2")
    second = reader.get(first.data["next"])
    titles = [row["title"] for page in (first, second) for row in page.data["results"]]
    assert titles == ["Alert 2", "Alert 1", "Alert 0"]
    assert second.data["next"] is None


def test_one_alert_names_what_it_belongs_to(reader: APIClient, source: Source) -> None:
    alert = make_alert(source, "Recall is low", url="https://evals.example.org/1")
    data = reader.get(f"{V1}/alerts/{alert.pk}/").json()
    assert data["system"] == "checkout-assistant"
    assert data["source"] == "evals"
    assert data["route"] is None
    assert data["links"] == [{"text": "Open", "href": "https://evals.example.org/1"}]
    assert data["started_at"].endswith("Z")
    assert reader.get(f"{V1}/alerts/{new_id()}/").status_code == 404


def test_the_trace_is_the_ordered_list_of_what_happened(reader: APIClient, source: Source) -> None:
    alert = make_alert(source, "Recall is low")
    steps = reader.get(f"{V1}/alerts/{alert.pk}/trace/").json()["results"]
    assert [step["kind"] for step in steps[:4]] == ["received", "read", "routed", "grouped"]
    assert [step["at"] for step in steps] == sorted(step["at"] for step in steps)


def test_receipts_that_were_set_aside_are_listed_and_replayed(
    reader: APIClient, teammate: User, source: Source
) -> None:
    receipt = deliver(source, b"{")
    deliver(source, {"title": "Good", "key": "good"})
    assert found(reader, "receipts/?state=set_aside") == ["set_aside"]
    assert found(reader, "receipts/?source=evals") == ["done", "set_aside"]
    assert reader.get(f"{V1}/receipts/?state=nonsense").status_code == 400
    path = f"{V1}/receipts/{receipt.pk}/replay/"
    assert reader.post(path).status_code == 403
    client = api_client(teammate)
    answer = client.post(path)
    assert (answer.status_code, answer.json()["state"]) == (202, "new")
    assert client.post(path).status_code == 409
    work_off()
    assert Receipt.objects.get(pk=receipt.pk).state == "set_aside"


def test_a_key_is_shown_at_creation_and_never_again(admin: APIClient) -> None:
    made = admin.post(f"{V1}/sources/", NEW)
    assert made.status_code == 201
    key = made.json()["key"]
    assert bytes(Source.objects.get().keys.get().digest) == key_digest(key)
    for path in ("sources/", "sources/am/"):
        assert key not in admin.get(f"{V1}/{path}").content.decode()
    hint = admin.get(f"{V1}/sources/am/").json()["keys"][0]["hint"]
    assert key.startswith(hint)


def test_an_idempotent_creation_keeps_no_key_anywhere(admin: APIClient) -> None:
    header = {"HTTP_IDEMPOTENCY_KEY": "one"}
    key = admin.post(f"{V1}/sources/", NEW, **header).json()["key"]
    again = admin.post(f"{V1}/sources/", NEW, **header)
    assert again["Idempotency-Replayed"] == "true"
    assert again.status_code == 201
    assert "key" not in json.loads(again.content)
    assert key.encode() not in bytes(IdempotentCall.objects.get().body)
    assert Source.objects.count() == 1


def test_a_key_is_rotated_and_the_old_one_revoked(admin: APIClient) -> None:
    first = admin.post(f"{V1}/sources/", NEW).json()
    rotated = admin.post(f"{V1}/sources/am/rotate/")
    assert rotated.status_code == 201
    assert rotated.json()["key"] != first["key"]
    assert admin.post(f"{V1}/sources/am/rotate/").status_code == 409
    old = first["keys"][0]["id"]
    assert admin.delete(f"{V1}/sources/am/keys/{old}/").status_code == 204
    assert [key["id"] for key in admin.get(f"{V1}/sources/am/").json()["keys"]] != [old]
    assert admin.delete(f"{V1}/sources/am/keys/{old}/").status_code == 404


def test_a_source_is_changed_in_parts(admin: APIClient, system: System) -> None:
    admin.post(f"{V1}/sources/", {**NEW, "format": "generic", "mapping": {"title": "what"}})
    answer = admin.patch(f"{V1}/sources/am/", {"system": system.slug, "enabled": False})
    assert answer.status_code == 200
    data = answer.json()
    assert (data["system"], data["enabled"], data["mapping"]) == (
        system.slug, False, {"title": "what"},
    )  # fmt: skip
    assert admin.patch(f"{V1}/sources/am/", {"format": "grafana"}).status_code == 400
    assert admin.delete(f"{V1}/sources/am/").status_code == 204
    assert admin.get(f"{V1}/sources/am/").status_code == 404


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"slug": "No Slug"}, "slug"),
        ({"format": "fax"}, "format"),
        ({"system": "nowhere"}, "system"),
        ({"auto_resolve_after_seconds": 1}, "auto_resolve_after_seconds"),
        ({"format": "generic", "mapping": {"bad": 1}}, "mapping"),
        ({"mapping": "text"}, "mapping"),
    ],
)
def test_a_wrong_source_is_refused_by_field(
    wrong: dict[str, object], field: str, admin: APIClient
) -> None:
    answer = admin.post(f"{V1}/sources/", {**NEW, **wrong})
    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == [field]
    assert not Source.objects.exists()


def test_a_taken_slug_is_a_conflict(admin: APIClient) -> None:
    admin.post(f"{V1}/sources/", NEW)
    assert admin.post(f"{V1}/sources/", NEW).status_code == 409


def test_routes_are_written_and_read_in_their_order(admin: APIClient, system: System) -> None:
    route = {"slug": "b", "name": "B", "order": 20, "match": ['team="x"'], "system": system.slug}
    made = admin.post(f"{V1}/routes/", route)
    assert made.status_code == 201
    assert made.json() == {
        **route, "severity": "", "escalation_policy": None, "group_by": [],
        "open_incident": "always", "fold_within_seconds": 0, "cause_hint": "", "enabled": True,
    }  # fmt: skip
    admin.post(f"{V1}/routes/", {"slug": "a", "name": "A", "order": 10})
    assert found(admin, "routes/") == ["a", "b"]
    changed = admin.patch(f"{V1}/routes/b/", {"severity": "sev2", "system": None})
    assert (changed.json()["severity"], changed.json()["match"]) == ("sev2", ['team="x"'])
    assert changed.json()["system"] is None
    assert admin.delete(f"{V1}/routes/b/").status_code == 204
    assert found(admin, "routes/") == ["a"]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"match": ["broken"]}, "match"),
        ({"match": ['a=~"("']}, "match"),
        ({"escalation_policy": "nobody"}, "escalation_policy"),
        ({"order": 2**40}, "order"),
        ({"severity": "sev9"}, "severity"),
        ({"group_by": [""]}, "group_by.0"),
    ],
)
def test_a_wrong_route_is_refused_by_field(
    wrong: dict[str, object], field: str, admin: APIClient
) -> None:
    answer = admin.post(f"{V1}/routes/", {"slug": "r", "name": "R", **wrong})
    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == [field]
    assert not Route.objects.exists()


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("post", "sources/"),
        ("patch", "sources/evals/"),
        ("delete", "sources/evals/"),
        ("post", "sources/evals/rotate/"),
        ("post", "routes/"),
        ("patch", "routes/r/"),
        ("delete", "routes/r/"),
    ],
)
def test_a_responder_changes_neither_sources_nor_routes(
    method: str, path: str, teammate: User, source: Source
) -> None:
    services.save_route(slug="r", name="R", actor=TESTER)
    answer = getattr(api_client(teammate), method)(f"{V1}/{path}", {})
    assert answer.status_code == 403
    assert answer["Content-Type"] == "application/problem+json"


def test_a_key_that_reads_does_not_write(owner: User) -> None:
    assert api_client(owner, "read").post(f"{V1}/sources/", NEW).status_code == 403
