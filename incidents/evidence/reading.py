"""How a report of another tool becomes evidence that is drawn: readers, filled in by wiring. Pure.

A reader gets what the tool writes as JSON and answers blocks; nothing in it is fetched or run.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from core.errors import Invalid
from core.payload import PayloadError, load_json
from core.registry import Registry

MAX_FILE = 2 * 1024 * 1024
MAX_BLOCKS, MAX_ROWS, MAX_TEXT = 30, 60, 300

Cell = str | float | None


@dataclass(frozen=True, slots=True)
class Block:
    """A table; its first column names, the others are numbers or texts. The first number of a row
    is drawn, with its interval where `intervals` has one for the row and a line at `mark`.
    `left_out` counts rows beyond what is kept."""

    title: str
    headers: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    note: str = ""
    left_out: int = 0
    intervals: Sequence[tuple[float, float] | None] = ()
    mark: float | None = None


class Reader(Protocol):
    name: str
    title: str

    def fits(self, document: Any) -> bool:
        """Whether it looks like one of this tool's."""
        ...

    def read(self, document: Any) -> list[Block]:
        """Raises `ValueError` with a sentence for what it cannot read."""
        ...


readers: Registry[Reader] = Registry("reader of evidence")


@dataclass(frozen=True, slots=True)
class Found:
    reader: str
    blocks: list[dict[str, Any]] = field(default_factory=list)


def read_report(data: bytes, *, named: str = "") -> Found:
    """By the reader of this name, or the first that it fits. Raises `Invalid`."""
    if len(data) > MAX_FILE:
        raise _refused(f"It has more than {MAX_FILE // 2**20} MiB. Attach a summary of it.")
    try:
        # Explanations are many numbers: their size bounds them.
        document = load_json(data, max_nodes=MAX_FILE).value
    except PayloadError:
        raise _refused("It is no JSON.") from None
    known = [one for one in readers if one.name == named] if named else list(readers)
    reader = next((one for one in known if one.fits(document)), None)
    if reader is None:
        titles = ", ".join(one.title for one in known or list(readers))
        raise _refused(f"It is none of: {titles}.")
    try:
        blocks = reader.read(document)
    except (ValueError, TypeError, KeyError, OverflowError) as error:
        said = str(error) if type(error) is ValueError else "it is not whole."
        raise _refused(f"It cannot be read as {reader.title}: {said}") from error
    if not any(block.rows for block in blocks):
        raise _refused(f"It holds nothing that {reader.title} measured.")
    return Found(reader.name, [_kept(block) for block in blocks[:MAX_BLOCKS]])


def number(value: Any) -> float | None:
    """A finite number, or None for what is none."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if math.isfinite(value) else None


def line(value: Any) -> str:
    text = " ".join(str(value).replace("\x00", "").split())
    return text[:MAX_TEXT]


def _kept(block: Block) -> dict[str, Any]:
    rows = list(block.rows)
    return {
        "title": line(block.title),
        "headers": [line(one) for one in block.headers],
        "rows": [[_cell(cell) for cell in row] for row in rows[:MAX_ROWS]],
        "note": line(block.note),
        "left_out": block.left_out + max(0, len(rows) - MAX_ROWS),
        "intervals": [list(one) if one else None for one in block.intervals[:MAX_ROWS]],
        "mark": block.mark,
    }


def _cell(cell: Cell) -> Cell:
    return number(cell) if not isinstance(cell, str) else line(cell)


def _refused(why: str) -> Invalid:
    return Invalid("The report was not attached.", errors={"file": [why]})
