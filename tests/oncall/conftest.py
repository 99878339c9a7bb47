"""Fixtures of the tests of on-call."""

from tests.fakes.paging import person, pigeon

__all__ = ["person", "pigeon"]
