"""What corrections take out of each window. Reads only.

Corrections of one objective may overlap; what lies in several is taken out once. A slice lies in
a correction when its last moment does.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import connection

from slos.models import Correction
from slos.plans import Plan

Excluded = list[tuple[datetime, float, float]]


def excluded(
    plans: Sequence[Plan], wanted: Mapping[int, Sequence[datetime]], *, at: datetime
) -> dict[int, Excluded]:
    """By objective: (window start, good, total) for each of its windows that ends at `at`."""
    with_corrections = set(
        Correction.objects.filter(
            withdrawn_at=None, slo__in=[plan.slo_id for plan in plans]
        ).values_list("slo_id", flat=True)
    )
    rows = [
        (plan.slo_id, start)
        for plan in plans
        if plan.slo_id in with_corrections
        for start in wanted[plan.slo_id]
    ]
    found: dict[int, Excluded] = defaultdict(list)
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(
                _EXCLUDED,
                {"slos": [slo for slo, _ in rows], "starts": [s for _, s in rows], "at": at},
            )
            for slo_id, start, good, total in cursor.fetchall():
                found[slo_id].append((start, good, total))
    return dict(found)


_EXCLUDED = """
    WITH windows AS (
        SELECT DISTINCT slo_id, start
          FROM unnest(%(slos)s::bigint[], %(starts)s::timestamptz[]) AS w(slo_id, start)),
    spans AS (
        SELECT c.slo_id, unnest(range_agg(tstzrange(c.start, c."end", '(]'))) AS span
          FROM slos_correction c
         WHERE c.withdrawn_at IS NULL AND c.slo_id = ANY(%(slos)s)
           AND c."end" > (SELECT min(start) FROM windows) AND c.start < %(at)s
         GROUP BY c.slo_id),
    units AS (
        SELECT p.slo_id, m.ended AS over, m.good, m.total
          FROM spans p
          JOIN slos_slo o ON o.id = p.slo_id
          JOIN slos_series s ON s.id = o.series_id AND s.method = 'occurrences'
          JOIN slos_track t ON t.sli_id = s.sli_id AND t.counts
          JOIN slos_measurement m ON m.track_id = t.id
           AND m.ended > lower(p.span) AND m.ended <= upper(p.span) AND m.ended <= %(at)s
        UNION ALL
        SELECT slo_id, over,
               CASE WHEN method = 'ratio_timeslices' THEN good / total
                    WHEN good / total >= slice_target - 1e-12 THEN 1 ELSE 0 END, 1
          FROM (
            SELECT p.slo_id, s.method, s.slice_target,
                   lower(p.span) AS since, upper(p.span) AS until,
                   date_bin(s.slice_seconds * interval '1 second',
                            m.ended - interval '1 microsecond', 'epoch'::timestamptz)
                     + s.slice_seconds * interval '1 second' AS over,
                   sum(m.good) AS good, sum(m.total) AS total
              FROM spans p
              JOIN slos_slo o ON o.id = p.slo_id
              JOIN slos_series s ON s.id = o.series_id AND s.method <> 'occurrences'
              JOIN slos_track t ON t.sli_id = s.sli_id AND t.counts
              JOIN slos_measurement m ON m.track_id = t.id
               AND m.ended > lower(p.span) - s.slice_seconds * interval '1 second'
               AND m.ended <= upper(p.span)
             GROUP BY 1, 2, 3, 4, 5, 6
            HAVING sum(m.total) > 0) slices
         WHERE over > since AND over <= until AND over <= %(at)s)
    SELECT w.slo_id, w.start, sum(u.good), sum(u.total)
      FROM windows w JOIN units u ON u.slo_id = w.slo_id AND u.over > w.start
     GROUP BY w.slo_id, w.start"""
