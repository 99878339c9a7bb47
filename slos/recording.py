"""Storing measurements: idempotent, late truth replaces, overlaps are refused. One SQL statement
a batch; the roll-ups are told which hours changed (see `slos.rollups`)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection, transaction

from core import clock
from slos.keeping import KEPT
from slos.models import Arrival, Sli, SliEvaluator, Track
from slos.points import Point, PointError

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
Numbered = tuple[int, Point]
_Lane = tuple[str, str]
_Bounds = tuple[datetime, datetime]


@dataclass(slots=True)
class Recorded:
    """What became of a batch. `unchanged` were there already just so."""

    created: int = 0
    replaced: int = 0
    unchanged: int = 0
    refused: list[PointError] = field(default_factory=list)


@transaction.atomic
def record_points(*, sli: Sli, points: Iterable[Point | Numbered]) -> Recorded:
    """Store checked points of one indicator (see `slos.points.check_points`).

    Give them with their index in the sender's list, so that a refusal names the right item. The
    same point again changes nothing; other counts for the same bounds, evaluator and cohort
    replace; a point that overlaps a stored one with other bounds is refused.
    """
    numbered = [item if isinstance(item, tuple) else (n, item) for n, item in enumerate(points)]
    result = Recorded()
    lanes: dict[_Lane, dict[_Bounds, Numbered]] = {}
    judges = _Judges(sli)
    oldest = clock.now() - KEPT
    for index, point in numbered:
        if problem := judges.problem(point):
            result.refused.append(PointError(index, "evaluator", problem))
            continue
        if point.end < oldest:
            sentence = f"It is older than the {KEPT.days} days that measurements are kept."
            result.refused.append(PointError(index, "end", sentence))
            continue
        lane = lanes.setdefault((judges.name(point), point.cohort), {})
        lane[point.start, point.end] = (index, point)
    touched: set[datetime] = set()
    for track, items in zip(_tracks(sli, list(lanes)), lanes.values(), strict=True):
        touched |= _store(track, list(items.values()), result)
    if touched:
        _mark_stale(sli, touched)
        _note_arrival(sli, [point for items in lanes.values() for _, point in items.values()])
    result.refused.sort()
    return result


class _Judges:
    """Which evaluators an indicator knows. One that declares none takes any."""

    def __init__(self, sli: Sli) -> None:
        known = SliEvaluator.objects.filter(sli=sli).order_by("-since", "-pk")
        self._until = {judge.name: judge.until for judge in known}
        self._present = next((name for name, until in self._until.items() if not until), "")

    def name(self, point: Point) -> str:
        return point.evaluator or self._present

    def problem(self, point: Point) -> str:
        if not self._until:
            return ""
        name = self.name(point)
        if name not in self._until:
            known = ", ".join(self._until)
            return f"The evaluator “{name[:80]}” is unknown here. Known: {known[:300]}."
        until = self._until[name]
        if until is not None and point.end > until:
            return f"{name[:80]} was replaced on {until:%Y-%m-%d %H:%M} UTC by {self._present}."
        return ""


def _tracks(sli: Sli, lanes: Sequence[_Lane]) -> list[Track]:
    """The track of each lane, locked: one writer at a time, and none may be deleted meanwhile."""
    known = _locked_tracks(sli)
    if new := [lane for lane in lanes if lane not in known]:
        Sli.objects.select_for_update(no_key=True).get(pk=sli.pk)
        Track.objects.bulk_create(
            [Track(sli=sli, evaluator=judge, cohort=cohort) for judge, cohort in new],
            ignore_conflicts=True,
        )
        _decide_what_counts(sli)
        known = _locked_tracks(sli)
    return [known[lane] for lane in lanes]


def _locked_tracks(sli: Sli) -> dict[_Lane, Track]:
    rows = Track.objects.select_for_update(no_key=True).filter(sli=sli).order_by("pk")
    return {(track.evaluator, track.cohort): track for track in rows}


def _decide_what_counts(sli: Sli) -> None:
    """Totals count where there are any; else cohorts do. A change makes all roll-ups stale."""
    has_totals = Track.objects.filter(sli=sli, cohort="").exists()
    changed = Track.objects.filter(sli=sli, counts=has_totals).exclude(cohort="")
    if changed.update(counts=not has_totals) and has_totals:
        mark_all_stale(sli)


def _store(track: Track, items: Sequence[Numbered], result: Recorded) -> set[datetime]:
    """Answers the hours in which something changed.

    In the order of time: a look-up would else step over all rows that this statement wrote before.
    """
    items = sorted(items, key=lambda item: item[1].start)
    points = [point for _, point in items]
    values: dict[str, Any] = {
        "track": track.pk,
        "started": [_microseconds(point.start) for point in points],
        "ended": [_microseconds(point.end) for point in points],
        "good": [point.good for point in points],
        "total": [point.total for point in points],
        "rate": [point.sample_rate for point in points],
    }
    with connection.cursor() as cursor:
        cursor.execute(_PUT, values)
        overlapping, hours, created, changed = cursor.fetchone()
    for number in overlapping or ():
        index, _ = items[number - 1]
        result.refused.append(
            PointError(index, "start", "It overlaps a stored measurement with other bounds.")
        )
    result.created += created
    result.replaced += changed - created
    result.unchanged += len(items) - changed - len(overlapping or ())
    return set(hours or ())


def _microseconds(moment: datetime) -> int:
    return (moment - _EPOCH) // _MICROSECOND


# Stored points of a track never overlap, so the first one that ends after a new point's start
# decides: it is the same one, or starts after its end, or overlaps it.
_PUT = """
    WITH given AS (
        SELECT number,
               'epoch'::timestamptz + started * interval '1 microsecond' AS started,
               'epoch'::timestamptz + ended * interval '1 microsecond' AS ended,
               good, total, rate
          FROM unnest(%(started)s::bigint[], %(ended)s::bigint[], %(good)s::float8[],
                      %(total)s::float8[], %(rate)s::float8[])
               WITH ORDINALITY AS g(started, ended, good, total, rate, number)),
    checked AS (
        SELECT given.*, next.ended IS NOT NULL AND next.started < given.ended
               AND (next.started, next.ended) <> (given.started, given.ended) AS clashes
          FROM given LEFT JOIN LATERAL (
               SELECT m.started, m.ended FROM slos_measurement m
                WHERE m.track_id = %(track)s AND m.ended > given.started
                ORDER BY m.ended LIMIT 1) next ON true),
    put AS (
        INSERT INTO slos_measurement AS m
               (track_id, started, ended, good, total, sample_rate, recorded_at)
        SELECT %(track)s, started, ended, good, total, rate, statement_timestamp()
          FROM checked WHERE NOT clashes
        ON CONFLICT (track_id, ended, started) DO UPDATE
           SET good = excluded.good, total = excluded.total, sample_rate = excluded.sample_rate,
               recorded_at = excluded.recorded_at
         WHERE (m.good, m.total, m.sample_rate)
               IS DISTINCT FROM (excluded.good, excluded.total, excluded.sample_rate)
        RETURNING m.ended, (xmax = 0) AS created)
    SELECT (SELECT array_agg(number ORDER BY number) FROM checked WHERE clashes),
           array_agg(DISTINCT date_trunc('hour', ended - interval '1 microsecond', 'UTC')),
           count(*) FILTER (WHERE created), count(*)
      FROM put"""


def _mark_stale(sli: Sli, hours: Iterable[datetime]) -> None:
    """Writing the mark, even where there is one, locks it until the points are committed."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO slos_stalehour (sli_id, at, marked_at) "
            "SELECT %s, at, now() FROM unnest(%s::timestamptz[]) AS h(at) ORDER BY at "
            "ON CONFLICT (sli_id, at) DO UPDATE SET marked_at = now()",
            [sli.pk, sorted(hours)],
        )


