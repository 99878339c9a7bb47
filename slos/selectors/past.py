"""What an objective's pictures are drawn from: past days, parts and steps. One query each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection

from slos.comparison import Part
from slos.evaluator import Evaluator
from slos.models import BudgetDay, Slo
from slos.simulate.replay import STEP, Bucket

MOST_PARTS = 24


def budget_days(slo: Slo, *, since: date) -> list[tuple[date, float | None]]:
    """(day, share of the budget left at its end), the oldest first."""
    rows = BudgetDay.objects.filter(slo=slo, day__gte=since).order_by("day")
    return list(rows.values_list("day", "fraction_left"))


def parts(slo: Slo, *, start: datetime, end: datetime) -> list[Part]:
    """What was counted in (start, end] of each cohort by each evaluator, the newest tracks."""
    with connection.cursor() as cursor:
        cursor.execute(_PARTS, {"sli": slo.sli_id, "start": start, "end": end, "most": MOST_PARTS})
        return [
            Part(cohort, evaluator, good, total, _judge(rates))
            for cohort, evaluator, good, total, *rates in cursor.fetchall()
        ]


def parts_by_day(slo: Slo, *, start: datetime, end: datetime) -> dict[tuple[str, str], list[Any]]:
    """By (cohort, evaluator) the rows (UTC day, good, total), the oldest first."""
    found: dict[tuple[str, str], list[Any]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_BY_DAY, {"sli": slo.sli_id, "start": start, "end": end, "most": MOST_PARTS})
        for cohort, evaluator, day, good, total in cursor.fetchall():
            found.setdefault((cohort, evaluator), []).append((day, good, total))
    return found


def steps(slo: Slo, *, start: datetime, end: datetime) -> list[Bucket]:
    """What the objective counted in each five minutes of (start, end], without what is corrected
    away. Steps in which nothing was measured are left out."""
    sliced = slo.series.method != "occurrences"
    values: dict[str, Any] = {
        "slo": slo.pk,
        "sli": slo.sli_id,
        "start": start,
        "end": end,
        "step": STEP,
        "slice": timedelta(seconds=slo.series.slice_seconds),
        "ratio": slo.series.method == "ratio_timeslices",
        "least": slo.series.slice_target - 1e-12,
    }
    with connection.cursor() as cursor:
        cursor.execute(_SLICED_STEPS if sliced else _STEPS, values)
        return [Bucket(at, good, total) for at, good, total in cursor.fetchall()]


def _judge(rates: Sequence[Any]) -> Evaluator | None:
    tpr, fpr, bad_items, good_items = rates
    return None if tpr is None or fpr is None else Evaluator(tpr, fpr, bad_items, good_items)


_TRACKS = """
    SELECT id, cohort, evaluator FROM slos_track WHERE sli_id = %(sli)s
     ORDER BY id DESC LIMIT %(most)s"""

_PARTS = f"""
    SELECT t.cohort, t.evaluator, coalesce(sum(m.good), 0), coalesce(sum(m.total), 0),
           e.true_positive_rate, e.false_positive_rate, e.bad_items, e.good_items
      FROM ({_TRACKS}) t
      LEFT JOIN slos_measurement m
        ON m.track_id = t.id AND m.ended > %(start)s AND m.ended <= %(end)s
      LEFT JOIN slos_slievaluator e ON e.sli_id = %(sli)s AND e.name = t.evaluator
     GROUP BY t.cohort, t.evaluator, e.id
     ORDER BY t.cohort, t.evaluator"""  # noqa: S608 - our own text

_BY_DAY = f"""
    SELECT t.cohort, t.evaluator,
           ((m.ended - interval '1 microsecond') AT TIME ZONE 'UTC')::date AS day,
           sum(m.good), sum(m.total)
      FROM ({_TRACKS}) t
      JOIN slos_measurement m
        ON m.track_id = t.id AND m.ended > %(start)s AND m.ended <= %(end)s
     GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"""  # noqa: S608 - our own text

# A moment belongs to the step that ends with it.
_AT = "date_bin(%(step)s, {at} - interval '1 microsecond', 'epoch'::timestamptz) + %(step)s"
_COUNTED = """
      FROM slos_measurement m
      JOIN slos_track t ON t.id = m.track_id AND t.counts AND t.sli_id = %(sli)s
     WHERE m.ended > %(start)s AND m.ended <= %(end)s
       AND NOT EXISTS (SELECT 1 FROM slos_correction c
                        WHERE c.slo_id = %(slo)s AND c.withdrawn_at IS NULL
                          AND m.ended > c.start AND m.ended <= c."end")"""

_STEPS = (
    f"SELECT {_AT.format(at='m.ended')} AS step, sum(m.good), sum(m.total)"
    f"{_COUNTED} GROUP BY 1 ORDER BY 1"
)

_SLICED_STEPS = f"""
    SELECT {_AT.format(at="over")} AS step,
           sum(CASE WHEN %(ratio)s THEN good / total
                    WHEN good / total >= %(least)s THEN 1 ELSE 0 END), count(*)::float
      FROM (SELECT date_bin(%(slice)s, m.ended - interval '1 microsecond', 'epoch'::timestamptz)
                     + %(slice)s AS over,
                   sum(m.good) AS good, sum(m.total) AS total
            {_COUNTED} GROUP BY 1 HAVING sum(m.total) > 0) sliced
     WHERE over <= %(end)s
     GROUP BY 1 ORDER BY 1"""  # noqa: S608 - our own text
