"""Systems in the search over everything."""

from __future__ import annotations

from accounts.models import User
from catalog.models import System
from catalog.search import search_systems
from core.search import Hit, read_query
from tests.cast import make_system


def found(user: User, text: str) -> list[Hit]:
    return search_systems(user, read_query(text), 10)


def test_a_system_is_found_by_words_and_by_the_beginning_of_its_slug(
    system: System, stranger: User
) -> None:
    for text in ("checkout assist", "assistant", "checkout-as", "CHECKOUT-ASSISTANT"):
        assert [hit.ref for hit in found(stranger, text)] == [system.slug], text
    assert found(stranger, "ch_ckout%") == found(stranger, "%") == []


def test_its_whole_slug_names_it(system: System, stranger: User) -> None:
    make_system("checkout-assistant-next", tier=1)
    assert [(hit.ref, hit.exact) for hit in found(stranger, "Checkout-Assistant")] == [
        ("checkout-assistant", True),
        ("checkout-assistant-next", False),
    ]


def test_retired_systems_come_last(db: None, stranger: User) -> None:
    make_system("answers-old", tier=1, stage="retired")
    make_system("answers-new", tier=4)
    assert [hit.ref for hit in found(stranger, "answers")] == ["answers-new", "answers-old"]
    assert found(stranger, "answers")[1].detail == "Language model, tier 1, retired"


def test_somebody_deactivated_finds_nothing(system: System, stranger: User) -> None:
    stranger.is_active = False
    assert found(stranger, system.slug) == []
