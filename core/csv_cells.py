"""Values as cells of a CSV that a spreadsheet opens as text: none becomes a formula. Pure."""

from __future__ import annotations

from datetime import date, datetime

# A spreadsheet runs what starts like this (also in its full-width forms), even when quoted.
_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "|", "%")


def cell(value: str | int | float | date | datetime | None) -> str:
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
