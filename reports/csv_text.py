"""A table as CSV that a spreadsheet opens as text: no cell becomes a formula. Pure."""

from __future__ import annotations

from datetime import date, datetime

from core.csv_text import csv_lines, text_cell
from reports.shapes import UNITS, Answer, Value


def csv_of(answer: Answer) -> str:
    """One line of headings, then the rows. Seconds, shares from 0 to 1 and ISO dates, as data."""
    head = [_heading(column.label, UNITS[column.kind]) for column in answer.columns]
    rows = [[cell(row.values.get(column.key)) for column in answer.columns] for row in answer.rows]
    return csv_lines([head, *rows])


def cell(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, str):
        return text_cell(value)
    if isinstance(value, float):
        return f"{value:.6g}" if abs(value) < 1 else f"{value:.3f}".rstrip("0").rstrip(".")
    return str(value)


def _heading(label: str, unit: str) -> str:
    return f"{label} ({unit})" if unit else label