def mark_all_stale(sli: Sli) -> None:
    """Have every hour with measurements rolled up again: the way of counting changed."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO slos_stalehour (sli_id, at, marked_at) "
            "SELECT DISTINCT t.sli_id, "
            "  date_trunc('hour', m.ended - interval '1 microsecond', 'UTC'), now() "
            "  FROM slos_measurement m JOIN slos_track t ON t.id = m.track_id "
            " WHERE t.sli_id = %s ORDER BY 2 "
            "ON CONFLICT (sli_id, at) DO UPDATE SET marked_at = now()",
            [sli.pk],
        )


def _note_arrival(sli: Sli, points: Sequence[Point]) -> None:
    newest = max(points, key=lambda point: point.end)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {Arrival._meta.db_table} AS a "  # noqa: S608 - our own table
            "(sli_id, last_end, last_span_seconds, recorded_at) VALUES (%s, %s, %s, now()) "
            "ON CONFLICT (sli_id) DO UPDATE SET recorded_at = now(), "
            "last_span_seconds = CASE WHEN excluded.last_end >= a.last_end "
            "  THEN excluded.last_span_seconds ELSE a.last_span_seconds END, "
            "last_end = greatest(a.last_end, excluded.last_end)",
            [sli.pk, newest.end, (newest.end - newest.start).total_seconds()],
        )
