"""Bodies for Django end at a size, before a byte too many is kept. Ingest has its own limits."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

MAX_BYTES: Final = 12 * 1024 * 1024
"""An attachment (10 MiB) and the form around it; every other kind of input is bounded lower."""
_SENTENCE: Final = (
    f"This is more than {MAX_BYTES // 2**20} MiB, the most that can be sent at once. "
    "Nothing was kept.\n"
).encode()

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[Mapping[str, Any]]]
Send = Callable[[Mapping[str, Any]], Awaitable[None]]
Application = Callable[[Any, Any, Any], Awaitable[None]]


async def bounded(application: Application, scope: Scope, receive: Receive, send: Send) -> None:
    """Answer 413 where the announced length is too large, or as soon as the body is."""
    if _announced(scope) > MAX_BYTES:
        await _refuse(send)
        return
    body = _Counted(receive, send)
    await application(scope, body.receive, body.send)
    if body.too_large and not body.answered:
        await _refuse(send)


class _Counted:
    """Passes the body on until it is too large; from then on the sender seems to have gone."""

    def __init__(self, receive: Receive, send: Send) -> None:
        self._receive, self._send = receive, send
        self._seen = 0
        self.too_large = False
        self.answered = False

    async def receive(self) -> Mapping[str, Any]:
        message = await self._receive()
        self._seen += len(message.get("body", b""))
        if self._seen > MAX_BYTES:
            self.too_large = True
            return {"type": "http.disconnect"}
        return message

    async def send(self, message: Mapping[str, Any]) -> None:
        if not self.too_large:
            self.answered = True
            await self._send(message)


def _announced(scope: Scope) -> int:
    for name, value in scope.get("headers", ()):
        if name == b"content-length":
            return int(value) if value.isdigit() else 0
    return 0


async def _refuse(send: Send) -> None:
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", str(len(_SENTENCE)).encode()),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": _SENTENCE})
