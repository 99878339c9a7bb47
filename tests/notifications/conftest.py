"""Fixtures of the tests of notifications."""

from tests.fakes.paging import person, pigeon

__all__ = ["person", "pigeon"]
