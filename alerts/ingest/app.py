"""The ASGI application of the ingest addresses: a few steps, no Django request, no redirect."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl

from alerts.ingest.body import Gone, Receive, TooLarge, drain, read_body, unpack
from alerts.ingest.committer import Busy, Committer, Row, SourceGone
from alerts.ingest.doors import STANDARD_NAMES, Answer, Call, Door, doors, manners_of
from alerts.ingest.signatures import genuine
from core.ids import new_id
from core.logs import get_logger

Scope = dict[str, Any]
Send = Callable[[Mapping[str, Any]], Awaitable[None]]

log = get_logger(__name__)
KEPT_HEADERS = frozenset(
    {"content-type", "content-encoding", "user-agent", "traceparent", "request-id"}
    | {*STANDARD_NAMES}
)
_SECRET = re.compile(r"auth|token|key|secret|cookie|password")
MAX_HEADERS = 40
MAX_HEADER = 1000
MAX_QUERY = 8192
LARGE = 256 * 1024
"""Bodies from this size on are parsed beside the event loop, by doors that parse."""


class Ingest:
    """Answers the requests whose path a door knows; `handles` says which those are."""

    def __init__(self) -> None:
        self.committer = Committer()

    def handles(self, path: str, method: str) -> bool:
        """Is it ours to answer? A door may leave some methods to pages at the same address."""
        door = next((door for door in doors if door.path.match(path)), None)
        return method not in door.leaves if door else path.startswith("/in/")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        answer = await self._answer(scope, receive)
        body = answer.content()
        headers = [
            (b"content-type", answer.content_type.encode()),
            (b"content-length", str(len(body)).encode()),
            (b"x-content-type-options", b"nosniff"),
            *((name.encode(), value.encode()) for name, value in answer.headers.items()),
        ]
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        early = answer.status == 413
        await send({"type": "http.response.body", "body": body, "more_body": early})
        if early:
            # Hanging up on bytes that nobody has read resets the connection, and the sender loses
            # the answer that tells it what is wrong.
            await drain(receive)
            await send({"type": "http.response.body", "body": b""})

    async def _answer(self, scope: Scope, receive: Receive) -> Answer:
        path = scope["path"]
        found = ((door, match) for door in doors if (match := door.path.match(path)))
        door, match = next(found, (None, None))
        if door is None or match is None:
            return Answer(404, {"detail": "No such ingest address."})
        if scope.get("http_version") == "0.9":
            # A line without a version: the parser takes it for a request of 1991 without a body.
            return Answer(400, {"detail": "This is not HTTP/1.1."})
        headers = _headers(scope)
        answer = await self._through(door, match, scope, headers, receive)
        return answer if answer.status < 300 else door.dress(answer, headers)

    async def _through(
        self,
        door: Door,
        match: re.Match[str],
        scope: Scope,
        headers: Mapping[str, str],
        receive: Receive,
    ) -> Answer:
        allowed, method = door.methods(match), scope["method"]
        if method not in allowed:
            return Answer(405, {"detail": "Send it with POST."}, {"allow": ", ".join(allowed)})
        try:
            body = await read_body(receive, limit=door.limit, length=headers.get("content-length"))
            encoding = headers.get("content-encoding", "")
            plain = unpack(body, encoding, limit=door.limit) if encoding else body
        except TooLarge:
            limit = door.limit // 1024
            return Answer(413, {"detail": f"The body is larger than {limit} KiB."})
        except Gone:
            return Answer(408, {"detail": "The body did not arrive in time."})
        call = Call(
            match=match,
            headers=headers,
            body=body if plain is None else plain,
            packed=plain is None,
            method=method,
            query=_query(scope),
        )
        kept = _kept(headers, manners_of(door.format(call)).headers)
        if plain is not None:
            kept.pop("content-encoding", None)
        return await self._take(door, call, kept)

    async def _take(self, door: Door, call: Call, kept: Mapping[str, str]) -> Answer:
        large = door.slow and len(call.body) >= LARGE
        refusal = await asyncio.to_thread(door.refuse, call) if large else door.refuse(call)
        if refusal is not None:
            return refusal
        key = door.key(call)
        try:
            holder = await self.committer.holder(key) if key else None
            if holder is None or not holder.enabled:
                return door.wrong_key
            habits = manners_of(door.format(call))
            if greeting := habits.greet(call):
                return greeting
            if holder.signing and not genuine(habits, call, holder.signing):
                log.warning("ingest_signature_refused", source=holder.source_id)
                return door.wrong_key
            receipt = new_id()
            await self.committer.commit(
                Row(
                    receipt,
                    holder.source_id,
                    door.format(call),
                    {**kept, **door.keep(call)},
                    call.body,
                )
            )
        except SourceGone:
            return door.wrong_key
        except Busy:
            # Said in the sender's way of backing off; nothing was accepted.
            detail = {"detail": "AIRE cannot store this right now. Send it again."}
            return Answer(door.busy, detail, {"retry-after": str(door.retry_after)})
        return door.accept(call, str(receipt))


def _headers(scope: Scope) -> dict[str, str]:
    return {
        name.decode("latin-1").lower(): value.decode("latin-1")
        for name, value in scope["headers"][: MAX_HEADERS * 4]
    }


def _query(scope: Scope) -> dict[str, str]:
    """The first value of each name; what is no query has none."""
    text = scope.get("query_string", b"").decode("latin-1")[:MAX_QUERY]
    if not text:
        return {}
    try:
        pairs = parse_qsl(text, max_num_fields=MAX_HEADERS)
    except ValueError:
        return {}
    return dict(reversed(pairs))


def _kept(headers: Mapping[str, str], more: frozenset[str]) -> dict[str, str]:
    """What is stored beside the body: what the formats need, never a secret."""
    kept = {
        name: _plain(value)
        for name, value in headers.items()
        if name in KEPT_HEADERS or name in more or _may_be_kept(name)
    }
    return dict(list(kept.items())[:MAX_HEADERS])


def _may_be_kept(name: str) -> bool:
    """Those that AIRE marks its own receipts with are not for others to send."""
    own = name.startswith("x-aire-")
    return name.startswith("x-") and not own and not _SECRET.search(name)


def _plain(value: str) -> str:
    # jsonb takes no NUL. Latin-1 holds no surrogates.
    return value[:MAX_HEADER].replace("\x00", "\ufffd")
