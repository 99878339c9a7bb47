"""Incidents in the search over everything."""

from __future__ import annotations

from accounts.models import User
from core.search import Hit, read_query
from incidents.search import search_incidents
from incidents.services import set_private
from tests.cast import actor_of
from tests.incidents.cast import make_incident, move


def found(user: User, text: str, limit: int = 10) -> list[Hit]:
    return search_incidents(user, read_query(text), limit)


def test_words_of_title_and_summary_find_an_incident(stranger: User) -> None:
    incident = make_incident("Answers in the wrong language", summary="Since the rollout")
    for text in ("wrong lang", "rollout", '"wrong language"'):
        assert [hit.ref for hit in found(stranger, text)] == [incident.ref]
    assert found(stranger, "wrong -language") == []


def test_what_is_named_stands_before_what_is_active_before_what_is_over(stranger: User) -> None:
    over = move(make_incident("Drift of one"), "resolved")
    older, newer = make_incident("Drift of two"), make_incident("Drift of three")
    assert [hit.ref for hit in found(stranger, "drift")] == [newer.ref, older.ref, over.ref]
    by_name = make_incident(f"Comes after {over.pk}")
    first, second = found(stranger, str(over.pk))
    assert (first.ref, first.exact) == (over.ref, True)
    assert (second.ref, second.exact) == (by_name.ref, False)
    assert found(stranger, over.ref.lower())[0].exact


def test_a_private_incident_is_found_by_its_people_only(
    owner: User, teammate: User, stranger: User
) -> None:
    incident = make_incident("Leaked training data", by=teammate)
    set_private(incident_id=incident.pk, private=True, actor=actor_of(teammate))
    for text in ("leaked", incident.ref):
        (hit,) = found(teammate, text)
        assert hit.detail == "Private"
        assert found(owner, text) == found(stranger, text) == []


def test_somebody_deactivated_finds_nothing(stranger: User) -> None:
    make_incident("Drift")
    stranger.is_active = False
    assert found(stranger, "drift") == []


def test_a_number_larger_than_any_key_finds_nothing(stranger: User) -> None:
    assert found(stranger, "9" * 40) == []
    assert found(stranger, "INC-" + "9" * 18) == []
