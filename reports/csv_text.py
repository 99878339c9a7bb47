"""A table as CSV that a spreadsheet opens as text: no cell becomes a formula. Pure."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime

from reports.shapes import UNITS, Answer, Value

# A spreadsheet runs what starts like this (also in its full-width forms), even when quoted.
_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "|", "%")


def csv_of(answer: Answer) -> str:
    """One line of headings, then the rows. Seconds, shares from 0 to 1 and ISO dates, as data."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow([_heading(column.label, UNITS[column.kind]) for column in answer.columns])
    for row in answer.rows:
        writer.writerow([cell(row.values.get(column.key)) for column in answer.columns])
    return out.getvalue()


def cell(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, str):
        text = value.replace("\x00", "")
        return f"'{text}" if text.lstrip(" ").startswith(_STARTS) else text
    if isinstance(value, float):
        return f"{value:.6g}" if abs(value) < 1 else f"{value:.3f}".rstrip("0").rstrip(".")
    return str(value)


def _heading(label: str, unit: str) -> str:
    return f"{label} ({unit})" if unit else label
