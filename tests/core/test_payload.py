"""The bounded JSON reader and the text cleaner."""

from __future__ import annotations

import contextlib
import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.payload import PayloadError, clean_text, load_json

STORABLE = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | STORABLE
)
JSON_VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(STORABLE, inner, max_size=5),
    max_leaves=30,
)


@given(JSON_VALUES)
def test_every_ordinary_document_is_read_as_the_standard_parser_reads_it(value: object) -> None:
    body = json.dumps(value).encode()

    loaded = load_json(body)

    assert loaded.value == value
    assert loaded.notes == ()


@given(st.binary(max_size=200))
def test_no_bytes_raise_anything_but_a_payload_error(body: bytes) -> None:
    with contextlib.suppress(PayloadError):
        json.dumps(load_json(body).value, allow_nan=False).encode()


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b"", "The body is empty."),
        (b" \r\n\t", "The body is empty."),
        (b"\0\0\0\0", "The body is empty."),
        ('{"a": 1}'.encode("utf-16"), "UTF-16 or UTF-32"),
        ('{"a": 1}'.encode("utf-16-le"), "UTF-16 or UTF-32"),
        (b"\xef\xbb\xbf ", "The body is empty."),
        (b"<alert/>", "it starts with '<alert/>'"),
        (b"title: x", "it starts with 'title: x'"),
        (b"{'a': 1}", "line 1, column 2"),
        (b'{"a": 1,}', "at line 1, column"),
        (b'{"a": 1 // why\n}', "line 1, column 9"),
        (b'{"a":\n  [1, 2', "cut off"),
        (b'{"a": "b', "cut off"),
        (b'{"a": 1}\n{"a": 2}', "more than one JSON document: the next one starts at line 2"),
        (b"[1]]", "more than one JSON document"),
        (b"nul", "it starts with"),
    ],
)
def test_what_is_no_document_is_refused_with_its_reason(body: bytes, sentence: str) -> None:
    with pytest.raises(PayloadError) as caught:
        load_json(body)
    assert sentence in str(caught.value)


@pytest.mark.parametrize("depth", [65, 1_000, 100_000])
@pytest.mark.parametrize("closed", [True, False])
def test_deep_nesting_is_refused_before_the_parser_recurses(depth: int, closed: bool) -> None:
    body = b'{"a":[' * (depth // 2 + 1) + b"1" + b"]}" * (depth // 2 + 1) * closed
    start = time.perf_counter()

    with pytest.raises(PayloadError, match="nested more than 64 levels"):
        load_json(body)

    assert time.perf_counter() - start < 0.25


def test_depth_64_is_still_read() -> None:
    assert load_json(b"[" * 64 + b"]" * 64).notes == ()
    with pytest.raises(PayloadError, match="nested"):
        load_json(b"[" * 65 + b"]" * 65)


def test_brackets_and_quotes_inside_strings_do_not_count() -> None:
    text = '[[[\\" {{{ \\\\' * 2_000
    assert load_json(f'{{"a": "{text}"}}'.encode()).value == {
        "a": text.replace('\\"', '"').replace("\\\\", "\\")
    }


@pytest.mark.parametrize(
    "body",
    [
        b"[" + b"1," * 50_000 + b"1]",
        b"[" + b"{}," * 49_999 + b"{}]",
        json.dumps(dict.fromkeys(map(str, range(200_000)))).encode(),
    ],
)
def test_too_many_values_are_refused(body: bytes) -> None:
    with pytest.raises(PayloadError, match="at most 50,000 are read"):
        load_json(body)


@pytest.mark.parametrize(
    ("body", "value", "note"),
    [
        (b"[NaN]", [None], "NaN is not a JSON number"),
        (b"[-Infinity, 1]", [None, 1], "-Infinity is not"),
        (b"[1e400]", [None], "too large for a computer"),
        (b"[-1E+999]", [None], "too large for a computer"),
        (b"[9223372036854775808]", ["9223372036854775808"], "beyond 64 bits"),
        (b"[-9223372036854775809]", ["-9223372036854775809"], "beyond 64 bits"),
        (b"[" + b"7" * 5_000 + b"]", ["7" * 5_000], "beyond 64 bits"),
        (b'{"a": 1, "b": 0, "a": 2}', {"a": 2, "b": 0}, "The key 'a' stands twice"),
        (b'["\xff"]', ["\ufffd"], "not valid UTF-8 at byte 2"),
        ("[\"Größe\"]".encode("latin-1"), ["Gr\ufffd\ufffde"], "not valid UTF-8"),
    ],
)  # fmt: skip
def test_odd_values_are_kept_and_noted(body: bytes, value: object, note: str) -> None:
    loaded = load_json(body)

    assert loaded.value == value
    assert note in "\n".join(loaded.notes)


def test_numbers_that_fit_stay_exact() -> None:
    body = b"[9223372036854775807, -9223372036854775808, -0, 0.1, 1e300]"
    assert load_json(body).value == [2**63 - 1, -(2**63), 0, 0.1, 1e300]


def test_what_postgresql_cannot_hold_is_replaced_in_values_and_keys() -> None:
    body = rb'{"a\u0000": ["\ud800", "x\uDC00y", {"\ud83d\ude00": "\\u0000"}]}'

    loaded = load_json(body)

    assert loaded.value == {"a\ufffd": ["\ufffd", "x\ufffdy", {"😀": "\\u0000"}]}


def test_a_byte_order_mark_and_raw_control_characters_are_read() -> None:
    assert load_json(b'\xef\xbb\xbf{"a": "x\x00y\nz"}').value == {"a": "x\ufffdy\nz"}


@pytest.mark.parametrize(
    "body",
    [
        b'"' + b'a\\"' * 333_000 + b'"',
        b'"' + b"\\\\" * 500_000 + b'"',
        b'{"' + b"k" * 1_000_000 + b'": 1}',
        b'"a",' * 250_000,
        (b"[" * 64 + b"]" * 64 + b",") * 190,
        b"9" * 1_000_000,
    ],
)
def test_a_megabyte_of_anything_takes_less_than_a_second(body: bytes) -> None:
    start = time.perf_counter()
    with contextlib.suppress(PayloadError):
        load_json(body)
    assert time.perf_counter() - start < 1


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("plain – Größe 🚨\u200d", "plain – Größe 🚨\u200d"),
        ("tab\tand\nline", "tab\tand\nline"),
        ("a\r\nb\rc", "a\nb\nc"),
        ("\x1b[31mred\x07\x9b", "[31mred"),
        ("nul\0 and \ud800", "nul and "),
    ],
)
def test_text_loses_control_characters_and_nothing_else(text: str, clean: str) -> None:
    assert clean_text(text, 100) == clean


def test_long_text_ends_with_an_ellipsis_at_the_limit() -> None:
    assert clean_text("abcdef", 6) == "abcdef"
    assert clean_text("abcdefg", 6) == "abcde…"
    assert clean_text("x\n" * 5_000, 10) == "x\nx\nx\nx\nx…"


@given(st.text(), st.integers(1, 50))
def test_clean_text_can_always_be_stored(text: str, limit: int) -> None:
    clean = clean_text(text, limit)
    assert len(clean) <= limit
    assert "\0" not in clean.encode("utf-8").decode()
    assert clean_text(clean, limit) == clean
