"""Keeps what Slack sent: requests in flight share a commit. What cannot be committed at once is
held for a while, because Slack sends commands, presses and forms once only."""

from __future__ import annotations

import asyncio
import json
import time
from collections import deque
from dataclasses import dataclass
from uuid import UUID

import psycopg

from core.hints import hint
from core.logs import get_logger
from core.own_connection import TROUBLE, OwnConnection
from integrations.slack.inbox.envelope import Envelope

log = get_logger(__name__)
MAX_ROWS = 200
MAX_HELD = 2_000
MAX_HELD_BYTES = 64 * 1024 * 1024
HOLD_SECONDS = 60.0
"""Then whoever asked is told that nothing was done, rather than being surprised by it later."""

STATEMENT_SECONDS = 1.5
CONNECT_SECONDS = 2
PAUSE_SECONDS = 0.5
CLOSE_SECONDS = 3.0
LEASE_SECONDS = 20

# A repeat finds its own row. A row with a token is being worked off by whoever kept it.
INSERT = """
    INSERT INTO integrations_slackrequest
           (id, kind, key, team, slack_user_id, payload, state, error, attempts,
            lease_token, lease_until)
    SELECT id, kind, key, team, person, payload::jsonb, 'pending', '',
           CASE WHEN token IS NULL THEN 0 ELSE 1 END, token,
           CASE WHEN token IS NULL THEN NULL ELSE now() + %s * interval '1 second' END
      FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[],
                  %s::uuid[]) AS given(id, kind, key, team, person, payload, token)
    ON CONFLICT (key) DO NOTHING
    RETURNING id"""


class NotKept(Exception):
    """It is nowhere: the database did not take it in time."""


@dataclass(frozen=True, slots=True)
class Row:
    """A request to keep. With a `token` it is leased from the start."""

    id: UUID
    envelope: Envelope
    token: UUID | None = None


@dataclass(slots=True)
class _Held:
    row: Row
    payload: str
    kept: asyncio.Future[bool]
    since: float


class Keeper:
    """One flusher a process. `keep` answers a future: True when the row is new, False when it was
    known already; it raises `NotKept` at the end of the holding time."""

    def __init__(self) -> None:
        self._held: deque[_Held] = deque()
        self._bytes = 0
        self._wake = asyncio.Event()
        self._connection = OwnConnection(
            statement=STATEMENT_SECONDS, connect=CONNECT_SECONDS, log_as="slack_database_away"
        )
        self._task: asyncio.Task[None] | None = None

    def keep(self, row: Row) -> asyncio.Future[bool]:
        kept: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        payload = json.dumps(row.envelope.payload)
        if len(self._held) >= MAX_HELD or self._bytes + len(payload) > MAX_HELD_BYTES:
            kept.set_exception(NotKept())
            return kept
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._flush_forever())
        self._held.append(_Held(row, payload, kept, time.monotonic()))
        self._bytes += len(payload)
        self._wake.set()
        return kept

    async def close(self) -> None:
        """Commit what is held if that is possible within moments."""
        end = time.monotonic() + CLOSE_SECONDS
        while self._held and time.monotonic() < end:
            await asyncio.sleep(0.02)
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        self._drop(len(self._held))
        await self._connection.close()

    async def _flush_forever(self) -> None:
        while True:
            await self._wake.wait()
            if not self._held:
                self._wake.clear()
                continue
            batch = [self._held[n] for n in range(min(MAX_ROWS, len(self._held)))]
            try:
                stored = await self._store(batch)
            except (psycopg.DataError, ValueError) as error:
                # One of them cannot be a row at all: it must not hold up the others.
                log.warning("slack_not_storable", rows=len(batch), error=type(error).__name__)
                stored = await self._store_singly(batch)
            except TROUBLE as error:
                log.warning("slack_not_kept_yet", rows=len(self._held), error=type(error).__name__)
                self._drop_late()
                await asyncio.sleep(PAUSE_SECONDS)
                continue
            for _ in batch:
                self._take()
            for held in batch:
                if not held.kept.done():
                    held.kept.set_result(held.row.id in stored)
            hint("slack")

    async def _store(self, batch: list[_Held]) -> set[UUID]:
        async with asyncio.timeout(STATEMENT_SECONDS + CONNECT_SECONDS):
            try:
                return await self._insert(batch)
            except (psycopg.OperationalError, psycopg.InterfaceError):
                if self._connection.alive:
                    raise
                # It had died quietly, with a restart of the database.
                return await self._insert(batch)

    async def _store_singly(self, batch: list[_Held]) -> set[UUID]:
        stored: set[UUID] = set()
        for held in batch:
            try:
                stored |= await self._store([held])
            except (*TROUBLE, ValueError):
                held.kept.set_exception(NotKept())
        return stored

    async def _insert(self, batch: list[_Held]) -> set[UUID]:
        connection = await self._connection.get()
        rows = [held.row for held in batch]
        given = [row.envelope for row in rows]
        cursor = await connection.execute(
            INSERT,
            (
                LEASE_SECONDS,
                [row.id for row in rows],
                [one.kind for one in given],
                [one.key for one in given],
                [one.team for one in given],
                [one.user for one in given],
                [held.payload for held in batch],
                [row.token for row in rows],
            ),
        )
        return {stored for (stored,) in await cursor.fetchall()}

    def _drop_late(self) -> None:
        now = time.monotonic()
        late = sum(1 for held in self._held if now - held.since > HOLD_SECONDS)
        self._drop(late)  # the oldest stand first

    def _drop(self, number: int) -> None:
        for _ in range(number):
            held = self._take()
            if not held.kept.done():
                held.kept.set_exception(NotKept())

    def _take(self) -> _Held:
        held = self._held.popleft()
        self._bytes -= len(held.payload)
        return held
