"""The ASGI application of the addresses that Slack posts to: no Django request, no redirect."""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from django.conf import settings

from alerts.ingest.body import Gone, Receive, TooLarge, drain, read_body
from core.logs import get_logger
from integrations.slack.front.desk import Ack, Desk
from integrations.slack.front.signing import is_genuine
from integrations.slack.inbox.envelope import Unreadable, read_http

log = get_logger(__name__)
Scope = dict[str, Any]
Send = Callable[[Mapping[str, Any]], Awaitable[None]]

PATH = re.compile(r"^/slack/(?P<name>events|commands|actions)/?\Z")
MAX_BYTES = 512 * 1024
"""A form has at most 250 KB, and comes percent-encoded."""


class SlackFront:
    """Refuses what is unsigned, forged or old (401), and everything where no secret is set (503):
    never skipped."""

    def __init__(self) -> None:
        self.desk = Desk()

    def handles(self, path: str) -> bool:
        return PATH.match(path) is not None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        status, body, kind = await self._answer(scope, receive)
        headers = [
            (b"content-type", kind),
            (b"content-length", str(len(body)).encode()),
            (b"x-content-type-options", b"nosniff"),
        ]
        if status == 405:
            headers.append((b"allow", b"POST"))
        await send({"type": "http.response.start", "status": status, "headers": headers})
        early = status == 413
        await send({"type": "http.response.body", "body": body, "more_body": early})
        if early:
            await drain(receive)
            await send({"type": "http.response.body", "body": b""})

    async def _answer(self, scope: Scope, receive: Receive) -> tuple[int, bytes, bytes]:
        found = PATH.match(scope["path"])
        if found is None:
            return _plain(404, "Slack posts to events, commands or actions.")
        if scope["method"] != "POST":
            return _plain(405, "Slack posts here.")
        secret = settings.AIRE_SLACK_SIGNING_SECRET.strip()
        if not secret:
            return _plain(503, "AIRE_SLACK_SIGNING_SECRET is not set.")
        headers = _headers(scope)
        try:
            body = await read_body(receive, limit=MAX_BYTES, length=headers.get("content-length"))
        except TooLarge:
            return _plain(413, f"The body is larger than {MAX_BYTES // 1024} KiB.")
        except Gone:
            return _plain(408, "The body did not arrive in time.")
        if not is_genuine(headers, body, secret=secret):
            log.warning("slack_signature_refused", address=found["name"])
            return _plain(401, "The signature is missing, wrong or older than five minutes.")
        try:
            envelope = read_http(found["name"], body)
        except Unreadable as error:
            return _plain(400, str(error))
        return _acknowledged(await self.desk.take(envelope))


def _acknowledged(ack: Ack) -> tuple[int, bytes, bytes]:
    if ack.status >= 500:
        return _plain(ack.status, "AIRE cannot store this right now. Send it again.")
    if ack.body is None:
        return _plain(ack.status, "")
    return ack.status, json.dumps(ack.body).encode(), b"application/json; charset=utf-8"


def _plain(status: int, text: str) -> tuple[int, bytes, bytes]:
    return status, text.encode(), b"text/plain; charset=utf-8"


def _headers(scope: Scope) -> dict[str, str]:
    """By lower-case name. Of two of a name the first counts: what a proxy adds stands last."""
    headers: dict[str, str] = {}
    for name, value in scope["headers"][:200]:
        headers.setdefault(name.decode("latin-1").lower(), value.decode("latin-1"))
    return headers
