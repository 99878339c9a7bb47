"""The taxonomy's pages and API: whole, searchable, and safe against hostile words."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import User
from taxonomy.models import Cause, CauseClass
from tests.cast import api_client, sign_in


def test_the_page_lists_every_class_in_a_fixed_number_of_queries(
    stranger: User, django_assert_max_num_queries
) -> None:
    client = sign_in(stranger)
    with django_assert_max_num_queries(6):
        page = client.get("/taxonomy/").content.decode()
    for cause_class in CauseClass.objects.all():
        assert f'id="{cause_class.slug}"' in page


def test_a_search_shows_only_what_has_all_its_words(stranger: User) -> None:
    page = sign_in(stranger).get("/taxonomy/", {"q": "covariate drift"}).content.decode()
    assert "drift.covariate" in page
    assert "oversight.blind-spot" not in page


@pytest.mark.parametrize("words", ["zzzz", "\x00", "<script>alert(1)</script>", "%", "a" * 5000])
def test_no_search_breaks_the_page_or_gets_into_it_raw(stranger: User, words: str) -> None:
    answer = sign_in(stranger).get("/taxonomy/", {"q": words})
    assert answer.status_code == 200
    assert "<script>alert" not in answer.content.decode()


def test_a_cause_says_what_shows_it_what_helps_and_what_others_call_it(stranger: User) -> None:
    page = sign_in(stranger).get("/taxonomy/data.schema-change/").content.decode()
    assert "schema validation failures per batch" in page
    assert "pin the last good snapshot or feature version" in page
    assert "Validate schema at ingest and alert before scoring" in page
    assert "MIT AI Risk Repository" in page
    assert "P0104" in page


def test_hostile_words_of_an_admins_cause_are_escaped(stranger: User) -> None:
    Cause.objects.create(
        slug="drift.evil",
        cause_class=CauseClass.objects.get(slug="drift"),
        name="<script>alert(1)</script>",
        definition="<img src=x>",
        detection_signals=["<b>x</b>"],
    )
    for path in ("/taxonomy/", "/taxonomy/drift.evil/"):
        page = sign_in(stranger).get(path).content.decode()
        assert "&lt;script&gt;alert(1)" in page
        assert "<script>alert" not in page
        assert "<img src=x>" not in page


@pytest.mark.parametrize("slug", ["nothing", "drift.%00", "a" * 300])
def test_an_unknown_cause_is_not_found(stranger: User, slug: str) -> None:
    assert sign_in(stranger).get(f"/taxonomy/{slug}/").status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/taxonomy/", "/taxonomy/data.schema-change/"])
def test_nobody_sees_it_without_signing_in(path: str) -> None:
    assert Client().get(path).status_code == 302


def test_the_api_lists_causes_of_a_class_with_keyset_pages(stranger: User) -> None:
    client = api_client(stranger, "read")
    first = client.get("/api/v1/taxonomy/causes/", {"class": "drift", "page_size": 2}).json()
    assert [cause["cause_class"] for cause in first["results"]] == ["drift", "drift"]
    assert first["previous"] is None
    second = client.get(first["next"]).json()
    assert {cause["slug"] for cause in first["results"]}.isdisjoint(
        cause["slug"] for cause in second["results"]
    )


def test_the_api_lists_classes_in_the_taxonomys_order(stranger: User) -> None:
    classes = api_client(stranger, "read").get("/api/v1/taxonomy/classes/").json()["results"]
    assert classes[0]["slug"] == "data"
    assert set(classes[0]) == {"slug", "name", "definition", "position"}


@pytest.mark.django_db
def test_the_api_answers_nobody_without_a_key() -> None:
    answer = Client().get("/api/v1/taxonomy/causes/")
    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json"
