"""The search over everything: its page, the palette's part of it, the API."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client

from accounts.models import Role, User
from catalog.models import System
from core import search
from core.search import Provider
from incidents.models import Incident
from incidents.services import set_private
from tests.alerts.rows import alert_row, source_row
from tests.cast import actor_of, api_client, sign_in
from tests.incidents.cast import make_incident

HOSTILE = [
    "'; DROP TABLE incidents_incident; --",
    "x" * 10_000,
    "wrong " * 2_000,
    "\x00",
    "a\x00b",
    '"""',
    "\\",
    "' \\' :* & | ! <->",
    "& | ! ( )",
    "-",
    "or or or",
    "-" * 200,
    '-"' * 100,
    "(" * 200,
    "label=" * 40,
    '=""',
    "%00%ff",
    "\u202egnihtyna",
    "e\u0301" * 100,
    "\N{PILE OF POO} \ud83d".encode("utf-16", "surrogatepass").decode("utf-16", "replace"),
    "INC-" + "9" * 100,
    "<script>alert(1)</script>",
]


@pytest.fixture
def scene(system: System) -> Incident:
    alert_row(source_row(), "Checkout answers drift")
    return make_incident("Checkout answers in the wrong language")


def page_of(browser: Client, text: str, **more: str) -> str:
    answer = browser.get("/search/", {"q": text, **more})
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("role", Role.values)
def test_everyone_finds_incidents_systems_and_alerts(
    scene: Incident, as_role: Callable[[str], Client], role: str
) -> None:
    page = page_of(as_role(role), "checkout")
    for group in ("incidents", "systems", "alerts"):
        assert f'id="found-{group}"' in page
    assert f"/incidents/{scene.ref}/" in page


@pytest.mark.parametrize("path", ["/search/", "/search/palette/"])
def test_nobody_searches_without_signing_in(scene: Incident, path: str) -> None:
    answer = Client().get(path, {"q": "checkout"})
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/")


def test_a_reference_and_a_slug_lead_straight_there(scene: Incident, stranger: User) -> None:
    browser = sign_in(stranger)
    assert browser.get("/search/", {"q": scene.ref})["Location"] == f"/incidents/{scene.ref}/"
    assert browser.get("/search/", {"q": str(scene.pk)})["Location"] == f"/incidents/{scene.ref}/"
    slug = "checkout-assistant"
    assert browser.get("/search/", {"q": slug})["Location"] == f"/systems/{slug}/"
    assert 'id="found-systems"' in page_of(browser, slug, all="1")


def test_what_may_not_be_seen_is_neither_found_nor_counted(
    owner: User, teammate: User, stranger: User
) -> None:
    incident = make_incident("Leaked training data", by=teammate)
    set_private(incident_id=incident.pk, private=True, actor=actor_of(teammate))
    assert sign_in(teammate).get("/search/", {"q": incident.ref}).status_code == 302
    for user in (owner, stranger):
        for text in ("leaked", incident.ref):
            assert "Nothing you may see matches" in page_of(sign_in(user), text)
            assert "Leaked" not in sign_in(user).get(f"/search/palette/?q={text}").content.decode()
            found = api_client(user).get("/api/v1/search/", {"q": text}).json()
            assert found["results"] == []


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_that_can_be_typed_breaks_the_search(
    scene: Incident, stranger: User, text: str
) -> None:
    browser = sign_in(stranger)
    for path in ("/search/", "/search/palette/"):
        answer = browser.get(path, {"q": text})
        assert answer.status_code == 200
        assert "<script>alert" not in answer.content.decode()
    assert api_client(stranger).get("/api/v1/search/", {"q": text}).status_code == 200


def test_a_text_that_was_cut_is_said_to_be(scene: Incident, stranger: User) -> None:
    assert "Only the first 200 characters" in page_of(sign_in(stranger), "x" * 500)
    assert "Only the first 200 characters" not in page_of(sign_in(stranger), "x")


def test_an_empty_page_says_what_can_be_found(stranger: User) -> None:
    assert "Find incidents, systems and alerts" in page_of(sign_in(stranger), "")
    assert "Nothing you may see matches" in page_of(sign_in(stranger), "zebra")


def test_a_slow_room_is_said_to_be_late(
    scene: Incident, stranger: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(*_: Any) -> list[Any]:
        raise OperationalError("canceling statement due to statement timeout")

    monkeypatch.setattr(search, "providers", [Provider("alerts", "Alerts", slow)])
    assert "This took too long" in page_of(sign_in(stranger), "checkout")
    assert sign_in(stranger).get("/search/palette/?q=checkout").status_code == 200


def test_the_palette_gets_options_and_the_way_to_all(scene: Incident, stranger: User) -> None:
    part = sign_in(stranger).get("/search/palette/", {"q": "checkout & co"}).content.decode()
    assert "<html" not in part
    assert 'href="/search/?all=1&amp;q=checkout%20%26%20co"' in part
    part = sign_in(stranger).get("/search/palette/", {"q": "checkout"}).content.decode()
    assert part.count('role="option"') == 4
    assert sign_in(stranger).get("/search/palette/").content.decode().strip() == ""


def test_the_api_answers_one_list(scene: Incident, stranger: User) -> None:
    found = api_client(stranger).get("/api/v1/search/", {"q": "checkout"}).json()
    assert (found["next"], found["previous"]) == (None, None)
    assert [hit["kind"] for hit in found["results"]] == ["incident", "system", "alert"]
    assert found["results"][0] | {"at": ""} == {
        "kind": "incident",
        "ref": scene.ref,
        "title": scene.title,
        "url": f"http://testserver/incidents/{scene.ref}/",
        "severity": "sev2",
        "status": "open",
        "at": "",
        "exact": False,
    }


def test_the_api_needs_the_scope_to_read(scene: Incident, stranger: User) -> None:
    assert api_client(stranger, "metrics").get("/api/v1/search/?q=a").status_code == 403
    assert Client().get("/api/v1/search/?q=a").status_code == 401


def test_a_search_is_one_query_a_room(
    scene: Incident, stranger: User, django_assert_num_queries: Callable[[int], Any]
) -> None:
    browser = sign_in(stranger)
    # Seven kinds of things; the rest is the session and the person.
    with django_assert_num_queries(7 + 2):
        browser.get("/search/palette/", {"q": "checkout"})


@pytest.mark.parametrize("path", ["/incidents/", "/systems/", "/slos/", "/alerts/"])
@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_that_can_be_typed_breaks_a_list(
    scene: Incident, stranger: User, path: str, text: str
) -> None:
    assert sign_in(stranger).get(path, {"q": text}).status_code == 200
