"""Shared commits: requests in flight become one multi-row insert; each is answered after it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg
from django.conf import settings
from django.db import connections

from alerts.ingest.keys import KeyRing
from core.crashpoints import crash_point
from core.hints import hint
from core.logs import get_logger

log = get_logger(__name__)
MAX_ROWS = 500
MAX_BYTES = 8 * 1024 * 1024
MAX_WAITING = 2000
MAX_WAITING_BYTES = 128 * 1024 * 1024
USED_EVERY_SECONDS = 30.0
STATEMENT_SECONDS = 5

INSERT = """
    INSERT INTO alerts_receipt (id, source_id, format, headers, body)
    SELECT id, source_id, format, headers::jsonb, body
      FROM unnest(%s::uuid[], %s::bigint[], %s::text[], %s::text[], %s::bytea[])
        AS given(id, source_id, format, headers, body)"""


class Busy(Exception):
    """Too much is waiting, or the database is away: the sender must come back."""


@dataclass(frozen=True, slots=True)
class Row:
    id: UUID
    source_id: int
    format: str
    headers: Mapping[str, str]
    body: bytes


class Committer:
    """One connection and one flusher a process. While a commit is under way the next rows
    gather, so the size of a batch follows the load by itself."""

    def __init__(self) -> None:
        self.ring = KeyRing()
        self._waiting: list[tuple[Row, asyncio.Future[None]]] = []
        self._waiting_bytes = 0
        self._wake = asyncio.Event()
        self._connection: psycopg.AsyncConnection[Any] | None = None
        self._key_connection: psycopg.AsyncConnection[Any] | None = None
        self._lock = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None
        self._used_at = time.monotonic()

    async def holder(self, key: str) -> Any:
        """The key's holder or None. Raises `Busy` when the database is needed and away."""
        try:
            async with self._lock:
                self._key_connection = await _live(self._key_connection)
                return await self.ring.find(key, self._key_connection)
        except (psycopg.Error, OSError) as error:
            log.warning("ingest_database_away", error=type(error).__name__)
            raise Busy from error

    async def commit(self, row: Row) -> None:
        """Return when the row is committed. Raises `Busy` when it is not."""
        if len(self._waiting) >= MAX_WAITING or self._waiting_bytes > MAX_WAITING_BYTES:
            raise Busy
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._flush())
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((row, done))
        self._waiting_bytes += len(row.body)
        self._wake.set()
        await done

    async def close(self) -> None:
        """Commit what waits, then let go of the connections."""
        while self._waiting:
            await asyncio.sleep(0.01)
        if self._task:
            self._task.cancel()
        for connection in (self._connection, self._key_connection):
            if connection:
                with contextlib.suppress(psycopg.Error):
                    await connection.close()

    async def _flush(self) -> None:
        while True:
            await self._wake.wait()
            batch = self._take()
            if not batch:
                self._wake.clear()
                continue
            try:
                await self._insert([row for row, _ in batch])
            except Exception as error:
                log.warning("ingest_not_committed", rows=len(batch), error=type(error).__name__)
                self._settle(batch, Busy())
                continue
            crash_point("ingest:after_commit")
            self._settle(batch, None)
            hint("absorb")
            await self._note_used()

    def _take(self) -> list[tuple[Row, asyncio.Future[None]]]:
        count, size = 0, 0
        for row, _ in self._waiting[:MAX_ROWS]:
            if count and size + len(row.body) > MAX_BYTES:
                break
            count, size = count + 1, size + len(row.body)
        batch, self._waiting = self._waiting[:count], self._waiting[count:]
        self._waiting_bytes -= size
        return batch

    @staticmethod
    def _settle(batch: list[tuple[Row, asyncio.Future[None]]], error: Exception | None) -> None:
        for _, done in batch:
            if done.done():
                continue
            if error:
                done.set_exception(error)
            else:
                done.set_result(None)

    async def _insert(self, rows: list[Row]) -> None:
        async with asyncio.timeout(STATEMENT_SECONDS + 2):
            self._connection = await _live(self._connection)
            try:
                await self._connection.execute(
                    INSERT,
                    (
                        [row.id for row in rows],
                        [row.source_id for row in rows],
                        [row.format for row in rows],
                        [json.dumps(dict(row.headers)) for row in rows],
                        [row.body for row in rows],
                    ),
                    prepare=True,
                )
            except psycopg.errors.ForeignKeyViolation:
                # A source was deleted while its rows waited: the others must not suffer.
                for row in rows:
                    await self._insert_one(row)

    async def _insert_one(self, row: Row) -> None:
        assert self._connection is not None
        with contextlib.suppress(psycopg.errors.ForeignKeyViolation):
            await self._connection.execute(
                INSERT, ([row.id], [row.source_id], [row.format],
                         [json.dumps(dict(row.headers))], [row.body])
            )  # fmt: skip

    async def _note_used(self) -> None:
        """`last_used_at` tells which of two keys is still in use when one is to be retired."""
        if time.monotonic() - self._used_at < USED_EVERY_SECONDS or self._connection is None:
            return
        self._used_at = time.monotonic()
        if used := self.ring.take_used():
            with contextlib.suppress(psycopg.Error):
                await self._connection.execute(
                    "UPDATE alerts_sourcekey SET last_used_at = now() WHERE id = ANY(%s)", [used]
                )


async def _live(connection: psycopg.AsyncConnection[Any] | None) -> psycopg.AsyncConnection[Any]:
    """The connection, or a new one when there is none or it broke."""
    if connection is not None and not connection.closed and not connection.broken:
        return connection
    # Django's own settings of the same database, with a tighter statement limit.
    parameters = dict(connections["default"].get_connection_params())
    for name in ("cursor_factory", "context", "prepare_threshold"):
        parameters.pop(name, None)
    parameters["options"] = f"-c statement_timeout={STATEMENT_SECONDS * 1000}"
    parameters["connect_timeout"] = 2
    if settings.DATABASES["default"].get("OPTIONS", {}).get("sslmode"):
        parameters["sslmode"] = settings.DATABASES["default"]["OPTIONS"]["sslmode"]
    return await psycopg.AsyncConnection.connect(**parameters, autocommit=True)
