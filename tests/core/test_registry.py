"""A registry keeps its order and each name once."""

from __future__ import annotations

import pytest

from core.registry import Registry


def filled() -> Registry[int]:
    registry: Registry[int] = Registry("number")
    registry.add("two", 2)
    registry.add("one", 1)
    return registry


def test_it_keeps_the_order_in_which_it_was_filled() -> None:
    assert filled().names() == ("two", "one")
    assert list(filled()) == [2, 1]


def test_a_name_is_taken_once() -> None:
    with pytest.raises(ValueError, match="number 'one' is registered twice"):
        filled().add("one", 3)


def test_an_unknown_name_is_nothing() -> None:
    registry = filled()
    assert registry.get("three") is None
    assert "three" not in registry
    assert registry.get("one") == 1
    assert "one" in registry
