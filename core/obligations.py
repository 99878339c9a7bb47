"""The one health query: a database view of everything that is late. Empty means healthy.

Each room adds its own SELECT in wiring; the view is made again after every migration.
Columns: kind text, id text, due_at timestamptz, state text, attempts int.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from core.registry import Registry

VIEW = "overdue_obligation"
sources: Registry[str] = Registry("overdue source")

sources.add(
    "outbox",
    """SELECT 'outbox' AS kind, id::text AS id, due_at, state::text AS state,
              attempts::int AS attempts FROM core_outboxtask
        WHERE state = 'pending' AND due_at < now() - interval '15 seconds'""",
)
sources.add(
    "engine",
    # A loop hangs when its process gives other signs of life; without any engine all are silent. A
    # process that was stopped or killed and replaced is not missed.
    """WITH alive AS (SELECT process, max(at) > now() - interval '15 seconds' AS beats
                       FROM core_enginebeat WHERE at > now() - interval '1 hour' GROUP BY process)
       SELECT 'engine', kind, max(at), 'silent', 0
         FROM core_enginebeat JOIN alive USING (process)
        WHERE alive.beats OR NOT EXISTS (SELECT FROM alive WHERE beats)
        GROUP BY kind
       HAVING max(at) < now() - interval '15 seconds'
          AND max(at) > now() - interval '1 hour'""",
)


def drop_view() -> None:
    """Out of the way of migrations that alter the tables it reads."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP VIEW IF EXISTS {VIEW}")


@dataclass(frozen=True, slots=True)
class Overdue:
    kind: str
    id: str
    due_at: datetime
    late_by: timedelta
    state: str
    attempts: int


def make_view() -> None:
    """(Re)create the view from the registered sources."""
    union = " UNION ALL ".join(f"({sql})" for sql in sources)
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE OR REPLACE VIEW {VIEW} AS "  # noqa: S608 - our own statements
            "SELECT kind, id, due_at, now() - due_at AS late_by, state, attempts "
            f"FROM ({union}) AS late(kind, id, due_at, state, attempts)"
        )


def overdue(*, limit: int = 100) -> list[Overdue]:
    """The latest-running obligations first."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT kind, id, due_at, late_by, state, attempts FROM {VIEW} "  # noqa: S608
            "ORDER BY due_at LIMIT %s",
            [limit],
        )
        return [Overdue(*row) for row in cursor.fetchall()]


def overdue_counts() -> dict[str, int]:
    """How many are late, by kind; kinds with none are there with 0."""
    counts = dict.fromkeys(sources.names(), 0)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT kind, count(*) FROM {VIEW} GROUP BY kind")  # noqa: S608
        counts.update(dict(cursor.fetchall()))
    return counts
