"""Asks the database what is late, over a connection of its own. Loads no room of AIRE."""

from __future__ import annotations

import math

import psycopg

from aire_web.watchdog.judging import Look

CONNECT_SECONDS = 3
STATEMENT_MS = 5_000
WORDS = {"engine": "engine loop"}


def look(database_url: str) -> Look:
    """One look; whatever goes wrong is the finding."""
    options = f"-c statement_timeout={STATEMENT_MS} -c lock_timeout=2000"
    try:
        with psycopg.connect(
            database_url, connect_timeout=CONNECT_SECONDS, options=options, autocommit=True
        ) as connection:
            age = connection.execute(
                "SELECT extract(epoch FROM now() - max(at)) FROM core_enginebeat"
            ).fetchone()
            late = connection.execute(
                "SELECT kind, count(*) FROM overdue_obligation GROUP BY kind"
            ).fetchall()
            found = age[0] if age else None
            seen = Look(
                engine_age=math.inf if found is None else float(found),
                overdue={WORDS.get(kind, str(kind)): int(count) for kind, count in late},
            )
            _note(connection, seen)
            return seen
    except psycopg.Error as error:
        return Look(database_error=type(error).__name__)


def _note(connection: psycopg.Connection[tuple[object, ...]], seen: Look) -> None:
    """So that the operator page shows that the watchdog is awake."""
    connection.execute(
        'INSERT INTO aire_web_watchdoglook ("only", at, faults) VALUES (true, now(), %s)'
        ' ON CONFLICT ("only") DO UPDATE SET at = now(), faults = excluded.faults',
        [" ".join(seen.faults().values())],
    )
