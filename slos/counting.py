"""Counts of many series over many windows that end together, in one statement. Reads only."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

from django.db import connection

from slos.windows import Span, tiles

FEW = 200
"""Up to so many series are looked up one by one; more are summed in passing over the time."""


@dataclass(frozen=True, slots=True)
class Counts:
    """Good and total of every series in the windows (starts[k], at]."""

    at: datetime
    starts: Sequence[datetime]
    _since: dict[int, tuple[list[float], list[float]]]
    _columns: dict[datetime, int]

    def of(self, series_id: int, start: datetime) -> tuple[float, float]:
        """(good, total) of one series in one of the windows that were asked for."""
        column = self._columns[start]
        good, total = self._since[series_id]
        return good[column], total[column]


def count(
    series_ids: Sequence[int], starts: Sequence[datetime], *, at: datetime, sliced: bool
) -> Counts:
    """All windows (start, at] of all these series; what was not measured counts nothing.

    The starts cut time into bands. Each day, hour or raw measurement falls into one band and is
    read once; a window is the sum of its bands, so twenty windows cost little more than one.
    `sliced` says whether any series counts slices; a slice counts when it is over.
    """
    marks = sorted({start.astimezone(UTC) for start in starts})
    empty = [0.0] * len(marks)
    since = {series_id: (empty.copy(), empty.copy()) for series_id in series_ids}
    if since and marks:
        for series_id, band, good, total in _bands(list(since), marks, at, sliced):
            goods, totals = since[series_id]
            goods[band - 1] += good
            totals[band - 1] += total
        for goods, totals in since.values():
            _sum_up(goods)
            _sum_up(totals)
    return Counts(
        at=at,
        starts=marks,
        _since=since,
        _columns={mark: column for column, mark in enumerate(marks)},
    )


def _sum_up(bands: list[float]) -> None:
    """In place: from what lies between two marks to what lies between each and the end."""
    for column in range(len(bands) - 2, -1, -1):
        bands[column] += bands[column + 1]


def _bands(
    series_ids: list[int], marks: list[datetime], at: datetime, sliced: bool
) -> list[tuple[int, int, float, float]]:
    parts = tiles(marks, at=at)
    values: dict[str, Any] = {"series": series_ids, "marks": marks, "at": at}
    few = len(series_ids) <= FEW
    branches = []
    if raw := _pieces(parts.raw, marks, "raw", values):
        template = _RAW_OF_FEW if few else _RAW
        union = _union(_RAW_PIECE_OF_FEW if few else _RAW_PIECE, raw)
        branches.append(template.format(pieces=union))
    if parts.raw and sliced:
        branches.append(_SLICES.format(ranges=_ranges(parts.raw, values)))
    for table, spans in (("slos_hourcount", parts.hours), ("slos_daycount", parts.days)):
        if pieces := _pieces(spans, marks, table, values):
            rolled = _union(_ROLLED_OF_FEW if few else _ROLLED, pieces).replace("{table}", table)
            branches.append(rolled)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT series_id, band, sum(good), sum(total) FROM (\n"  # noqa: S608 - our own text
            + "\nUNION ALL\n".join(branches)
            + "\n) counted WHERE band > 0 AND series_id = ANY(%(series)s)"
            + " GROUP BY series_id, band",
            values,
        )
        found: list[tuple[int, int, float, float]] = cursor.fetchall()
        return found


def _pieces(
    spans: Sequence[Span], marks: Sequence[datetime], name: str, values: dict[str, Any]
) -> list[tuple[int, str]]:
    """The spans, cut at the marks: (band, name of the bound values). A band of its own for each
    piece spares looking up the band of every row."""
    found: list[tuple[int, str]] = []
    for start, end in spans:
        inner = [mark for mark in marks if start < mark < end]
        for left, right in pairwise([start, *inner, end]):
            band = bisect_right(marks, left)
            if band:
                key = f"{name}_{len(found)}"
                values[f"{key}_a"], values[f"{key}_b"] = left, right
                found.append((band, key))
    return found


def _union(template: str, pieces: Sequence[tuple[int, str]]) -> str:
    return "\n    UNION ALL\n".join(
        template.replace("{band}", str(band)).replace("{key}", key) for band, key in pieces
    )


def _ranges(spans: Sequence[Span], values: dict[str, Any]) -> str:
    """Our own condition; the times are bound. A measurement belongs to the moment of its end."""
    parts = []
    for number, (start, end) in enumerate(spans):
        values[f"slice_{number}_a"], values[f"slice_{number}_b"] = start, end
        parts.append(f"(m.ended > %(slice_{number}_a)s AND m.ended <= %(slice_{number}_b)s)")
    return " OR ".join(parts)


# Rows are summed before they meet anything else: sums are few where rows are millions.
_RAW = """
    SELECT s.id AS series_id, band, good, total
      FROM (
{pieces}
      ) m
      JOIN slos_track t ON t.id = m.track_id AND t.counts
      JOIN slos_series s ON s.sli_id = t.sli_id AND s.method = 'occurrences'"""

_RAW_PIECE = """
        SELECT track_id, {band} AS band, sum(good) AS good, sum(total) AS total
          FROM slos_measurement WHERE ended > %({key}_a)s AND ended <= %({key}_b)s
         GROUP BY track_id"""

_RAW_OF_FEW = """
    SELECT s.id AS series_id, m.band, m.good, m.total
      FROM slos_series s
      JOIN slos_track t ON t.sli_id = s.sli_id AND t.counts
     CROSS JOIN LATERAL (
{pieces}
      ) m
     WHERE s.id = ANY(%(series)s) AND s.method = 'occurrences'"""

_RAW_PIECE_OF_FEW = """
        SELECT {band} AS band, sum(good) AS good, sum(total) AS total
          FROM slos_measurement
         WHERE track_id = t.id AND ended > %({key}_a)s AND ended <= %({key}_b)s
        HAVING count(*) > 0"""

# `width_bucket` says how many marks lie at or before a moment; a slice that ends exactly on a
# mark belongs before it, hence the microsecond.
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
    SELECT series_id, {band} AS band, sum(good) AS good, sum(total) AS total
      FROM {table} WHERE at >= %({key}_a)s AND at < %({key}_b)s GROUP BY series_id"""

_ROLLED_OF_FEW = """
    SELECT series_id, {band} AS band, sum(good) AS good, sum(total) AS total
      FROM {table}
     WHERE series_id = ANY(%(series)s) AND at >= %({key}_a)s AND at < %({key}_b)s
     GROUP BY series_id"""
