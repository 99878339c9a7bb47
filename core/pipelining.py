"""Statements sent without waiting for the answers of those before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

from django.db import connection

T = TypeVar("T")
STATEMENT_ROWS = 500


@contextmanager
def without_waiting() -> Iterator[None]:
    """Within it this process makes the next statement while PostgreSQL works on the last: for
    large ones whose answers nobody reads. Each is a single statement, not several joined by
    semicolons. What fails is raised at the end; use it inside a transaction."""
    connection.ensure_connection()
    with connection.wrap_database_errors, connection.connection.pipeline():
        yield


def bites(rows: Sequence[T]) -> Iterator[Sequence[T]]:
    """As many rows as one statement shall have, again and again."""
    for start in range(0, len(rows), STATEMENT_ROWS):
        yield rows[start : start + STATEMENT_ROWS]
