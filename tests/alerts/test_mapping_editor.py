"""The mapping editor: paths of a payload to point at, what results, saved or not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import User
from alerts.expressions import Scope, parse_path
from alerts.mapping_paths import FIELDS, KEEP, field_of, leaves_of, lists_of, with_field
from alerts.models import Alert, Source
from tests.alerts.scene import deliver, make_source
from tests.cast import sign_in

BODY: dict[str, Any] = {
    "run": {"id": 7, "url": "https://ci.example.org/7"},
    "checks": [
        {"what": "Recall is low", "a.b": {"state": "bad"}, "tags": ["x", "y"], "$": 1},
        {"what": "Drift", "a.b": {"state": "good"}},
    ],
}


def test_the_lists_that_may_be_the_alerts_are_found() -> None:
    assert [one.path for one in lists_of(BODY)] == ["checks"]
    assert lists_of([1, 2]) == lists_of("text") == []


def test_paths_are_within_the_first_alert_and_around_the_alerts() -> None:
    found = {leaf.path: leaf.sample for leaf in leaves_of(BODY, "checks")}
    assert found["what"] == "Recall is low"
    assert found["a\\.b.state"] == "bad"
    assert found["tags[1]"] == "y"
    assert found["$.run.id"] == "7"
    assert not any(path.startswith("$.checks") for path in found)


texts = st.text(min_size=1, max_size=6)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=12,
)


@given(st.dictionaries(texts, values, max_size=4))
def test_every_path_shown_leads_to_a_value(body: dict[str, Any]) -> None:
    for leaf in leaves_of(body):
        parse_path(leaf.path).get(Scope(body, body))


@given(st.sampled_from(FIELDS), texts, st.dictionaries(st.sampled_from(["links", "test"]), texts))
def test_a_field_that_is_set_is_the_only_one_that_changes(
    name: str, path: str, other: dict[str, str]
) -> None:
    changed = with_field(other, name, path)
    assert field_of(changed, name) == path or path == KEEP
    assert with_field(changed, name, "") == other or path == KEEP


def test_what_is_more_than_a_path_stays_as_it_is() -> None:
    mapping = {"status": {"path": "state", "firing": ["bad"]}, "labels": {"*": "tags"}}
    assert field_of(mapping, "status") == KEEP
    assert with_field(mapping, "status", KEEP) == mapping
    assert with_field(mapping, "labels.team", "t")["labels"] == {"*": "tags", "team": "t"}


@pytest.fixture
def address(owner: User) -> str:
    return f"/alerts/sources/{make_source().slug}/mapping/"


@pytest.mark.django_db(transaction=True)
def test_a_mapping_is_pointed_together_without_a_script_and_then_saved(
    address: str, as_role: Callable[[str], Client]
) -> None:
    manager = as_role("manager")
    source = Source.objects.get()
    deliver(source, BODY)
    assert "Recall is low" in manager.get(address).content.decode()
    form = {"payload": str(BODY).replace("'", '"'), "alerts": "checks"}
    pointed = manager.post(address, {**form, "field": "title", "point": "what"})
    assert [pair[0].title for pair in pointed.context["pairs"]] == ["Recall is low", "Drift"]
    assert not Source.objects.get().options
    save = {**form, "title": "what", "key": "what", "auto_resolve_after": "900", "action": "save"}
    assert manager.post(address, save).status_code == 302
    source = Source.objects.get()
    assert source.options == {"alerts": "checks", "title": "what", "key": "what"}
    assert source.auto_resolve_after == 900
    Alert.objects.all().delete()
    deliver(source, BODY)
    assert set(Alert.objects.values_list("title", flat=True)) == {"Recall is low", "Drift"}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("payload", ["", "{", "[" * 3000, "5", "\x00", '{"alerts": []}'])
def test_any_payload_is_answered_with_what_is_wrong(
    payload: str, address: str, as_role: Callable[[str], Client]
) -> None:
    response = as_role("manager").post(address, {"payload": payload, "action": "read"})
    assert response.status_code == 200
    assert not Source.objects.get().options


@pytest.mark.django_db(transaction=True)
def test_only_managers_map_and_only_generic_sources_are_mapped(
    address: str, teammate: User, as_role: Callable[[str], Client]
) -> None:
    assert sign_in(teammate).get(address).status_code == 403
    Source.objects.update(format="alertmanager")
    assert as_role("manager").get(address).status_code == 404
