"""NannyML's result tables: rows of chunks, whichever way pandas wrote them. No meaning here.

`to_df()` has columns of several levels (`amount`, `jensen_shannon`, `value`), `to_df(
multilevel=False)` flat names (`amount_jensen_shannon_value`); both come as CSV or as JSON records.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass

from alerts.signals import Unreadable

MAX_ROWS = 5_000
MAX_COLUMNS = 2_000
MAX_CELL = 10_000
_CHUNK = ("key", "chunk_index", "start_index", "end_index", "start_date", "end_date", "period")
_NESTED = re.compile(r"""\(\s*'([^']*)'(?:\s*,\s*'([^']*)')*\s*\)""")
_FIELDS = (
    "upper_confidence_boundary",
    "lower_confidence_boundary",
    "upper_threshold",
    "lower_threshold",
    "sampling_error",
    "realized",
    "value",
    "alert",
)


@dataclass(frozen=True, slots=True)
class Chunk:
    """One chunk: what describes it, and the fields of each named result."""

    about: Mapping[str, object]
    results: Mapping[str, Mapping[str, object]]


def chunks_of(body: object) -> list[Chunk]:
    """The chunks of a table given as records or as CSV text. Raises `Unreadable`."""
    rows = _from_csv(body) if isinstance(body, str) else _from_records(body)
    if not rows:
        raise Unreadable("The table has no rows.")
    return [_chunk(row) for row in rows]


def _from_records(body: object) -> list[Mapping[str, object]]:
    if not isinstance(body, list) or not all(isinstance(row, dict) for row in body[:MAX_ROWS]):
        raise Unreadable("This is no NannyML result: it is neither a list of rows nor CSV.")
    return [row for row in body[:MAX_ROWS] if isinstance(row, dict)]


def _from_csv(text: str) -> list[Mapping[str, object]]:
    reader = csv.reader(io.StringIO(text.removeprefix("\ufeff")))
    lines: list[list[str]] = []
    try:
        for line in reader:
            if len(line) > MAX_COLUMNS:
                raise Unreadable(f"A line has more than {MAX_COLUMNS:,} columns.")
            if any(len(cell) > MAX_CELL for cell in line):
                raise Unreadable(f"A cell has more than {MAX_CELL:,} characters.")
            lines.append(line)
            if len(lines) > MAX_ROWS + 3:
                break
    except csv.Error as error:
        raise Unreadable(f"The CSV cannot be read: {error}.") from error
    heads = _head_lines(lines)
    names = [_joined([line[i] if i < len(line) else "" for line in lines[:heads]])
             for i in range(len(lines[0]))] if lines else []  # fmt: skip
    return [dict(zip(names, line, strict=False)) for line in lines[heads:] if any(line)]


def _head_lines(lines: list[list[str]]) -> int:
    """How many lines name the columns: those of several levels begin with `chunk` alone."""
    if not lines or "chunk" not in lines[0]:
        return 1
    return next((n + 1 for n, line in enumerate(lines[:4]) if "key" in line), 1)


def _joined(levels: list[str]) -> str:
    """One name out of the levels of a column, as `multilevel=False` would have made it."""
    parts: list[str] = []
    for level in levels:
        if level and (not parts or level != parts[-1]):
            parts.append(level)
    name = "_".join(parts)
    return "chunk_index" if name == "chunk_chunk_index" else name


def _chunk(row: Mapping[str, object]) -> Chunk:
    about: dict[str, object] = {}
    results: dict[str, dict[str, object]] = {}
    for raw, value in list(row.items())[:MAX_COLUMNS]:
        name = _joined(re.findall(r"'([^']*)'", raw)) if _NESTED.fullmatch(raw) else raw
        short = name.removeprefix("chunk_")
        if name.startswith("chunk_") and (short in _CHUNK or name in _CHUNK):
            about[name if name in _CHUNK else short] = value
            continue
        field = next((field for field in _FIELDS if name.endswith(f"_{field}")), None)
        if field is not None:
            results.setdefault(name.removesuffix(f"_{field}"), {})[field] = value
        elif name in _FIELDS:
            results.setdefault("result", {})[name] = value
    return Chunk(about, results)
