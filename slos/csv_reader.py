"""Reads measurements out of a CSV file that a person uploads. Pure: no database, no request.

The first line names the columns: start, end, good, total, and if wanted evaluator, sample_rate and
cohort, in any order. Spreadsheets write many kinds of CSV; what is clear is read, what could mean
two things (a decimal comma, a time without zone) is refused by line with a sentence.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from core.payload import clean_text
from slos.points import Point, check_points

MAX_BYTES = 50 * 1024 * 1024
MAX_ROWS = 200_000
MAX_ERRORS = 200
MAX_CELL = 1000
NEEDED = ("start", "end", "good", "total")
OPTIONAL = ("evaluator", "sample_rate", "cohort")
NUMBERS = frozenset({"good", "total", "sample_rate"})
SEPARATORS = (",", ";", "\t", "|")

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_PLAIN_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
_COMMA_NUMBER = re.compile(
    r"[+-]?[0-9][0-9.\u00a0' ]*,[0-9]+|[+-]?[0-9]{1,3}(?:,[0-9]{3})+\.?[0-9]*"
)


class LineError(NamedTuple):
    """What is wrong in a line of the file; line 1 has the names of the columns."""

    line: int
    column: str
    message: str


@dataclass(slots=True)
class CsvRead:
    """The points with the line each stands in, ready for `record_points`, and what was refused.
    `error_count` is more than the errors that are kept when there are very many."""

    points: list[tuple[int, Point]] = field(default_factory=list)
    errors: list[LineError] = field(default_factory=list)
    error_count: int = 0
    notes: list[str] = field(default_factory=list)

    def refuse(self, line: int, column: str, message: str) -> None:
        self.error_count += 1
        if len(self.errors) < MAX_ERRORS:
            self.errors.append(LineError(line, column, message))


def read_csv(data: bytes, *, now: datetime) -> CsvRead:
    """Never raises: what cannot be read is an error in its line. Good neighbours are kept."""
    read = CsvRead()
    if len(data) > MAX_BYTES:
        read.refuse(0, "", f"The file is larger than {MAX_BYTES // 1024 // 1024} MB. Split it.")
        return read
    if not data.strip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n"):
        read.refuse(0, "", "The file is empty.")
        return read
    lines, rows = _rows(data, read)
    found, errors = check_points(rows, now=now)
    read.points = [(lines[index], point) for index, point in found]
    for error in errors:
        message = error.message.replace(
            "It overlaps measurement", "It overlaps the measurement of line"
        )
        if message != error.message:
            other = re.search(r"line ([0-9]+)", message)
            if other:
                message = message.replace(other[0], f"line {lines[int(other[1])]}")
        read.refuse(lines[error.index], error.field, message)
    read.errors.sort()
    return read


def _rows(data: bytes, read: CsvRead) -> tuple[list[int], list[dict[str, object]]]:
    lines: list[int] = []
    rows: list[dict[str, object]] = []
    try:
        records = _records(data, read)
        columns = _columns(next(records, (1, []))[1], read)
        if columns is None:
            return lines, rows
        for line, cells in records:
            if len(rows) >= MAX_ROWS:
                read.refuse(line, "", f"Only {MAX_ROWS:,} lines are read at once. Split the file.")
                break
            row = _row(line, cells, columns, read)
            if row is not None:
                lines.append(line)
                rows.append(row)
    except csv.Error as error:
        read.refuse(0, "", f"It is no CSV: {clean_text(str(error), 200)}.")
    except UnicodeError:
        read.refuse(0, "", "It is no text in the encoding that it says it has.")
    return lines, rows


def _records(data: bytes, read: CsvRead) -> Iterator[tuple[int, list[str]]]:
    """(line, cells) of each line that has something in it, without the whole text in memory."""
    text = io.TextIOWrapper(io.BytesIO(data), encoding=_encoding(data, read), newline="")
    head = text.readline(20_000)
    text.seek(0)
    separator = _separator(head)
    reader = csv.reader(text, delimiter=separator)
    for cells in reader:
        if head.lower().startswith("sep=") and reader.line_num == 1:
            continue  # Excel's own first line
        if any(cell.strip() for cell in cells):
            yield reader.line_num, cells


def _encoding(data: bytes, read: CsvRead) -> str:
    marked = next((name for mark, name in _MARKS if data.startswith(mark)), None)
    if marked is not None:
        return marked
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        read.notes.append("The file is not UTF-8; it was read as Windows-1252.")
        return "cp1252"
    return "utf-8"


def _separator(head: str) -> str:
    """The one that parts the needed columns best; a comma when none does."""
    if head.lower().startswith("sep=") and len(head) > 4 and head[4] in SEPARATORS:
        return head[4]
    plain = head.lower().replace('"', "")

    def known(separator: str) -> int:
        names = {name.strip() for name in plain.split(separator)}
        return len(names & {*NEEDED, *OPTIONAL})

    return max(SEPARATORS, key=known)


def _columns(cells: Sequence[str], read: CsvRead) -> list[str] | None:
    """The names of the columns; "" for those that are not read. None when some are missing."""
    names = [cell.strip().lower().replace(" ", "_") for cell in cells]
    missing = [name for name in NEEDED if name not in names]
    if missing:
        read.refuse(1, "", f"The first line must name the columns; it lacks {', '.join(missing)}.")
        return None
    known = {*NEEDED, *OPTIONAL}
    double = sorted({name for name in names if name in known and names.count(name) > 1})
    if double:
        read.refuse(1, double[0], f"The column {double[0]} is there twice.")
        return None
    others = [clean_text(name, 40) for name in names if name and name not in known]
    if others:
        read.notes.append(f"These columns were not read: {', '.join(others[:10])}.")
    return [name if name in known else "" for name in names]


def _row(
    line: int, cells: Sequence[str], columns: Sequence[str], read: CsvRead
) -> dict[str, object] | None:
    if len(cells) > len(columns):
        read.refuse(
            line,
            "",
            f"It has {len(cells)} cells, the first line {len(columns)}. "
            "Does a number have a comma?",
        )
        return None
    row: dict[str, object] = {}
    for name, cell in zip(columns, cells, strict=False):
        text = cell.strip()
        if not name or not text:
            continue
        if len(text) > MAX_CELL:
            read.refuse(line, name, f"The cell has more than {MAX_CELL} characters.")
            return None
        if name in NUMBERS:
            problem = _number_problem(text)
            if problem:
                read.refuse(line, name, problem)
                return None
            row[name] = float(text)
        else:
            row[name] = text
    return row


def _number_problem(text: str) -> str:
    shown = clean_text(text, 40)
    if _PLAIN_NUMBER.fullmatch(text):
        return ""
    if _COMMA_NUMBER.fullmatch(text):
        return f"“{shown}” has a comma. Write numbers with a point and without separators: 1234.5."
    return f"“{shown}” is no number."
