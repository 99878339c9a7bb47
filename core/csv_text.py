"""Rows as CSV that a spreadsheet opens as text: no cell becomes a formula. Pure."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

# A spreadsheet runs what starts like this (also in its full-width forms), even when quoted.
STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "|", "%")


def text_cell(text: str) -> str:
    text = text.replace("\x00", "")
    return f"'{text}" if text.lstrip(" ").startswith(STARTS) else text


def csv_lines(rows: Iterable[Sequence[str]]) -> str:
    """Every cell quoted, lines as RFC 4180 ends them."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    for row in rows:
        writer.writerow(row)
    return out.getvalue()
