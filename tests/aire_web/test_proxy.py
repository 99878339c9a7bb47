"""Whose address a sender has, behind a proxy and without one."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from pydantic import ValidationError

from aire_web.env import Environment
from aire_web.runtime.web import configuration

Address = tuple[str, int]


def seen(peer: str, forwarded: str) -> str:
    """What the application takes the sender's address for, through the web process's own server."""
    found: list[Address] = []

    async def application(scope: Any, receive: Any, send: Any) -> None:
        found.append(scope["client"])

    config = configuration(workers=1)
    config.app = application
    config.load()
    headers = [(b"x-forwarded-for", forwarded.encode())] if forwarded else []
    scope: Any = {"type": "http", "client": (peer, 5000), "scheme": "http", "headers": headers}

    async def nothing(*_: Any) -> Any:
        return {}

    asyncio.run(config.loaded_app(scope, nothing, nothing))
    return found[0][0]


def test_without_a_declared_proxy_nobody_says_who_they_are() -> None:
    assert seen("127.0.0.1", "203.0.113.7") == "127.0.0.1"


@pytest.mark.parametrize(
    ("peer", "forwarded", "sender"),
    [
        ("10.1.2.3", "203.0.113.7", "203.0.113.7"),
        ("10.1.2.3", "203.0.113.7, 10.9.9.9", "203.0.113.7"),
        ("10.1.2.3", "198.51.100.1, 203.0.113.7", "203.0.113.7"),  # the first is made up
        ("10.1.2.3", "", "10.1.2.3"),
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),  # not by way of the proxy
        ("127.0.0.1", "198.51.100.1", "127.0.0.1"),
    ],
)
def test_a_declared_proxy_is_believed_and_nobody_else(
    monkeypatch: pytest.MonkeyPatch, peer: str, forwarded: str, sender: str
) -> None:
    monkeypatch.setenv("AIRE_TRUST_PROXY", "true")
    monkeypatch.setenv("AIRE_PROXY_ADDRESSES", "10.0.0.0/8, 2001:db8::1")
    assert seen(peer, forwarded) == sender


def test_one_on_the_same_machine_needs_no_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRE_TRUST_PROXY", "1")
    assert seen("127.0.0.1", "203.0.113.7") == "203.0.113.7"


@pytest.mark.parametrize("wrong", ["*", "everybody", "0.0.0.0/0", "::/0", "10.0.0.1/8"])
def test_a_proxy_that_anybody_could_be_is_refused(
    monkeypatch: pytest.MonkeyPatch, wrong: str
) -> None:
    monkeypatch.setenv("AIRE_PROXY_ADDRESSES", wrong)
    with pytest.raises(ValidationError):
        Environment()
