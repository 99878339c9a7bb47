"""Adds up facts that come one by one: each once, cumulative counters as differences. SQL here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db import connection

from core import clock
from slos.intake import SLICE
from slos.models import SeenEvent, Stream, Tally
from slos.points import Point

FRESH = timedelta(minutes=10)
"""A counter that is seen for the first time counts from its start only when it began within this
time; what an older one counted before AIRE knew it belongs to no particular minute."""

KEEP_TALLIES = timedelta(days=33)
OLDEST = timedelta(days=30)
"""Facts that are older are refused: their sums may be forgotten, and a part is not the whole."""
KEEP_SEEN = timedelta(days=8)
BITE = 5000


class Slot(NamedTuple):
    """Where a fact is added: an indicator's minute, by judge and version."""

    sli_id: int
    at: datetime
    evaluator: str
    cohort: str


@dataclass(frozen=True, slots=True)
class Reading:
    """A cumulative counter as one indicator counts it, `good` of `total` since `started_at`."""

    sli_id: int
    key: UUID
    rule: str
    started_at: datetime | None
    at: datetime
    good: float
    total: float


@dataclass(frozen=True, slots=True)
class Rise:
    """What a counter added over (since, at]."""

    since: datetime | None
    good: float
    total: float


def unseen(keys: Sequence[tuple[int, UUID]]) -> set[tuple[int, UUID]]:
    """Those (indicator, event) pairs that were not counted before. They are from now on."""
    ordered = sorted(set(keys))
    if not ordered:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO slos_seenevent (sli_id, key) "
            "SELECT sli_id, key FROM unnest(%s::bigint[], %s::uuid[]) AS g(sli_id, key) "
            "ON CONFLICT DO NOTHING RETURNING sli_id, key",
            [[sli for sli, _ in ordered], [key for _, key in ordered]],
        )
        return set(cursor.fetchall())


def rises(readings: Sequence[Reading]) -> list[Rise | None]:
    """What each reading adds to the one before it, in the order given; None when nothing is known
    before it, or when it is a repeat. Remembers the readings."""
    known = _known(readings)
    found: dict[int, Rise | None] = {}
    for index, reading in sorted(enumerate(readings), key=lambda pair: pair[1].at):
        before = known.get((reading.sli_id, reading.key))
        found[index] = rise(before, reading)
        if before is None or reading.at > before.at or before.rule != reading.rule:
            known[reading.sli_id, reading.key] = reading
    _remember(known)
    return [found[index] for index in range(len(readings))]


def rise(before: Reading | None, now: Reading) -> Rise | None:
    """The difference of two readings of a cumulative counter (OTLP metrics data model, "Resets
    and gaps"): a new start or a fall means that it began again."""
    if before is None or before.rule != now.rule:
        new = before is None and now.started_at is not None and now.at - now.started_at <= FRESH
        return Rise(now.started_at, now.good, now.total) if new else None
    if now.at <= before.at:
        return None
    if now.started_at != before.started_at:
        return Rise(now.started_at, now.good, now.total)
    good, total = now.good - before.good, now.total - before.total
    if total < 0 or (before.total == 0 and good < 0):
        return Rise(before.at, now.good, now.total)
    # Buckets that were merged may move a few events over the threshold and back.
    return Rise(before.at, max(good, 0.0), total)


def add(amounts: Mapping[Slot, tuple[float, float]]) -> dict[int, list[Point]]:
    """Add (good, total) to each minute; answers the new sums as points by indicator."""
    points: dict[int, list[Point]] = defaultdict(list)
    if not amounts:
        return points
    ordered = sorted(amounts.items())
    with connection.cursor() as cursor:
        cursor.execute(
            _ADD,
            [
                [slot.sli_id for slot, _ in ordered],
                [slot.at for slot, _ in ordered],
                [slot.evaluator for slot, _ in ordered],
                [slot.cohort for slot, _ in ordered],
                [float(good) for _, (good, _) in ordered],
                [float(total) for _, (_, total) in ordered],
            ],
        )
        for sli_id, at, evaluator, cohort, good, total in cursor.fetchall():
            # Good and total may be two counters, of which one came first.
            point = Point(at, at + SLICE, min(good, total), total, evaluator, cohort=cohort)
            points[sli_id].append(point)
    return points


_ADD = """
    INSERT INTO slos_tally AS t (sli_id, at, evaluator, cohort, good, total)
    SELECT * FROM unnest(%s::bigint[], %s::timestamptz[], %s::text[], %s::text[],
                         %s::float8[], %s::float8[])
    ON CONFLICT (sli_id, at, evaluator, cohort) DO UPDATE
       SET good = t.good + excluded.good, total = t.total + excluded.total
    RETURNING sli_id, at, evaluator, cohort, good, total"""


def _known(readings: Sequence[Reading]) -> dict[tuple[int, UUID], Reading]:
    wanted = sorted({(reading.sli_id, reading.key) for reading in readings})
    if not wanted:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT s.sli_id, s.key, s.rule, s.started_at, s.at, s.good, s.total "
            "  FROM slos_stream s JOIN unnest(%s::bigint[], %s::uuid[]) AS g(sli_id, key) "
            "       USING (sli_id, key) ORDER BY s.sli_id, s.key FOR UPDATE OF s",
            [[sli for sli, _ in wanted], [key for _, key in wanted]],
        )
        return {(row[0], row[1]): Reading(*row) for row in cursor.fetchall()}


def _remember(known: Mapping[tuple[int, UUID], Reading]) -> None:
    rows = [known[key] for key in sorted(known)]
    if not rows:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            _REMEMBER,
            [
                [row.sli_id for row in rows],
                [row.key for row in rows],
                [row.rule for row in rows],
                [row.started_at for row in rows],
                [row.at for row in rows],
                [row.good for row in rows],
                [row.total for row in rows],
            ],
        )


_REMEMBER = """
    INSERT INTO slos_stream AS s (sli_id, key, rule, started_at, at, good, total)
    SELECT * FROM unnest(%s::bigint[], %s::uuid[], %s::text[], %s::timestamptz[],
                         %s::timestamptz[], %s::float8[], %s::float8[])
    ON CONFLICT (sli_id, key) DO UPDATE
       SET rule = excluded.rule, started_at = excluded.started_at, at = excluded.at,
           good = excluded.good, total = excluded.total"""


def forget_tallies() -> int:
    """Sums, counters and event names that nothing can add to any more."""
    now = clock.now()
    return (
        _forget(Tally._meta.db_table, "at", now - KEEP_TALLIES)
        + _forget(Stream._meta.db_table, "at", now - KEEP_SEEN)
        + _forget(SeenEvent._meta.db_table, "seen_at", now - KEEP_SEEN)
    )


def _forget(table: str, column: str, before: datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            f"DELETE FROM {table} WHERE ctid = ANY(ARRAY("  # noqa: S608 - our own names
            f"SELECT ctid FROM {table} WHERE {column} < %s LIMIT %s))",
            [before, BITE],
        )
        return int(cursor.rowcount)
