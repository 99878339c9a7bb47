"""Rolling measurements up into hours and days, for all indicators at once.

Whoever writes a measurement writes the mark of its hour in the same transaction. Here the mark is
taken away first and the hour is counted in a second statement, whose snapshot is younger: a writer
that had not committed by then waits for us on the mark and leaves a new one. So no measurement is
ever missed, whoever dies when. The present hour is read from the measurements themselves.
"""

from __future__ import annotations

import time
from datetime import datetime, timedelta

from django.db import connection, transaction

from core.crashpoints import crash_point
from slos.windows import floor_day

BATCH = 5_000
"""Hours rolled up in one transaction: under a second of work at sixty points each."""


def refresh_stale(*, seconds: float = 4.0) -> int:
    """Roll up every closed hour that changed; answers how many. Bounded in time: the rest comes
    up again, and its objectives say that they are being recalculated."""
    end, had = time.monotonic() + seconds, 0
    while found := _refresh_batch():
        had += found
        if found < BATCH or time.monotonic() >= end:
            break
    return had


@transaction.atomic
def _refresh_batch() -> int:
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [BATCH])
        marks = cursor.fetchall()
        if not marks:
            return 0
        slis, hours = [sli for sli, _ in marks], [at for _, at in marks]
        crash_point("slos:marks_taken")
        values = {"slis": slis, "hours": hours}
        cursor.execute(_HOURS, values)
        cursor.execute(_SLICED_HOURS, values)
        cursor.execute(_DAYS, values)
        _history_is_stale(slis, hours, at=_now())
    crash_point("slos:rolled_up")
    return len(marks)


def _history_is_stale(slis: list[int], hours: list[datetime], *, at: datetime) -> None:
    """Days of the past whose windows hold one of these hours are computed again."""
    today = floor_day(at)
    oldest: dict[int, datetime] = {}
    for sli, hour in zip(slis, hours, strict=True):
        if hour < today - timedelta(hours=1) and (sli not in oldest or hour < oldest[sli]):
            oldest[sli] = hour
    if oldest:
        with connection.cursor() as cursor:
            cursor.execute(_STALE_HISTORY, [list(oldest), [m.date() for m in oldest.values()]])


def _now() -> datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT now()")
        value: datetime = cursor.fetchone()[0]
        return value


_TAKE = """
    DELETE FROM slos_stalehour WHERE (sli_id, at) IN (
        SELECT sli_id, at FROM slos_stalehour
         WHERE at < date_trunc('hour', now(), 'UTC')
         ORDER BY at, sli_id LIMIT %s FOR UPDATE SKIP LOCKED)
    RETURNING sli_id, at"""

_TOUCHED = "unnest(%(slis)s::bigint[], %(hours)s::timestamptz[]) AS h(sli_id, at)"

_HOURS = f"""
    INSERT INTO slos_hourcount (series_id, at, good, total)
    SELECT s.id, h.at, coalesce(sum(m.good), 0), coalesce(sum(m.total), 0)
      FROM {_TOUCHED}
      JOIN slos_series s ON s.sli_id = h.sli_id AND s.method = 'occurrences'
      LEFT JOIN slos_track t ON t.sli_id = s.sli_id AND t.counts
      LEFT JOIN slos_measurement m
        ON m.track_id = t.id AND m.ended > h.at AND m.ended <= h.at + interval '1 hour'
     GROUP BY s.id, h.at
    ON CONFLICT (series_id, at) DO UPDATE SET good = excluded.good, total = excluded.total"""  # noqa: S608

_SLICED_HOURS = f"""
    INSERT INTO slos_hourcount (series_id, at, good, total)
    SELECT series_id, at,
           coalesce(sum(CASE WHEN total IS NULL OR total = 0 THEN 0
                             WHEN method = 'ratio_timeslices' THEN good / total
                             WHEN good / total >= slice_target - 1e-12 THEN 1 ELSE 0 END), 0),
           count(*) FILTER (WHERE total > 0)
      FROM (
        SELECT s.id AS series_id, s.method, s.slice_target, h.at,
               date_bin(s.slice_seconds * interval '1 second',
                        m.ended - interval '1 microsecond', 'epoch'::timestamptz) AS slice,
               sum(m.good) AS good, sum(m.total) AS total
          FROM {_TOUCHED}
          JOIN slos_series s ON s.sli_id = h.sli_id AND s.method <> 'occurrences'
          LEFT JOIN slos_track t ON t.sli_id = s.sli_id AND t.counts
          LEFT JOIN slos_measurement m
            ON m.track_id = t.id AND m.ended > h.at AND m.ended <= h.at + interval '1 hour'
         GROUP BY 1, 2, 3, 4, 5) slices
     GROUP BY series_id, at
    ON CONFLICT (series_id, at) DO UPDATE SET good = excluded.good, total = excluded.total"""  # noqa: S608

_DAYS = f"""
    INSERT INTO slos_daycount (series_id, at, good, total)
    SELECT c.series_id, d.at, sum(c.good), sum(c.total)
      FROM (SELECT DISTINCT s.id AS series_id, date_trunc('day', h.at, 'UTC') AS at
              FROM {_TOUCHED} JOIN slos_series s ON s.sli_id = h.sli_id) d
      JOIN slos_hourcount c
        ON c.series_id = d.series_id AND c.at >= d.at AND c.at < d.at + interval '1 day'
     GROUP BY c.series_id, d.at
    ON CONFLICT (series_id, at) DO UPDATE SET good = excluded.good, total = excluded.total"""  # noqa: S608

_STALE_HISTORY = """
    UPDATE slos_slo o SET history_from = least(coalesce(o.history_from, h.day), h.day)
      FROM unnest(%s::bigint[], %s::date[]) AS h(sli_id, day) WHERE o.sli_id = h.sli_id"""
