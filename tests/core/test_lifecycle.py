"""The lifecycle engine on a small law of its own."""

from __future__ import annotations

from typing import Any

import pytest

from core.errors import Conflict, Invalid
from core.lifecycle import Lifecycle, Move, State


def locked(row: Any) -> str | None:
    return "The door is locked." if row else None


STATES = (State("open", "Open"), State("shut", "Shut"), State("gone", "Gone", terminal=True))
DOOR = Lifecycle(
    "door",
    STATES,
    (
        Move(("open",), "shut", "Shut", stamps=("shut_at",)),
        Move(("shut",), "open", "Open", guards=(locked,)),
        Move(("open", "shut"), "gone", "Remove", requires=("note", "reason")),
    ),
)


def test_a_move_of_the_table_is_answered() -> None:
    move = DOOR.check(None, state="open", to="shut")
    assert (move.label, move.stamps) == ("Shut", ("shut_at",))


def test_a_move_that_is_not_in_the_table_says_what_is() -> None:
    with pytest.raises(Conflict, match=r"This door is open and cannot become open\.") as refused:
        DOOR.check(None, state="open", to="open")
    assert refused.value.allowed == ["shut", "gone"]


def test_from_an_end_nothing_is_allowed() -> None:
    with pytest.raises(Conflict) as refused:
        DOOR.check(None, state="gone", to="open")
    assert refused.value.allowed == []


def test_a_word_that_is_no_state_is_invalid() -> None:
    with pytest.raises(Invalid) as refused:
        DOOR.check(None, state="open", to="ajar")
    assert refused.value.errors == {"to": ["Choose one of: open, shut, gone."]}


def test_a_guard_says_why_not_now_and_what_remains() -> None:
    with pytest.raises(Conflict, match=r"The door is locked\.") as refused:
        DOOR.check(True, state="shut", to="open")
    assert refused.value.allowed == ["gone"]
    assert DOOR.check(False, state="shut", to="open").to == "open"


def test_what_a_move_requires_is_named_field_by_field() -> None:
    with pytest.raises(Invalid) as refused:
        DOOR.check(None, state="open", to="gone", given=["note"])
    assert list(refused.value.errors) == ["reason"]
    assert DOOR.check(None, state="open", to="gone", given=["note", "reason"]).to == "gone"


def test_the_pairs_are_all_that_is_legal() -> None:
    assert set(DOOR.pairs()) == {
        ("open", "shut"),
        ("shut", "open"),
        ("open", "gone"),
        ("shut", "gone"),
    }


@pytest.mark.parametrize(
    "moves",
    [
        (Move(("nowhere",), "open", "x"),),
        (Move(("open",), "nowhere", "x"),),
        (Move(("open",), "shut", "x"), Move(("shut", "open"), "shut", "y")),
    ],
)
def test_a_law_that_contradicts_itself_is_refused(moves: tuple[Move, ...]) -> None:
    with pytest.raises(ValueError, match="door: bad or double move"):
        Lifecycle("door", STATES, moves)
