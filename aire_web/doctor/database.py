"""Checks of PostgreSQL: version, migrations, clock, and what is late."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import connection

from aire_web.doctor.findings import Finding, failing, ok, warning
from aire_web.operations import pending_migrations
from core import clock, obligations

OLDEST_VERSION = 15
SKEW_WARNING_SECONDS = 2.0
SKEW_FAILING_SECONDS = 30.0


def check_database() -> Iterator[Finding]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version_num')::int")
        version = int(cursor.fetchone()[0])
    major = version // 10_000
    if major < OLDEST_VERSION:
        yield failing(
            "Database",
            f"PostgreSQL {major} is too old.",
            f"Move to PostgreSQL {OLDEST_VERSION} or later.",
        )
    else:
        yield ok("Database", f"PostgreSQL {major}.{version % 10_000} answers.")
    pending = pending_migrations()
    if pending:
        yield failing(
            "Migrations",
            f"{len(pending)} are not applied.",
            "Run: python manage.py migrate (python manage.py up does it by itself).",
        )
    else:
        yield ok("Migrations", "All applied.")


def check_clock() -> Iterator[Finding]:
    """Timers run by the database's clock, everything else by this machine's."""
    before = clock.now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        theirs = cursor.fetchone()[0]
    after = clock.now()
    middle = before + (after - before) / 2
    skew = abs((theirs - middle).total_seconds())
    said = f"This machine and the database differ by {skew:.1f} s."
    mend = "Synchronise both with NTP: pages may be late or early by the difference."
    if skew > SKEW_FAILING_SECONDS:
        yield failing("Clock", said, mend)
    elif skew > SKEW_WARNING_SECONDS:
        yield warning("Clock", said, mend)
    else:
        yield ok("Clock", said)


def check_obligations() -> Iterator[Finding]:
    late = {kind: count for kind, count in obligations.overdue_counts().items() if count}
    if not late:
        yield ok("Obligations", "Nothing is late.")
        return
    told = ", ".join(f"{count} {kind}" for kind, count in sorted(late.items()))
    yield failing(
        "Obligations",
        f"Late: {told}.",
        "See that engine and worker run and read their log; the view overdue_obligation lists "
        "each one.",
    )
