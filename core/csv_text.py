"""Rows of text as CSV. Pure."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from core.csv_cells import cell


def csv_lines(rows: Iterable[Sequence[str]]) -> str:
    """Every cell quoted and no formula, lines as RFC 4180 ends them."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    for row in rows:
        writer.writerow([cell(value) for value in row])
    return out.getvalue()
