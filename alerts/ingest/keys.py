"""Which source a key belongs to, remembered for moments so that a request needs no look-up."""

from __future__ import annotations

import time
from dataclasses import dataclass

from psycopg import AsyncConnection

from core.secrets import key_digest

FRESH_SECONDS = 2.0
RELOAD_GAP_SECONDS = 0.25
"""A wrong key makes the ring look again, at most this often: a new key works at once and a
guesser costs nothing."""


@dataclass(frozen=True, slots=True)
class KeyHolder:
    key_id: int
    source_id: int
    enabled: bool


class KeyRing:
    """All live keys by their SHA-256 digest. The digest look-up is what makes it safe against
    timing: nothing of the key itself is compared."""

    def __init__(self) -> None:
        self._holders: dict[bytes, KeyHolder] = {}
        self._loaded_at = float("-inf")
        self._used: set[int] = set()

    async def find(self, key: str, connection: AsyncConnection) -> KeyHolder | None:
        """The source that a key belongs to. Raises psycopg errors when it must look and cannot."""
        digest = key_digest(key)
        age = time.monotonic() - self._loaded_at
        holder = self._holders.get(digest)
        if age > FRESH_SECONDS or (holder is None and age > RELOAD_GAP_SECONDS):
            await self._load(connection)
            holder = self._holders.get(digest)
        if holder is not None:
            self._used.add(holder.key_id)
        return holder

    def take_used(self) -> list[int]:
        """Keys used since the last call, for `last_used_at`."""
        used, self._used = list(self._used), set()
        return used

    async def _load(self, connection: AsyncConnection) -> None:
        cursor = await connection.execute(
            "SELECT k.digest, k.id, s.id, s.enabled FROM alerts_sourcekey k "
            "JOIN alerts_source s ON s.id = k.source_id WHERE k.revoked_at IS NULL"
        )
        self._holders = {
            bytes(digest): KeyHolder(key_id, source_id, enabled)
            for digest, key_id, source_id, enabled in await cursor.fetchall()
        }
        self._loaded_at = time.monotonic()
