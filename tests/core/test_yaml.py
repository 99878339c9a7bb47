"""Reading YAML from people: bounded, plain data only, and every value knows its line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.yaml import MAX_NODES, YamlError, dump_documents, load_documents


def read(text: str) -> object:
    return load_documents(text.encode())[0].value


def refusal(text: str | bytes) -> YamlError:
    with pytest.raises(YamlError) as caught:
        load_documents(text if isinstance(text, bytes) else text.encode())
    return caught.value


def test_a_document_knows_the_line_of_every_value() -> None:
    (document,) = load_documents(b"# top\nspec:\n  owners:\n    - a\n    - b: 1\n")
    assert document.line_of(["spec"]) == 2
    assert document.line_of(["spec", "owners", 1]) == 5
    assert document.line_of(["spec", "owners", 1, "missing"]) == 5


def test_lines_go_on_counting_in_later_documents() -> None:
    first, second = load_documents(b"a: 1\n---\n---\n# nothing\n---\nb: 2\n")
    assert (first.line_of(["a"]), second.line_of(["b"])) == (1, 6)


@pytest.mark.parametrize(
    "word", ["on", "off", "yes", "no", "y", "N", "09:00", "1_000", "2025-01-02"]
)
def test_words_that_yaml_1_1_turned_into_other_things_stay_text(word: str) -> None:
    assert read(f"x: {word}") == {"x": word}


def test_keys_are_always_text() -> None:
    assert read("on: 1\n1: 2\nnull: 3\ntrue: 4") == {"on": 1, "1": 2, "null": 3, "true": 4}


@pytest.mark.parametrize(
    ("text", "value"),
    [("true", True), ("False", False), ("~", None), ("", None), ("010", 10), ("0x1F", 31),
     ("0o17", 15), ("-3", -3), ("1e3", 1000.0), ("'7'", "7")],
)  # fmt: skip
def test_scalars_follow_the_core_schema(text: str, value: object) -> None:
    assert read(f"x: {text}") == {"x": value}


def test_a_key_that_stands_twice_is_refused_with_both_lines() -> None:
    error = refusal("a: 1\nb: 2\na: 3\n")
    assert error.line == 3
    assert error.message == 'The key "a" stands twice, first on line 1.'


def test_a_tab_is_named() -> None:
    error = refusal("a:\n\tb: 1\n")
    assert (error.line, error.message) == (2, "Indent with spaces: a tab stands here.")


@pytest.mark.parametrize(
    "text",
    ["x: !!python/object/apply:os.system [id]", "x: !!python/name:os.system", "x: !mine 1",
     "x: !!binary aGk=", "x: !!set {a, b}", "!!python/tuple [1]"],
)  # fmt: skip
def test_tags_are_refused(text: str) -> None:
    assert "is not allowed" in refusal(text).message


@pytest.mark.parametrize(
    "text",
    ["[" * 100_000, "{a: " * 5_000, "- " * 50_000 + "x", "&a [*a]", "a: &a {b: *a}",
     "x: '" + "a" * 2_000_000 + "'"],
)  # fmt: skip
def test_depth_and_size_are_bounded(text: str) -> None:
    refusal(text)


def test_aliases_count_as_often_as_they_are_used() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    assert f"{MAX_NODES:,}" in refusal("\n".join(lines)).message


@pytest.mark.parametrize(
    "text",
    [b"\xff\xfe", b"a: \x00", 'a: "\\0"', 'a: "\\ud800"', "a: 1e999", "<<: {a: 1}", "? [a]\n: b",
     "a: 'open", "a: *nobody", "%YAML 9.0\n---\na: 1", "a: !!int x", "a: b: c"],
)  # fmt: skip
def test_what_cannot_be_kept_is_refused_with_a_sentence(text: str | bytes) -> None:
    assert refusal(text).message.endswith(".")


words = st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=30)
plain = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**17), 10**17)
    | st.floats(allow_nan=False, allow_infinity=False)
    | words
    | st.from_regex(r"[0-9oxe:.+~-]{1,8}", fullmatch=True)
    | st.sampled_from(["on", "true", "null", "0o17", "1e5", "09:00", "a\nb\n", " a\nb", "<<", "="]),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(words.filter(lambda key: key != "<<"), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


@given(st.dictionaries(st.sampled_from(["a", "on", "1"]), plain, min_size=1))
def test_what_is_written_reads_back_the_same(value: dict[str, object]) -> None:
    assert load_documents(dump_documents([value]).encode())[0].value == value


@given(
    st.binary(max_size=200)
    | st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace"))
)
def test_any_bytes_are_read_or_refused_with_a_line(data: bytes) -> None:
    line = 1
    try:
        load_documents(data)
    except YamlError as error:
        line = error.line
    assert line >= 1
