"""Alertmanager's matcher syntax."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.matchers import (
    MatcherError,
    Matchers,
    Operator,
    matcher,
    parse_matchers,
)

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)
NAMES = TEXT.filter(bool)
PLAIN = st.builds(matcher, NAMES, st.sampled_from([Operator.EQUAL, Operator.NOT_EQUAL]), TEXT)
REGEXES = st.builds(
    matcher,
    NAMES,
    st.sampled_from([Operator.MATCHES, Operator.NOT_MATCHES]),
    st.sampled_from(["", ".*", r"a\.b", r"(?i)x|y", 'say "hi"', "línea\n", r"\d{2,3}[a-z]+"]),
)


@given(st.lists(PLAIN | REGEXES, max_size=8))
def test_canonical_text_reads_back_as_the_same_matchers(items: list) -> None:
    matchers = Matchers(tuple(items))

    assert parse_matchers(matchers.to_strings()) == matchers
    assert parse_matchers(str(matchers)) == matchers
    assert parse_matchers(f"{{{matchers}}}") == matchers


@given(NAMES, TEXT, st.dictionaries(NAMES, TEXT, max_size=3))
def test_each_operator_is_the_opposite_of_its_negation(
    name: str, value: str, labels: dict[str, str]
) -> None:
    assert matcher(name, "=", value).matches(labels) is not matcher(name, "!=", value).matches(
        labels
    )
    assert matcher(name, "=~", "a.*").matches(labels) is not matcher(name, "!~", "a.*").matches(
        labels
    )


@given(st.text(max_size=60))
def test_any_text_is_matchers_or_a_mistake_with_a_place(text: str) -> None:
    place = None
    try:
        parse_matchers(text).matches({"a": text})
    except MatcherError as error:
        place = error.position
    assert place is None or 0 <= place <= len(text)


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ('severity="critical", system=~"support-.*"',
         ['severity="critical"', 'system=~"support-.*"']),
        ("{severity=critical,system!=x,}", ['severity="critical"', 'system!="x"']),
        (" a = b , c !~ d|e ", ['a="b"', 'c!~"d|e"']),
        ('"service.name"=rag', ['"service.name"="rag"']),
        ("service.name=rag", ['"service.name"="rag"']),
        ("größe=1", ['"größe"="1"']),
        (r'a="say \"hi\", \\ \n\t"', ['a="say \\"hi\\", \\\\ \\n\t"']),
        (r'a="\u00e9\U0001F600\x41"', ['a="é😀A"']),
        (r'a=~"\d+\.\d"', [r'a=~"\\d+\\.\\d"']),
        ("a=", ['a=""']),
        ('a=""', ['a=""']),
        ("", []),
        ("{}", []),
    ],
)  # fmt: skip
def test_the_ways_to_write_matchers(text: str, canonical: list[str]) -> None:
    assert parse_matchers(text).to_strings() == canonical


@pytest.mark.parametrize(
    ("text", "position", "message"),
    [
        ("severity", 8, "one of = != =~ !~ is expected"),
        ("=x", 0, "label name is missing"),
        ("a=b,,c=d", 4, "label name is missing"),
        ("a==b", 2, "no operator"),
        ("a=~~b", 3, "no operator"),
        ('a="b" c="d"', 6, "Expected a comma"),
        ('a="b', 2, "not closed"),
        ("{a=b", 4, "closing brace"),
        ("a=b}", 3, "Expected a comma"),
        ("a='b'", 2, "Expected a comma"),
        ('a=b, c=~"["', 8, "not valid"),
        (r'a="\ud800"', 2, "no character"),
        ("a=\0", 2, "NUL"),
        ("a=\ud800", 2, "surrogates"),
    ],
)
def test_a_mistake_is_told_with_its_place(text: str, position: int, message: str) -> None:
    with pytest.raises(MatcherError, match=message) as caught:
        parse_matchers(text)
    assert caught.value.position == position


def test_a_mistake_in_a_list_names_the_matcher() -> None:
    with pytest.raises(MatcherError, match="in matcher 2, at character 3") as caught:
        parse_matchers(["a=b", 'c="'])
    assert caught.value.index == 1


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        ("(?=x)", "look-around or a back-reference"),
        ("(?<!x)y", "look-around or a back-reference"),
        (r"(a)\1", "look-around or a back-reference"),
        ("a{1001}", "too large or repeats"),
        ("((a{100}){100}){100}", "too large or repeats"),
        ("x" * 2049, "longer than 2,048 bytes"),
        ("é" * 1025, "longer than 2,048 bytes"),
        ("(a", "not valid"),
        ("*", "not valid|repeats"),
    ],
)
def test_patterns_that_re2_cannot_hold_are_refused(pattern: str, message: str) -> None:
    with pytest.raises(MatcherError, match=message):
        matcher("a", "=~", pattern)


@pytest.mark.parametrize("pattern", ["(a+)+$", "(a|a)*$", "(.*a){20}", ".*.*.*.*b"])
def test_patterns_that_ruin_other_engines_take_linear_time(pattern: str) -> None:
    bad = matcher("a", "=~", pattern)
    start = time.perf_counter()
    bad.matches({"a": "a" * 4096 + "!"})
    assert time.perf_counter() - start < 0.1


@pytest.mark.parametrize(
    ("text", "labels", "expected"),
    [
        ('system=~"support"', {"system": "support-assistant"}, False),
        ('system=~"support|x"', {"system": "xx"}, False),
        ('system=~"support.*"', {"system": "support-assistant"}, True),
        ('a=""', {}, True),
        ('a=""', {"a": "x"}, False),
        ('a!=""', {}, False),
        ('a!="x"', {}, True),
        ('a=~".*"', {}, True),
        ('a=~".+"', {}, False),
        ('a!~"x"', {}, True),
        ('a=~"Gr..e"', {"a": "Größe"}, True),
        ('a=~".*"', {"a": "\ud800"}, True),
        ("a=b,c=d", {"a": "b"}, False),
        ("", {"a": "b"}, True),
        ('A="b"', {"a": "b"}, False),
    ],
)
def test_patterns_are_anchored_and_a_missing_label_is_empty(
    text: str, labels: dict[str, str], expected: bool
) -> None:
    assert parse_matchers(text).matches(labels) is expected


def test_there_is_an_end_to_matchers() -> None:
    with pytest.raises(MatcherError, match="more than 100"):
        parse_matchers(["a=b"] * 101)
    with pytest.raises(MatcherError, match="16,384"):
        parse_matchers("a=b," * 5_000)
