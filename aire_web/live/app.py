"""`/live/?t=incident:42&t=alerts`: a plain ASGI handler that streams ticks to one open page.

No Django request, and no database once it streams. It says which topic changed and nothing else:
the page asks for its fragment again, and the fragment's own view decides what it may show.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from django.db import DatabaseError, InterfaceError

from aire_web.live import gate
from aire_web.live.hub import Hub, Stream
from aire_web.live.topics import read_topics
from core.logs import get_logger

log = get_logger(__name__)
Scope = dict[str, Any]
Message = Mapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

PATH = "/live/"
HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"private, no-store"),
    (b"x-accel-buffering", b"no"),
    (b"x-content-type-options", b"nosniff"),
]
PING = b": ping\nevent: ping\ndata: .\n\n"
"""The comment is for what stands between; the event lets the browser notice a dead line."""


class Live:
    def __init__(self, hub: Hub) -> None:
        self.hub = hub

    def handles(self, path: str) -> bool:
        return path == PATH

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] != "GET":
            await _refuse(send, 405, b"allow", b"GET")
            return
        cookies = "; ".join(
            value.decode("latin-1") for name, value in scope["headers"] if name == b"cookie"
        )
        topics = read_topics(scope.get("query_string", b""))
        try:
            ticket = await asyncio.to_thread(gate.admit, cookies, topics)
        except (DatabaseError, InterfaceError) as error:
            log.warning("live_not_admitted", error=type(error).__name__)
            await _refuse(send, 503, b"retry-after", b"10")
            return
        if ticket is None:
            await _refuse(send, 401)
        elif not await self.hub.ready():
            await _refuse(send, 503, b"retry-after", b"10")
        else:
            await self._stream(Stream(ticket), receive, send)

    async def _stream(self, stream: Stream, receive: Receive, send: Send) -> None:
        self.hub.add(stream)
        watching = asyncio.create_task(_watch(stream, receive))
        try:
            await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
            # Whatever changes from here on is told; what changed before, the page asks for.
            await _send(send, b": hello\n\n")
            ended = False
            while not ended:
                await stream.wake.wait()
                stream.wake.clear()
                ended = bool(stream.ended)
                if said := _said(stream):
                    await _send(send, said)
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            watching.cancel()
            self.hub.remove(stream)


def _said(stream: Stream) -> bytes:
    lines = [f"event: tick\ndata: {topic}\n\n".encode() for topic in sorted(stream.pending)]
    stream.pending.clear()
    if stream.ping:
        stream.ping = False
        lines.append(PING)
    if stream.ended == "full":
        lines.append(b"event: full\ndata: .\n\n")
    return b"".join(lines)


async def _send(send: Send, body: bytes) -> None:
    await send({"type": "http.response.body", "body": body, "more_body": True})


async def _watch(stream: Stream, receive: Receive) -> None:
    """A browser that leaves is noticed here; sending to nobody raises nothing."""
    while (await receive())["type"] != "http.disconnect":
        pass
    stream.end("gone")


async def _refuse(send: Send, status: int, *header: bytes) -> None:
    headers = [(b"content-length", b"0"), (b"cache-control", b"no-store")]
    if header:
        headers.append((header[0], header[1]))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b""})
