"""Which source a key belongs to, remembered for moments so that a request needs no look-up."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass

from core.secrets import key_digest

REFRESH_SECONDS = 1.0
"""After this the ring looks again beside the requests, which go on with what it knows."""

FRESH_SECONDS = 2.0
"""After this a request waits for the look: a revoked key is refused within this time."""

GAP_SECONDS = 0.25
"""The least time between two looks. An unknown key waits for the next one, so that a new key works
at once and guessers cost one look a gap between them all."""

LOOK_SECONDS = 2.0
FAILED_SECONDS = 0.5
"""How long a look that failed answers for everybody: a database away must not queue requests."""


@dataclass(frozen=True, slots=True)
class KeyHolder:
    key_id: int
    source_id: int
    enabled: bool
    signing: str = ""
    """The sealed secrets of the sender's signature; "" when the key is all that is asked for."""


Rows = Iterable[tuple[bytes, int, int, bool, str]]
"""(digest, key id, source id, enabled, sealed signing secrets) of each live key."""

QUERY = (
    "SELECT k.digest, k.id, s.id, s.enabled, s.signing_secret FROM alerts_sourcekey k "
    "JOIN alerts_source s ON s.id = k.source_id WHERE k.revoked_at IS NULL"
)


class KeyRing:
    """All live keys by their SHA-256 digest. The digest look-up is what makes it safe against
    timing: nothing of the key itself is compared. A known key takes no lock and no look-up."""

    def __init__(self, load: Callable[[], Awaitable[Rows]]) -> None:
        self._load_rows = load
        self._holders: dict[bytes, KeyHolder] = {}
        self._loaded_at = float("-inf")
        self._failed: tuple[float, Exception] | None = None
        self._loading: asyncio.Task[None] | None = None
        self._used: set[int] = set()

    async def find(self, key: str) -> KeyHolder | None:
        """The source that a key belongs to. Raises what `load` raises when it must look."""
        digest = key_digest(key)
        age = time.monotonic() - self._loaded_at
        holder = self._holders.get(digest)
        if holder is None or age > FRESH_SECONDS:
            await self._look(since=time.monotonic() if holder is None else None)
            holder = self._holders.get(digest)
        elif age > REFRESH_SECONDS and not self._recently_failed():
            self._start()
        if holder is not None:
            self._used.add(holder.key_id)
        return holder

    def take_used(self) -> list[int]:
        """Keys used since the last call, for `last_used_at`."""
        used, self._used = list(self._used), set()
        return used

    def _recently_failed(self) -> Exception | None:
        if self._failed and time.monotonic() - self._failed[0] < FAILED_SECONDS:
            return self._failed[1]
        return None

    async def _look(self, *, since: float | None) -> None:
        """Have the ring loaded; by a look that began at or after `since` when that is given."""
        while True:
            if error := self._recently_failed():
                raise error
            async with asyncio.timeout(LOOK_SECONDS):
                # The look itself goes on for the others when one request stops waiting.
                await asyncio.shield(self._start())
            if since is None or self._loaded_at >= since:
                return

    def _start(self) -> asyncio.Task[None]:
        """The look under way, or a new one: never two at once."""
        if self._loading is None or self._loading.done():
            self._loading = asyncio.create_task(self._load())
            # A look nobody waits for may fail without a complaint of the event loop.
            self._loading.add_done_callback(lambda task: task.cancelled() or task.exception())
        return self._loading

    async def _load(self) -> None:
        await asyncio.sleep(max(0.0, self._loaded_at + GAP_SECONDS - time.monotonic()))
        began = time.monotonic()
        try:
            rows = await self._load_rows()
        except Exception as error:
            self._failed = (time.monotonic(), error)
            raise
        self._holders = {
            bytes(digest): KeyHolder(key_id, source_id, enabled, signing)
            for digest, key_id, source_id, enabled, signing in rows
        }
        self._loaded_at, self._failed = began, None
