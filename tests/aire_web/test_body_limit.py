"""Bodies for Django end at a size, whether their length was announced or not."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest

from aire_web.body_limit import MAX_BYTES, bounded


async def reading(scope: Any, receive: Any, send: Any) -> None:
    """Reads the whole body as Django does, then answers."""
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        if not message.get("more_body"):
            break
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"ok"})


def answered(headers: list[tuple[bytes, bytes]], *parts: bytes) -> list[Mapping[str, Any]]:
    sent: list[Mapping[str, Any]] = []
    waiting = [
        {"type": "http.request", "body": part, "more_body": number + 1 < len(parts)}
        for number, part in enumerate(parts)
    ]

    async def receive() -> Mapping[str, Any]:
        return waiting.pop(0)

    async def send(message: Mapping[str, Any]) -> None:
        sent.append(message)

    scope = {"type": "http", "headers": headers}
    asyncio.run(bounded(reading, scope, receive, send))
    return sent


def test_a_body_that_fits_is_passed_on() -> None:
    assert answered([(b"content-length", b"2")], b"ab")[0]["status"] == 200


@pytest.mark.parametrize("length", [str(MAX_BYTES + 1), "9" * 30])
def test_an_announced_length_is_refused_before_a_byte_is_read(length: str) -> None:
    start, body = answered([(b"content-length", length.encode())])
    assert start["status"] == 413
    assert b"12 MiB" in body["body"]


def test_a_body_that_goes_on_and_on_is_refused_on_the_way() -> None:
    part = b"x" * (4 * 1024 * 1024)
    assert answered([], part, part, part, part, b"never read")[0]["status"] == 413


def test_a_length_that_is_no_number_is_counted_instead() -> None:
    assert answered([(b"content-length", b"-5x")], b"ab")[0]["status"] == 200
