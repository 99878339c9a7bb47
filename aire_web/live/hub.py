"""One subscription a process, fanned out in memory to the streams that are open in it."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Collection
from typing import Any

import redis.asyncio
from redis.exceptions import RedisError

from aire_web.live.gate import Ticket
from core.live import ONLY
from core.logs import get_logger

log = get_logger(__name__)
PING_SECONDS = 15.0
CHECK_EVERY = 2
"""Sessions are looked at again every so many pings: within half a minute, plus the query."""

MAX_A_USER = 4
MAX_STREAMS = 5_000
SILENT_SECONDS = 10.0
READY_SECONDS = 2.0

Recheck = Callable[[Collection[Ticket]], Awaitable[dict[Ticket, frozenset[str]]]]


class Stream:
    """What one open page waits for. `pending` are topics that it has not been told yet."""

    __slots__ = ("ended", "pending", "ping", "ticket", "topics", "wake")

    def __init__(self, ticket: Ticket) -> None:
        self.ticket = ticket
        self.topics = ticket.topics
        self.pending: set[str] = set()
        self.ping = False
        self.ended = ""
        self.wake = asyncio.Event()

    def tell(self, topic: str) -> None:
        self.pending.add(topic)
        self.wake.set()

    def beat(self) -> None:
        self.ping = True
        self.wake.set()

    def end(self, why: str) -> None:
        """The first reason counts. `full` asks the browser not to come back with this page."""
        self.ended = self.ended or why
        self.wake.set()


class Hub:
    def __init__(
        self, *, url: str, channel: str, recheck: Recheck, ping: float = PING_SECONDS
    ) -> None:
        self._url = url
        self._channel = channel
        self._recheck = recheck
        self._ping = ping
        self._by_topic: dict[str, set[Stream]] = {}
        self._by_user: dict[int, list[Stream]] = {}
        self._connected = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._closed = False

    def __len__(self) -> int:
        return sum(len(streams) for streams in self._by_user.values())

    async def ready(self) -> bool:
        """Whether ticks arrive here; the first who asks starts the subscription."""
        if self._closed or len(self) >= MAX_STREAMS:
            return False
        if not self._tasks:
            self._tasks = [asyncio.create_task(job()) for job in (self._listen, self._keep)]
        try:
            async with asyncio.timeout(READY_SECONDS):
                await self._connected.wait()
        except TimeoutError:
            return False
        return not self._closed

    def add(self, stream: Stream) -> None:
        mine = self._by_user.setdefault(stream.ticket.user_id, [])
        mine.append(stream)
        for oldest in mine[:-MAX_A_USER]:
            oldest.end("full")
            self.remove(oldest)
        for topic in stream.topics:
            self._by_topic.setdefault(topic, set()).add(stream)

    def remove(self, stream: Stream) -> None:
        self._forget(stream, stream.topics)
        mine = self._by_user.get(stream.ticket.user_id, [])
        if stream in mine:
            mine.remove(stream)
        if not mine:
            self._by_user.pop(stream.ticket.user_id, None)

    def tick(self, name: str) -> None:
        """`incident:42`, or `incidents@7` for that user alone."""
        topic, _, only = name.partition(ONLY)
        for stream in self._by_topic.get(topic, ()):
            if not only or only == str(stream.ticket.user_id):
                stream.tell(topic)

    async def close(self) -> None:
        self._closed = True
        self._end_all()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = []

    def end_soon(self) -> None:
        """The process is about to stop: let the pages go at once, so that it does not wait."""
        self._closed = True
        self._end_all()

    # -- the subscription ------------------------------------------------------------------

    async def _listen(self) -> None:
        while not self._closed:
            try:
                await self._hear()
            except (RedisError, OSError) as error:
                if self._connected.is_set():
                    log.warning("live_lost_redis", error=type(error).__name__)
            finally:
                self._connected.clear()
                # Deaf streams would look alive: without them pages look by themselves.
                self._end_all()
            await asyncio.sleep(0.5 + random.random())  # noqa: S311 - spreads, hides nothing

    async def _hear(self) -> None:
        client = redis.asyncio.from_url(self._url, socket_connect_timeout=2.0)
        loop = asyncio.get_running_loop()
        try:
            pubsub = client.pubsub()
            await pubsub.subscribe(self._channel)
            heard = loop.time()
            while True:
                message = await pubsub.get_message(timeout=SILENT_SECONDS)
                if message is not None:
                    heard = loop.time()
                    self._take(message)
                elif loop.time() - heard > 3 * SILENT_SECONDS:
                    raise ConnectionError("Redis is silent")
                else:
                    await pubsub.ping()
        finally:
            await client.aclose()

    def _take(self, message: dict[str, Any]) -> None:
        if message["type"] == "subscribe":
            self._connected.set()
        elif message["type"] == "message":
            self.tick(message["data"].decode("utf-8", "replace"))

    # -- pings, sessions that have ended -----------------------------------------------------

    async def _keep(self) -> None:
        beats = 0
        while True:
            await asyncio.sleep(self._ping)
            beats += 1
            for stream in self._streams():
                stream.beat()
            if beats % CHECK_EVERY == 0:
                await self._check()

    async def _check(self) -> None:
        streams = self._streams()
        if not streams:
            return
        try:
            allowed = await self._recheck({stream.ticket for stream in streams})
        except Exception as error:
            # The database is away: nobody's pages get an answer either. Look again next time.
            log.warning("live_check_failed", error=type(error).__name__)
            return
        for stream in streams:
            topics = allowed.get(stream.ticket)
            if topics is None:
                stream.end("over")
            elif topics != stream.topics:
                self._forget(stream, stream.topics - topics)
                stream.topics = topics

    def _streams(self) -> list[Stream]:
        return [stream for streams in self._by_user.values() for stream in streams]

    def _forget(self, stream: Stream, topics: Collection[str]) -> None:
        for topic in topics:
            listening = self._by_topic.get(topic)
            if listening is not None:
                listening.discard(stream)
                if not listening:
                    del self._by_topic[topic]

    def _end_all(self) -> None:
        for stream in self._streams():
            stream.end("over")
