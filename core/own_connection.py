"""A database connection of an event loop's own, beside Django's: with limits of its own, made when
it is needed and again when it broke. No meaning here."""

from __future__ import annotations

import asyncio
import contextlib
import time
from typing import Any

import psycopg
from django.db import connections

from core.logs import get_logger

log = get_logger(__name__)
TROUBLE = (psycopg.Error, OSError, TimeoutError)
"""What using one can raise when the database is away, stalled or refuses."""


class OwnConnection:
    """`statement` and `connect` are the longest a statement and a connecting may take, in
    seconds; a statement that takes longer is ended by the database itself."""

    def __init__(self, *, statement: float, connect: int, log_as: str) -> None:
        self._statement, self._connect, self._log_as = statement, connect, log_as
        self._connection: psycopg.AsyncConnection[Any] | None = None
        self._lock = asyncio.Lock()

    @property
    def alive(self) -> bool:
        held = self._connection
        return held is not None and not held.closed and not held.broken

    async def get(self) -> psycopg.AsyncConnection[Any]:
        async with self._lock:
            if self._connection is None or not self.alive:
                self._connection = await self._connected()
            return self._connection

    async def close(self) -> None:
        if self._connection:
            with contextlib.suppress(psycopg.Error):
                await self._connection.close()

    async def _connected(self) -> psycopg.AsyncConnection[Any]:
        """To Django's own database, its parameters and TLS included, with tighter limits."""
        parameters = dict(connections["default"].get_connection_params())
        for name in ("cursor_factory", "context"):
            parameters.pop(name, None)
        parameters["options"] = f"-c statement_timeout={round(self._statement * 1000)}"
        parameters["connect_timeout"] = self._connect
        began = time.monotonic()
        try:
            return await psycopg.AsyncConnection.connect(**parameters, autocommit=True)
        except TROUBLE as error:
            seconds = round(time.monotonic() - began, 2)
            log.warning(self._log_as, error=type(error).__name__, seconds=seconds)
            raise
