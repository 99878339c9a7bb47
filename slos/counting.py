"""Counts of many series over many windows that end together, in one statement. Reads only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
from django.db import connection

from slos.windows import Span, tiles


@dataclass(frozen=True, slots=True)
class Counts:
    """`good[row(series), k]` of `total[...]` in the window (starts[k], at]."""

    at: datetime
    starts: Sequence[datetime]
    good: np.ndarray[Any, np.dtype[np.float64]]
    total: np.ndarray[Any, np.dtype[np.float64]]
    _rows: dict[int, int]
    _columns: dict[datetime, int]

    def of(self, series_id: int, start: datetime) -> tuple[float, float]:
        """(good, total) of one series in one of the windows that were asked for."""
        row, column = self._rows[series_id], self._columns[start]
        return float(self.good[row, column]), float(self.total[row, column])


def count(
    series_ids: Sequence[int], starts: Sequence[datetime], *, at: datetime, sliced: bool
) -> Counts:
    """All windows (start, at] of all these series; what was not measured counts nothing.

    The starts cut time into bands. Each day, hour or raw measurement falls into one band and is
    read once; a window is the sum of its bands, so twenty windows cost little more than one.
    `sliced` says whether any series counts slices; a slice counts when it is over.
    """
    marks = sorted({start.astimezone(UTC) for start in starts})
    rows = {series_id: row for row, series_id in enumerate(series_ids)}
    good = np.zeros((len(rows), len(marks) + 1))
    total = np.zeros((len(rows), len(marks) + 1))
    if rows and marks:
        found = _bands(list(rows), marks, at, sliced)
        if found:
            ids, bands, goods, totals = zip(*found, strict=True)
            where = (np.fromiter((rows[i] for i in ids), int, len(ids)), np.array(bands))
            np.add.at(good, where, np.array(goods, dtype=float))
            np.add.at(total, where, np.array(totals, dtype=float))
    return Counts(
        at=at,
        starts=marks,
        good=_since(good),
        total=_since(total),
        _rows=rows,
        _columns={mark: column for column, mark in enumerate(marks)},
    )


def _since(bands: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Sums from each mark to the end; band 0 lies before the first mark."""
    return bands[:, ::-1].cumsum(axis=1)[:, ::-1][:, 1:]


def _bands(
    series_ids: list[int], marks: list[datetime], at: datetime, sliced: bool
) -> list[tuple[int, int, float, float]]:
    parts = tiles(marks, at=at)
    values: dict[str, Any] = {"series": series_ids, "marks": marks, "at": at}
    branches = []
    if raw := _ranges("m.ended", parts.raw, "raw", values, closed_right=True):
        branches.append(_RAW.format(ranges=raw))
        if sliced:
            branches.append(_SLICES.format(ranges=raw))
    for table, spans in (("slos_hourcount", parts.hours), ("slos_daycount", parts.days)):
        if ranges := _ranges("c.at", spans, table, values, closed_right=False):
            branches.append(_ROLLED.format(table=table, ranges=ranges))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT series_id, band, sum(good), sum(total) FROM (\n"  # noqa: S608 - our own text
            + "\nUNION ALL\n".join(branches)
            + "\n) counted WHERE band > 0 GROUP BY series_id, band",
            values,
        )
        found: list[tuple[int, int, float, float]] = cursor.fetchall()
        return found


def _ranges(
    column: str, spans: Sequence[Span], name: str, values: dict[str, Any], *, closed_right: bool
) -> str:
    """Our own condition; the times are bound. A measurement belongs to the moment of its end."""
    left, right = (">", "<=") if closed_right else (">=", "<")
    parts = []
    for number, (start, end) in enumerate(spans):
        values[f"{name}_{number}_a"], values[f"{name}_{number}_b"] = start, end
        parts.append(
            f"({column} {left} %({name}_{number}_a)s AND {column} {right} %({name}_{number}_b)s)"
        )
    return " OR ".join(parts)


# `width_bucket` says how many marks lie at or before a moment; a measurement that ends exactly on
# a mark belongs before it, hence the microsecond.
_RAW = """
    SELECT s.id AS series_id,
           width_bucket(m.ended - interval '1 microsecond', %(marks)s::timestamptz[]) AS band,
           m.good, m.total
      FROM slos_measurement m
      JOIN slos_track t ON t.id = m.track_id AND t.counts
      JOIN slos_series s ON s.sli_id = t.sli_id AND s.method = 'occurrences'
     WHERE s.id = ANY(%(series)s) AND ({ranges})"""

_SLICES = """
    SELECT series_id,
           width_bucket(over - interval '1 microsecond', %(marks)s::timestamptz[]) AS band,
           CASE WHEN method = 'ratio_timeslices' THEN good / total
                WHEN good / total >= slice_target - 1e-12 THEN 1 ELSE 0 END AS good,
           1 AS total
      FROM (
        SELECT s.id AS series_id, s.method, s.slice_target,
               date_bin(s.slice_seconds * interval '1 second',
                        m.ended - interval '1 microsecond', 'epoch'::timestamptz)
                 + s.slice_seconds * interval '1 second' AS over,
               sum(m.good) AS good, sum(m.total) AS total
          FROM slos_measurement m
          JOIN slos_track t ON t.id = m.track_id AND t.counts
          JOIN slos_series s ON s.sli_id = t.sli_id AND s.method <> 'occurrences'
         WHERE s.id = ANY(%(series)s) AND ({ranges})
         GROUP BY 1, 2, 3, 4
        HAVING sum(m.total) > 0) sliced
     WHERE over <= %(at)s"""

_ROLLED = """
    SELECT c.series_id, width_bucket(c.at, %(marks)s::timestamptz[]) AS band, c.good, c.total
      FROM {table} c
     WHERE c.series_id = ANY(%(series)s) AND ({ranges})"""
