"""Receipts lie in a table a day: retention drops tables, and yesterday's rows slow nothing down.

Their ids are UUIDv7, so a range of ids is a range of time, and the id alone finds the table. Tables
are made ahead; a default one takes what fits none, so that nothing is ever refused.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import OperationalError, connection, transaction

from core import clock
from core.logs import get_logger

log = get_logger(__name__)
TABLE = "alerts_receipt"
DEFAULT = f"{TABLE}_default"
AHEAD = 4
"""Days, today among them, that have a table: a weekend without an engine does no harm."""

BITE = 5000
LOCK = "SET LOCAL lock_timeout = '2s'"


def boundary(day: date) -> UUID:
    """The least id that a receipt of this day (UTC) can have."""
    start = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return UUID(int=int(start.timestamp() * 1000) << 80)


def kept_since() -> datetime:
    """Receipts older than this are gone, or go within the hour."""
    return clock.now() - timedelta(days=settings.AIRE_RECEIPT_DAYS)


def keep_partitions() -> int:
    """Make the tables of the coming days, drop those whose last day is out of retention; answers
    0: there is never more to do at once."""
    today = clock.now().date()
    for ahead in range(AHEAD):
        make_partition(today + timedelta(days=ahead))
    for name in _over(boundary(kept_since().date())):
        _drop(name)
    return 0


def make_partition(day: date) -> bool:
    """The table of a day, with what came to lie in the default one meanwhile; False when it is
    there, or when the locks were not to be had: the next round tries again."""
    name = f"{TABLE}_d{day:%Y%m%d}"
    low, high = boundary(day), boundary(day + timedelta(days=1))
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(LOCK)
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [TABLE])
            cursor.execute(_COVERED, [low, TABLE])
            if cursor.fetchone()[0]:
                return False
            cursor.execute(
                f"CREATE TABLE {name} (LIKE {TABLE} INCLUDING DEFAULTS INCLUDING CONSTRAINTS) "
                "WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.05)"
            )
            cursor.execute(_MOVE.format(name=name), [low, high])
            cursor.execute(
                f"ALTER TABLE {TABLE} ATTACH PARTITION {name} "
                f"FOR VALUES FROM ('{low}') TO ('{high}')"
            )
    except OperationalError as error:
        log.warning("partition_not_made", name=name, error=str(error)[:200])
        return False
    return True


def forget_strays() -> int:
    """Receipts out of retention that lie in the default table, of senders of receipts without a
    time in their id."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"DELETE FROM {DEFAULT} WHERE id = ANY(ARRAY(SELECT id FROM {DEFAULT} "  # noqa: S608
            "WHERE state <> 'new' AND received_at < %s LIMIT %s))",
            [kept_since(), BITE],
        )
        return int(cursor.rowcount)


def _over(limit: UUID) -> list[str]:
    """The tables that end at or before this id."""
    with connection.cursor() as cursor:
        cursor.execute(_BOUNDS, [TABLE])
        return [name for name, high in cursor.fetchall() if high and UUID(high) <= limit]


def _drop(name: str) -> None:
    """Unless something in it still waits to be read: what was accepted is never lost."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(LOCK)
            cursor.execute(f"LOCK TABLE {name} IN ACCESS EXCLUSIVE MODE")
            cursor.execute(f"SELECT 1 FROM {name} WHERE state = 'new' LIMIT 1")  # noqa: S608
            if cursor.fetchone():
                log.warning("partition_kept", name=name, reason="receipts in it wait to be read")
                return
            cursor.execute(f"DROP TABLE {name}")
            log.info("partition_dropped", name=name)
    except OperationalError as error:
        log.warning("partition_not_dropped", name=name, error=str(error)[:200])


_UPPER = r"substring(pg_get_expr(c.relpartbound, c.oid) FROM 'TO \(''([0-9a-f-]+)''\)')"
_BOUNDS = f"""
    SELECT c.relname, {_UPPER} FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
     WHERE i.inhparent = %s::regclass ORDER BY c.relname"""  # noqa: S608
# Whether one of the tables already has this id in its range.
_COVERED = rf"""
    SELECT EXISTS (
      SELECT 1 FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid,
             LATERAL (SELECT pg_get_expr(c.relpartbound, c.oid) AS bound) b,
             LATERAL (SELECT substring(bound FROM 'FROM \(''([0-9a-f-]+)''\)')::uuid AS low,
                             {_UPPER}::uuid AS high) r,
             LATERAL (SELECT %s::uuid AS id) wanted
       WHERE i.inhparent = %s::regclass AND r.high IS NOT NULL AND wanted.id < r.high
         AND (r.low IS NULL OR wanted.id >= r.low))"""  # noqa: S608
_MOVE = f"""
    WITH moved AS (DELETE FROM {DEFAULT} WHERE id >= %s AND id < %s RETURNING *)
    INSERT INTO {{name}} SELECT * FROM moved"""  # noqa: S608
