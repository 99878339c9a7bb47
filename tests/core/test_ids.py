"""Identifiers sort by the time they were made and do not repeat."""

from __future__ import annotations

import time
import uuid

import pytest

from core import ids
from core.ids import new_id


def test_it_is_a_uuid_of_version_seven() -> None:
    made = new_id()
    assert made.version == 7
    assert made.variant == uuid.RFC_4122


def test_it_carries_the_milliseconds_of_its_making(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ids, "_last", 0)  # another test may have stood in the future
    before = time.time_ns() // 1_000_000
    made = new_id().int >> 80
    assert before <= made <= time.time_ns() // 1_000_000


def test_later_ones_sort_after_earlier_ones() -> None:
    first = new_id()
    time.sleep(0.002)
    assert first < new_id()
    assert str(first) < str(new_id())


def test_many_made_at_once_are_all_different() -> None:
    assert len({new_id() for _ in range(10_000)}) == 10_000
