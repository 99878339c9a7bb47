"""Shared commits: requests in flight become one multi-row insert; each is answered after it."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

import psycopg

from alerts.ingest.keys import QUERY, KeyHolder, KeyRing, Rows
from core.crashpoints import crash_point
from core.hints import hint
from core.logs import get_logger
from core.own_connection import TROUBLE, OwnConnection

log = get_logger(__name__)
MAX_ROWS = 500
MAX_BYTES = 8 * 1024 * 1024
MAX_WAITING = 2000
MAX_WAITING_BYTES = 128 * 1024 * 1024
USED_EVERY_SECONDS = 5.0
CONNECT_SECONDS = 2
STATEMENT_SECONDS = 3
COMMIT_SECONDS = 4.0
LOOK_SECONDS = 2.0

# Arrays go over in their binary form (`%b`): as text each byte of a body is two digits that Python
# quotes and PostgreSQL reads, which took four times as long here and half as long again there.
# A source that was deleted while its rows waited takes only its own rows with it; a row that an
# earlier try did commit (its answer was lost with the connection) is not written twice.
INSERT = """
    INSERT INTO alerts_receipt (id, source_id, format, headers, body)
    SELECT given.id, source.id, given.format, given.headers::jsonb, given.body
      FROM unnest(%b::uuid[], %b::bigint[], %b::text[], %b::text[], %b::bytea[])
        AS given(id, source_id, format, headers, body)
      JOIN alerts_source source ON source.id = given.source_id
    ON CONFLICT (id) DO NOTHING"""
STORED = "SELECT id FROM alerts_receipt WHERE id = ANY(%s)"
NOTE_USED = "UPDATE alerts_sourcekey SET last_used_at = now() WHERE id = ANY(%s)"


class Busy(Exception):
    """Too much is waiting, or the database is away: the sender must come back."""


class SourceGone(Exception):
    """The source was deleted before the row could be stored."""


@dataclass(frozen=True, slots=True)
class Row:
    id: UUID
    source_id: int
    format: str
    headers: Mapping[str, str]
    body: bytes


Waiting = tuple[Row, "asyncio.Future[None]"]


class Committer:
    """One flusher a process. While a commit is under way the next rows gather, so the size of a
    batch follows the load by itself. Keys are looked up on a connection of their own."""

    def __init__(self) -> None:
        self._ring = KeyRing(self._load_keys)
        self._waiting: deque[Waiting] = deque()
        self._waiting_bytes = 0
        self._wake = asyncio.Event()
        self._rows = _connection()
        self._keys = _connection()
        self._tasks: list[asyncio.Task[None]] = []

    async def holder(self, key: str) -> KeyHolder | None:
        """The key's holder or None. Raises `Busy` when the database is needed and away."""
        try:
            return await self._ring.find(key)
        except TROUBLE as error:
            raise Busy from error

    async def commit(self, row: Row) -> None:
        """Return when the row is committed. Raises `Busy` or `SourceGone` when it is not."""
        if len(self._waiting) >= MAX_WAITING or self._waiting_bytes > MAX_WAITING_BYTES:
            raise Busy
        if not self._tasks or any(task.done() for task in self._tasks):
            self._start()
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((row, done))
        self._waiting_bytes += len(row.body)
        self._wake.set()
        try:
            async with asyncio.timeout(COMMIT_SECONDS):
                await done
        except TimeoutError as error:
            # The database is stalled. It may still be stored: the sender's repeat is absorbed.
            raise Busy from error

    async def close(self) -> None:
        """Commit what waits, then let go of the connections."""
        while self._waiting:
            await asyncio.sleep(0.01)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._note_used()
        await self._rows.close()
        await self._keys.close()

    def _start(self) -> None:
        for task in self._tasks:
            task.cancel()
        self._tasks = [
            asyncio.create_task(self._flush_forever()),
            asyncio.create_task(self._note_forever()),
        ]

    async def _flush_forever(self) -> None:
        while True:
            await self._wake.wait()
            # One turn of the loop for what has arrived already: the first of them would have a
            # commit of its own while the others wait for it (measured: 40 % more a second where
            # each request is a connection; a second turn or a second flusher gives nothing).
            await asyncio.sleep(0)
            batch = self._take()
            if not batch:
                self._wake.clear()
                continue
            try:
                stored = await self._store([row for row, _ in batch])
            except BaseException as error:
                log.warning("ingest_not_committed", rows=len(batch), error=type(error).__name__)
                for _, done in batch:
                    _settle(done, Busy())
                if not isinstance(error, Exception):
                    raise
                continue
            crash_point("ingest:after_commit")
            for row, done in batch:
                _settle(done, None if stored is None or row.id in stored else SourceGone())
            hint("absorb")

    def _take(self) -> list[Waiting]:
        batch: list[Waiting] = []
        size = 0
        while self._waiting and len(batch) < MAX_ROWS:
            size += len(self._waiting[0][0].body)
            if batch and size > MAX_BYTES:
                break
            item = self._waiting.popleft()
            self._waiting_bytes -= len(item[0].body)
            if not item[1].done():
                batch.append(item)
        return batch

    async def _store(self, rows: list[Row]) -> set[UUID] | None:
        """Commit; answers the ids that were stored, or None for all of them. A connection that
        turns out to be dead (the database was restarted) is replaced once."""
        async with asyncio.timeout(STATEMENT_SECONDS + 1):
            try:
                return await self._insert(rows)
            except (psycopg.OperationalError, psycopg.InterfaceError):
                if self._rows.alive:
                    raise
            except psycopg.errors.ForeignKeyViolation:
                # Deleted between the statement's look and its check: now it is seen.
                pass
            return await self._insert(rows)

    async def _insert(self, rows: list[Row]) -> set[UUID] | None:
        connection = await self._rows.get()
        ids = [row.id for row in rows]
        cursor = await connection.execute(
            INSERT,
            (
                ids,
                [row.source_id for row in rows],
                [row.format for row in rows],
                [json.dumps(dict(row.headers)) for row in rows],
                [row.body for row in rows],
            ),
        )
        if cursor.rowcount == len(rows):
            return None
        found = await connection.execute(STORED, (ids,))
        return {stored for (stored,) in await found.fetchall()}

    async def _load_keys(self) -> Rows:
        async with asyncio.timeout(LOOK_SECONDS):
            try:
                cursor = await (await self._keys.get()).execute(QUERY)
            except (psycopg.OperationalError, psycopg.InterfaceError):
                if self._keys.alive:
                    raise
                cursor = await (await self._keys.get()).execute(QUERY)
            return await cursor.fetchall()

    async def _note_forever(self) -> None:
        """`last_used_at` tells which of two keys is still in use when one is to be retired."""
        await asyncio.sleep(0.5)
        while True:
            await self._note_used()
            await asyncio.sleep(USED_EVERY_SECONDS)

    async def _note_used(self) -> None:
        if used := self._ring.take_used():
            with contextlib.suppress(*TROUBLE):
                async with asyncio.timeout(LOOK_SECONDS):
                    await (await self._keys.get()).execute(NOTE_USED, (used,))


def _connection() -> OwnConnection:
    return OwnConnection(
        statement=STATEMENT_SECONDS, connect=CONNECT_SECONDS, log_as="ingest_database_away"
    )


def _settle(done: asyncio.Future[None], error: Exception | None) -> None:
    if done.done():
        return
    if error:
        done.set_exception(error)
    else:
        done.set_result(None)
