"""A table as CSV that a spreadsheet opens as text: no cell becomes a formula. Pure."""

from __future__ import annotations

import csv
import io

from core.csv_cells import cell
from reports.shapes import UNITS, Answer


def csv_of(answer: Answer) -> str:
    """One line of headings, then the rows. Seconds, shares from 0 to 1 and ISO dates, as data."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow([_heading(column.label, UNITS[column.kind]) for column in answer.columns])
    for row in answer.rows:
        writer.writerow([cell(row.values.get(column.key)) for column in answer.columns])
    return out.getvalue()


def _heading(label: str, unit: str) -> str:
    return f"{label} ({unit})" if unit else label
