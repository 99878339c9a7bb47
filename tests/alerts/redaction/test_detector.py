"""What is found in text: how much of what should be, how little of what should not, how fast."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.redaction.detector import Level, Plan, check_own, find, redact, redact_text
from alerts.redaction.redacting import redact_body, seal, unseal
from tests.alerts.redaction import corpus

PERSONAL = Plan(Level.PERSONAL, secret=b"test")
KEYS = Plan(Level.KEYS, secret=b"test")


def missed(lines: list[tuple[str, str]], plan: Plan) -> list[str]:
    return [line for value, line in lines if value in redact_text(line, plan)]


def test_nearly_every_key_is_found() -> None:
    lines = corpus.keys()
    assert len(missed(lines, KEYS)) <= 0.01 * len(lines), missed(lines, KEYS)[:10]


def test_nearly_all_personal_data_is_found_where_it_is_asked_for() -> None:
    lines = corpus.personal()
    assert len(missed(lines, PERSONAL)) <= 0.05 * len(lines), missed(lines, PERSONAL)[:10]
    assert len(missed(lines, KEYS)) == len(lines)


def test_hardly_anything_harmless_is_taken_for_one() -> None:
    lines = corpus.harmless()
    wrong = [line for line in lines if find(line.encode(), PERSONAL)]
    assert len(wrong) <= 0.01 * len(lines), wrong[:10]


def test_off_takes_nothing_out() -> None:
    assert redact(b"password=hunter2xyz", Plan(Level.OFF)) == (b"password=hunter2xyz", {})


def test_the_same_value_has_the_same_mark_and_another_one_another() -> None:
    first, again, other = (
        redact_text(f"mail {name}@example.org", PERSONAL) for name in ("ana", "ana", "ben")
    )
    assert first == again != other
    assert "ana" not in first


def test_json_stays_json_and_escapes_hide_nothing() -> None:
    found = redact_body(b'{"user": "ana\\u0040example.org", "n": 1}', PERSONAL)
    assert found is not None
    assert b"example.org" not in found.body
    assert found.found == {"e-mail": 1}
    assert "1 \u00d7 e-mail address" in found.note
    assert unseal(found.sealed) == b'{"user": "ana\\u0040example.org", "n": 1}'


def test_a_binary_body_with_a_key_in_it_is_not_kept() -> None:
    found = redact_body(b"\x0a\xff\x00 key=AKIAQWERTYUIOPASDFGH ", KEYS)
    assert found is not None
    assert found.body == b""


@pytest.mark.parametrize(
    ("pattern", "says"),
    [
        ("(?=x)", "Pattern 1"), (r"(a)\1", "Pattern 1"), ("a{1001}", "Pattern 1"),
        ("((a{100}){100}){100}", "Pattern 1"), ("x" * 100_000, "at most"), ("", "nothing at all"),
        (".*", "nothing at all"), ("(a", "Pattern 1"), ("a*", "nothing at all"),
    ],
)  # fmt: skip
def test_own_patterns_that_cannot_be_are_refused(pattern: str, says: str) -> None:
    assert says in check_own([pattern])[0]


@pytest.mark.parametrize("pattern", ["(a+)+$", "(a|a)*b", "(.*a){20}"])
def test_patterns_that_bring_other_engines_down_are_harmless(pattern: str) -> None:
    if check_own([pattern]):
        return
    plan = Plan(Level.KEYS, (pattern,), b"test")
    redact(b"a" * 50_000 + b"!", plan)


def test_own_patterns_take_out_what_they_fit() -> None:
    plan = Plan(Level.KEYS, ("customer-[0-9]{4}",), b"test")
    assert "customer-1234" not in redact_text("for customer-1234", plan)


@given(st.text(max_size=200))
def test_any_text_is_redacted_without_trouble_and_once_is_enough(text: str) -> None:
    once = redact_text(text, PERSONAL)
    assert redact_text(once, PERSONAL) == once


@given(st.binary(max_size=400))
def test_what_is_sealed_comes_back(data: bytes) -> None:
    assert unseal(seal(data)) == data
