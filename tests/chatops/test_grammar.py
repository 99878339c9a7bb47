"""What people type after a slash, without a database."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatops.commands import _DOERS
from chatops.grammar import BY_NAME, COMMANDS, ROLES, CommandError, parse
from incidents.lifecycle import INCIDENT
from incidents.models import IncidentRole


@pytest.mark.parametrize(
    ("text", "name", "values"),
    [
        ("/ack", "ack", {"note": ""}),
        ("  /ACK  ", "ack", {"note": ""}),
        ("/resolve rolled back", "resolve", {"note": "rolled back"}),
        ("/mitigate\nline one\nline two", "mitigate", {"note": "line one\nline two"}),
        ("/close", "close", {"note": ""}),
        ("/cancel it was us", "cancel", {"note": "it was us"}),
        ("/reopen again", "reopen", {"note": "again"}),
        ("/sev 2 more are affected", "sev", {"severity": "sev2", "reason": "more are affected"}),
        ("/sev SEV1", "sev", {"severity": "sev1", "reason": ""}),
        ("/lead @ana", "lead", {"person": "@ana"}),
        ("/role Comms me", "role", {"role": "communications", "person": "me"}),
        ("/role scribe nobody", "role", {"role": "scribe", "person": "nobody"}),
        ("/task call the bank", "task", {"text": "call the bank"}),
        ("/page @ben the index", "page", {"person": "@ben", "reason": "the index"}),
        ("/page ben@example.org", "page", {"person": "ben@example.org", "reason": ""}),
        ("/note  as it is ", "note", {"text": "as it is"}),
    ],
)
def test_a_command_is_read_with_its_words(text: str, name: str, values: dict[str, str]) -> None:
    order = parse(text)
    assert (order.command.name, order.values) == (name, values)


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("The index is stale", "The index is stale"),
        ("see /var/log", "see /var/log"),
        ("//var/log is full", "/var/log is full"),
        ("///", "//"),
        ("", ""),
    ],
)
def test_other_text_is_a_note_and_two_slashes_are_one(text: str, note: str) -> None:
    order = parse(text)
    assert (order.command.name, order.values) == ("note", {"text": note})


@pytest.mark.parametrize("text", ["/", "/ ack", "/var/log", "/acknowledge", "/резолв", "/ack!"])
def test_an_unknown_command_names_the_known_ones(text: str) -> None:
    with pytest.raises(CommandError) as caught:
        parse(text)
    assert caught.value.command is None
    for known in BY_NAME:
        assert f"/{known}" in caught.value.message
    assert "//" in caught.value.message


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("/cancel", "needs more"),
        ("/reopen  ", "needs more"),
        ("/sev", "needs more"),
        ("/sev 5", "is not a severity"),
        ("/sev ²", "is not a severity"),
        ("/lead", "needs more"),
        ("/lead @ana @ben", "is more than /lead takes"),
        ("/role", "needs more"),
        ("/role boss @ana", "is not a role"),
        ("/role lead", "needs more"),
        ("/task", "needs more"),
        ("/page", "needs more"),
        ("/note", "needs more"),
    ],
)
def test_words_that_do_not_fit_are_answered_with_the_usage(text: str, why: str) -> None:
    with pytest.raises(CommandError) as caught:
        parse(text)
    assert caught.value.command is not None
    assert why in caught.value.message
    assert f"Write: {caught.value.command.usage}" in caught.value.message


@given(st.text(max_size=80))
def test_anything_after_a_slash_is_an_order_or_a_sentence(text: str) -> None:
    with suppress(CommandError):
        order = parse("/" + text)
        assert set(order.values) == {part.name for part in order.command.parts}


def test_a_very_long_word_is_not_repeated_whole() -> None:
    with pytest.raises(CommandError) as caught:
        parse("/" + "x" * 5_000)
    assert len(caught.value.message) < 400


def test_only_the_last_part_of_a_command_may_be_free_text_or_left_out() -> None:
    for command in COMMANDS:
        for part in command.parts[:-1]:
            assert part.required
            assert part.kind != "text"


def test_the_table_and_the_lifecycle_and_the_roles_agree() -> None:
    for command in COMMANDS:
        if not command.to:
            continue
        moves = [move for move in INCIDENT.moves if move.to == command.to]
        assert moves
        needs_note = command.parts[0].required
        assert needs_note in {"note" in move.requires for move in moves}
    assert set(ROLES.values()) == set(IncidentRole.Role.values)


def test_every_command_has_somebody_who_does_it() -> None:
    assert set(_DOERS) | {"note"} == set(BY_NAME)
