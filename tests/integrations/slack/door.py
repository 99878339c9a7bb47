"""Sends to the addresses that Slack posts to, as Slack does, and works off what came in."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from integrations.slack.front.app import SlackFront
from integrations.slack.inbox.working import work_due
from tests.fakes.paging import work_off
from tests.fakes.slack import FakeSlack

FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Answered:
    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def json(self) -> Any:
        return json.loads(self.body)


def post(
    slack: FakeSlack, name: str, body: bytes, *, method: str = "POST", **headers: str
) -> Answered:
    """One signed request to `/slack/<name>/`; `headers` replace the right ones."""
    signed = {"Content-Length": str(len(body)), **slack.sign(body), **headers}
    return asyncio.run(_through(SlackFront(), method, f"/slack/{name}/", body, signed))


async def _through(
    front: SlackFront, method: str, path: str, body: bytes, headers: Mapping[str, str]
) -> Answered:
    given = [{"type": "http.request", "body": body, "more_body": False}]
    said: list[Mapping[str, Any]] = []

    async def receive() -> Mapping[str, Any]:
        return given.pop() if given else {"type": "http.disconnect"}

    async def send(message: Mapping[str, Any]) -> None:
        said.append(message)

    raw = [(name.lower().encode(), value.encode("latin-1")) for name, value in headers.items()]
    scope = {"type": "http", "method": method, "path": path, "headers": raw}
    try:
        await front(scope, receive, send)
    finally:
        await front.desk.close()
    back = {name.decode(): value.decode() for name, value in said[0]["headers"]}
    return Answered(said[0]["status"], b"".join(m.get("body", b"") for m in said[1:]), back)


def interact(slack: FakeSlack, payload: dict[str, Any], **headers: str) -> Answered:
    return post(slack, "actions", slack.form(payload), **headers)


def worked() -> int:
    """Everything that came in, as the engine would; and what follows from it."""
    number = 0
    while work_due():
        number += 1
        assert number < 100
    work_off()
    return number
