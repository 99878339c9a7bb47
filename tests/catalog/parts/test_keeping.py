"""Which part a change moves, and when what answers is not what was asked for."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from catalog.parts.keeping import Served, part_begun, part_moved, served_state


@dataclass(frozen=True)
class Part:
    kind: str
    name: str
    version: str = ""


RANKER, JUDGE = Part("model", "ranker", "7"), Part("model", "judge", "3")
LIMITS, TOOLS = Part("parameters", "limits"), Part("tools", "lookup")


@pytest.mark.parametrize(
    ("kind", "name", "previous", "parts", "moved"),
    [
        ("model", "", "", [RANKER], RANKER),
        ("model", "", "", [RANKER, JUDGE], None),
        ("model", "", "3", [RANKER, JUDGE], JUDGE),
        ("model", "ranker", "3", [RANKER, JUDGE], RANKER),
        ("model", "unknown", "", [RANKER], None),
        ("config", "", "", [LIMITS, TOOLS], LIMITS),
        ("config", "lookup", "", [LIMITS, TOOLS], TOOLS),
        ("infra", "", "", [RANKER], None),
        ("prompt", "ranker", "", [RANKER], None),
    ],
)
def test_a_change_moves_the_part_that_it_is_about_and_guesses_none(
    kind: str, name: str, previous: str, parts: list[Part], moved: Part | None
) -> None:
    assert part_moved(kind, name, previous, parts) is moved


@pytest.mark.parametrize(
    ("kind", "name", "parts", "begun"),
    [
        ("index", "", [RANKER], "index"),
        ("model", "", [RANKER, JUDGE], ""),
        ("model", "reranker", [RANKER], "model"),
        ("code", "", [], ""),
        ("code", "features", [], "features"),
        ("infra", "nodes", [], ""),
    ],
)
def test_the_first_change_of_a_kind_tells_of_a_part(
    kind: str, name: str, parts: list[Part], begun: str
) -> None:
    assert part_begun(kind, name, parts) == begun


@pytest.mark.parametrize(
    ("asked", "got", "state"),
    [
        ("gpt-4o", "gpt-4o-2024-08-06", Served.ALIAS),
        ("gpt-4o-2024-05-13", "gpt-4o-2024-08-06", Served.DIFFERS),
        ("gpt-4", "gpt-4o", Served.DIFFERS),
        ("Larch-4", "larch-4", Served.SAME),
        ("", "larch-4", Served.UNKNOWN),
        ("larch-4", "", Served.UNKNOWN),
    ],
)
def test_what_answers_is_held_against_what_was_asked(asked: str, got: str, state: Served) -> None:
    assert served_state(asked, got) is state
