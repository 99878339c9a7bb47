"""Reads a request's body within limits: size, time, and what it unpacks to."""

from __future__ import annotations

import asyncio
import contextlib
import zlib
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

Receive = Callable[[], Awaitable[Mapping[str, Any]]]
READ_SECONDS = 15.0
DRAIN_SECONDS = 2.0
DRAIN_BYTES = 64 * 1024 * 1024
MAX_MEMBERS = 64
"""Of a gzip body: each costs a copy of the rest, and an empty one weighs 20 bytes."""


class TooLarge(Exception):
    """More bytes than the door takes."""


class Gone(Exception):
    """The sender hung up or went silent before the body was complete."""


async def read_body(receive: Receive, *, limit: int, length: str | None) -> bytes:
    """All bytes of the body, chunked or not. Raises `TooLarge` or `Gone`."""
    declared = length if length and length.isascii() and length.isdigit() else "0"
    # Python refuses to read a number of thousands of digits; 20 are too many bytes already.
    if len(declared) > 20 or int(declared) > limit:
        raise TooLarge
    chunks: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(READ_SECONDS):
            while True:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise Gone
                chunk = message.get("body", b"")
                size += len(chunk)
                if size > limit:
                    raise TooLarge
                chunks.append(chunk)
                if not message.get("more_body", False):
                    return b"".join(chunks)
    except TimeoutError as error:
        raise Gone from error


async def drain(receive: Receive) -> None:
    """Read on and throw away, for a moment, so that a sender in full flow sees its answer."""
    size = 0
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(DRAIN_SECONDS):
            while size < DRAIN_BYTES:
                message = await receive()
                size += len(message.get("body", b""))
                if message["type"] == "http.disconnect" or not message.get("more_body", False):
                    return


def unpack(body: bytes, encoding: str, *, limit: int) -> bytes | None:
    """The body without its `Content-Encoding`; None when it is not what it says it is (the bytes
    are then kept as they came and set aside). Raises `TooLarge` on a bomb, with bounded memory."""
    names = [name.strip().lower() for name in encoding.split(",") if name.strip()]
    names = [name for name in names if name != "identity"]
    if len(names) > 2:
        return None
    for name in reversed(names):
        if name not in ("gzip", "x-gzip", "deflate"):
            return None
        unpacked = _inflate(body, gzip=name != "deflate", limit=limit)
        if unpacked is None:
            return None
        body = unpacked
    return body


def _inflate(body: bytes, *, gzip: bool, limit: int) -> bytes | None:
    out = bytearray()
    for _ in range(MAX_MEMBERS):
        stream = zlib.decompressobj(wbits=31 if gzip else 15)
        try:
            out += stream.decompress(body, limit + 1 - len(out))
        except zlib.error:
            return None
        if len(out) > limit:
            raise TooLarge
        if not stream.eof:
            return None
        # A gzip body may be several members one after the other.
        body = stream.unused_data if gzip else b""
        if not body:
            return bytes(out)
    return None
