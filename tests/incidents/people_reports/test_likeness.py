"""Which reports count as one: by their words, the same in every process."""

from __future__ import annotations

import pytest

from incidents.people_reports.likeness import ALIKE, keys_of, likest, measure, words_of

INVENTED = "It invented an order number 4711 that does not exist"


@pytest.mark.parametrize(
    "other",
    [
        "The order number it invented doesn't exist: 99812",
        "invented order numbers!!",
        "INVENTED AN ORDER NUMBER, see https://example.org/a/1",
    ],
)
def test_the_same_in_other_words_is_alike_and_found_by_a_key(other: str) -> None:
    one, two = words_of(INVENTED), words_of(other)
    assert measure(one, two) >= ALIKE
    assert set(keys_of(one, within="1")) & set(keys_of(two, within="1"))


@pytest.mark.parametrize(
    "other",
    ["It answers in French although I wrote in German", "The refund deadline is wrong", ""],
)
def test_something_else_is_not(other: str) -> None:
    assert measure(words_of(INVENTED), words_of(other)) < ALIKE


def test_keys_are_the_same_tomorrow_and_apart_for_another_version() -> None:
    words = words_of("Prices are invented")
    assert words == ("invent", "pric")
    assert keys_of(words, within="1\x1f2026.11")[0] == 366297710508174245
    assert not set(keys_of(words, within="1")) & set(keys_of(words, within="2"))


def test_few_words_are_helped_by_the_answer_and_other_scripts_are_read() -> None:
    assert "refund" in words_of("wrong", "The refund takes 30 days")
    assert "refund" not in words_of("wrong number of customer accounts", "The refund")
    assert measure(words_of("注文番号が存在しない"), words_of("注文番号は存在しない")) >= ALIKE


def test_of_equals_the_oldest_is_taken() -> None:
    assert likest(["a", "b"], [(7, ["a", "b"]), (3, ["a", "b"]), (1, ["c"])]) == (3, 1.0)
    assert likest(["a"], [(1, ["c"])]) is None
