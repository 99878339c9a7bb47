"""A lot: work on many rows in one transaction that reads the same things once and writes the new
rows of each model in one statement.

The verbs stay what they are for a single row. Within `together()` their `insert`s wait until it
ends, and `kept` answers what was read before: fifty incidents that open at once cost a tenth of
fifty that open one after the other. References between rows that wait are checked at the commit
(foreign keys are deferred); who must read such rows calls `flush` first.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar, cast

from core.pipelining import without_waiting

T = TypeVar("T")
Writer = Callable[[list[Any]], object]


class _Lot:
    def __init__(self) -> None:
        self.rows: dict[tuple[type[object], Writer], list[object]] = {}
        self.read: dict[Hashable, object] = {}

    def flush(self) -> None:
        waiting, self.rows = self.rows, {}
        if waiting:
            with without_waiting():
                for (_, write), rows in waiting.items():
                    write(rows)


class _Current(threading.local):
    lot: _Lot | None = None


_current = _Current()


@contextmanager
def together() -> Iterator[None]:
    """Gather new rows and write them at the end; nothing is written when it fails. Use it inside
    a transaction, and inside one of its own where a failure shall not end the outer one."""
    outer, lot = _current.lot, _Lot()
    if outer is not None:
        lot.read = outer.read
    _current.lot = lot
    try:
        yield
        _current.lot = None
        lot.flush()
    finally:
        _current.lot = outer


def gathers(rows: Sequence[object], write: Writer) -> bool:
    """Keep the rows for `write` when a lot is under way; False when they are to be written now."""
    lot = _current.lot
    if lot is None:
        return False
    for row in rows:
        lot.rows.setdefault((type(row), write), []).append(row)
    return True


def flush() -> None:
    """Write what waits, because it is to be read."""
    lot = _current.lot
    if lot is not None:
        _current.lot = None
        try:
            lot.flush()
        finally:
            _current.lot = lot


def kept(key: Hashable, read: Callable[[], T]) -> T:
    """What `read` answers, once a lot. For what cannot change by the lot's own work."""
    lot = _current.lot
    if lot is None:
        return read()
    if key not in lot.read:
        lot.read[key] = read()
    return cast("T", lot.read[key])
