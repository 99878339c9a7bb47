"""Ticks: "this topic has changed", for open pages. They carry no facts and may be lost or doubled.

A topic is a short name: `incident:42`, `incidents`, `alerts`, `me:7`. Who may hear it, and what a
page shows, is decided elsewhere. One background thread a process hands them to Redis, so that no
request ever waits for it; pages that hear nothing look by themselves.
"""

from __future__ import annotations

from collections.abc import Iterable

import redis
from django.conf import settings
from django.db import transaction
from redis.backoff import NoBackoff
from redis.connection import parse_url
from redis.retry import Retry

from core.hints import Sender

ONLY = "@"
"""Stands between a topic and the one user it is told to."""

GAP_SECONDS = 0.1


def channel() -> str:
    """Publishing knows no database numbers, so the number is part of the channel's name."""
    found = parse_url(settings.REDIS_URL)  # type: ignore[no-untyped-call]  # redis-py's own
    return f"aire:live:{found.get('db', 0)}"


def tick(*topics: str) -> None:
    """Say so when the surrounding transaction has committed."""
    transaction.on_commit(lambda: _add(topics))


def tick_only(topic: str, user_ids: Iterable[int]) -> None:
    """The same, to these users alone: that something changed may itself be a secret."""
    tick(*(f"{topic}{ONLY}{user_id}" for user_id in user_ids))


def _add(topics: Iterable[str]) -> None:
    if settings.AIRE_HINTS:
        for topic in topics:
            _sender.add(topic)


class _Publisher:
    def __init__(self) -> None:
        self._client: redis.Redis | None = None

    def send(self, topic: str) -> None:
        if self._client is None:
            self._client = redis.Redis.from_url(
                settings.REDIS_URL,
                socket_timeout=1.0,
                socket_connect_timeout=0.5,
                # Once more: a connection that was idle may have been closed at the other end.
                retry=Retry(NoBackoff(), 1),
            )
        self._client.publish(channel(), topic)


_sender = Sender(_Publisher().send, gap=GAP_SECONDS)
