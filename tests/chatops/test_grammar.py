"""What people type, without a database."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatops.grammar import BOX, ROLES, CommandError, NeedsMore, chat, nearest, read
from chatops.opening import opens_form, plain
from chatops.registry import BY_NAME, COMMANDS, DIALOGS, DOERS, PRESSES
from chatops.views import parse
from incidents.lifecycle import INCIDENT
from incidents.models import IncidentRole

HERE, ANYWHERE = chat(own_incident=True), chat(own_incident=False)


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
        ("/note INC-7 is like it", "note", {"text": "INC-7 is like it"}),
        ("/update 42 answers are wrong", "update", {"text": "42 answers are wrong"}),
    ],
)
def test_the_box_reads_a_command_with_its_words(
    text: str, name: str, values: dict[str, str]
) -> None:
    order = parse(text)
    assert (order.command.name, order.values, order.ref) == (name, values, "")


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


@pytest.mark.parametrize(
    ("text", "ref", "values"),
    [
        ("ack 42", "INC-42", {"note": ""}),
        ("ack #42", "INC-42", {"note": ""}),
        ("ack inc-42 I am on it", "INC-42", {"note": "I am on it"}),
        ("ack 42 I am on it", "INC-42", {"note": "I am on it"}),
        ("ack", "", {"note": ""}),
        ("ack I am on it", "", {"note": "I am on it"}),
        ("sev 2", "", {"severity": "sev2", "reason": ""}),
        ("sev 42 2 worse", "INC-42", {"severity": "sev2", "reason": "worse"}),
        ("sev INC-3 1", "INC-3", {"severity": "sev1", "reason": ""}),
        ("lead 42 @ana", "INC-42", {"person": "@ana"}),
        ("role 42 scribe me", "INC-42", {"role": "scribe", "person": "me"}),
    ],
)
def test_chat_names_an_incident_by_its_id(text: str, ref: str, values: dict[str, str]) -> None:
    order = read(text, BY_NAME, ANYWHERE)
    assert (order.ref, order.values) == (ref, values)


@pytest.mark.parametrize(
    ("text", "ref", "said"),
    [
        ("note 42 boxes failed", "", "42 boxes failed"),
        ("note #42 boxes failed", "INC-42", "boxes failed"),
        ("note INC-42 boxes failed", "INC-42", "boxes failed"),
    ],
)
def test_in_the_channel_of_an_incident_a_number_may_begin_a_text(
    text: str, ref: str, said: str
) -> None:
    order = read(text, BY_NAME, HERE)
    assert (order.ref, order.values["text"]) == (ref, said)


@pytest.mark.parametrize("text", ["/", "/ ack", "/var/log", "/acknowledge", "/резолв", "/ack!"])
def test_an_unknown_command_names_the_known_ones(text: str) -> None:
    with pytest.raises(CommandError) as caught:
        parse(text)
    assert caught.value.command is None
    for known in BY_NAME:
        assert known in caught.value.message
    assert "//" in caught.value.message


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("resolv", "resolve"), ("statsu", "status"), ("acknowledge", "ack"), ("escalate", "page"),
     ("posmortem", "postmortem"), ("xyzzy", "")],
)  # fmt: skip
def test_a_slip_of_the_finger_is_answered_with_what_was_meant(typed: str, meant: str) -> None:
    assert nearest(typed, BY_NAME) == meant
    with pytest.raises(CommandError) as caught:
        read(typed, BY_NAME, ANYWHERE)
    assert (f"Did you mean /aire {meant}?" in caught.value.message) is bool(meant)


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
        ("/update", "needs more"),
        ("/override primary me", "needs more"),
    ],
)
def test_words_that_do_not_fit_are_answered_with_the_usage(text: str, why: str) -> None:
    with pytest.raises(CommandError) as caught:
        parse(text)
    assert caught.value.command is not None
    assert why in caught.value.message
    assert f"Write: {BOX.usage(caught.value.command)}" in caught.value.message


WORDS = st.sampled_from([*BY_NAME, "42", "INC-42", "#7", "sev2", "1", "@ana", "me", "lead", "/"])
TYPED = st.one_of(
    st.text(max_size=80),
    st.lists(st.one_of(WORDS, st.text(max_size=8)), max_size=6).map(" ".join),
)


@given(TYPED, st.sampled_from([BOX, HERE, ANYWHERE]))
def test_whatever_is_typed_is_an_order_or_a_sentence(text: str, dialect: object) -> None:
    with suppress(CommandError):
        order = read(text, BY_NAME, dialect)  # type: ignore[arg-type]
        assert set(order.values) == {part.name for part in order.command.parts}


@given(TYPED)
def test_what_opens_is_known_for_whatever_is_typed(text: str) -> None:
    name = opens_form(text=text)
    assert name == "" or name in DIALOGS
    assert opens_form(action=text) == "" or text.startswith("form:")
    parse("//" + text)


def test_a_very_long_word_is_not_repeated_whole() -> None:
    with pytest.raises(CommandError) as caught:
        parse("/" + "x" * 5_000)
    assert len(caught.value.message) < 500


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("declare", "declare"),
        ("/aire declare answers are wrong", "declare"),
        ("update", "update"),
        ("update 42", "update"),
        ("update half of it works", ""),
        ("page", "page"),
        ("page @ben", ""),
        ("role lead", "roles"),
        ("sev 42", "sev"),
        ("ack", ""),
        ("help", ""),
        ("", ""),
        ("nonsense", ""),
    ],
)
def test_what_a_text_opens_is_known_without_the_database(text: str, form: str) -> None:
    assert opens_form(text=text) == form


def test_what_a_button_opens_is_known_by_its_name() -> None:
    assert opens_form(action="form:update") == "update"
    assert opens_form(action="form:frobnicate") == ""
    assert opens_form(action="run") == ""


@pytest.mark.parametrize(
    ("text", "said"),
    [("/aire ack", "ack"), ("/AIRE  ack 42", "ack 42"), ("aire ack", "ack"), ("/ack", "ack"),
     ("aired", "aired"), ("/aire", ""), ("", "")],
)  # fmt: skip
def test_the_word_that_calls_aire_may_stand_before(text: str, said: str) -> None:
    assert plain(text) == said


def test_missing_words_keep_those_that_are_there() -> None:
    with pytest.raises(NeedsMore) as caught:
        read("role 42 scribe", BY_NAME, ANYWHERE)
    assert (caught.value.ref, caught.value.values) == ("INC-42", {"role": "scribe"})


def test_only_the_last_parts_of_a_command_may_be_left_out_or_free_text() -> None:
    for command in COMMANDS:
        optional = False
        for part in command.parts:
            assert not (optional and part.required)
            optional = optional or not part.required
        for part in command.parts[:-1]:
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


def test_every_command_has_somebody_who_does_it_and_every_form_exists() -> None:
    assert set(DOERS) == set(BY_NAME)
    assert {command.form for command in COMMANDS} - {""} <= set(DIALOGS)
    for name, press in PRESSES.items():
        assert name == press.action


def test_an_example_is_what_it_shows() -> None:
    for command in COMMANDS:
        for dialect in (HERE, ANYWHERE, BOX):
            text = dialect.example(command).removeprefix(dialect.sign)
            assert read(text, BY_NAME, dialect).command is command
