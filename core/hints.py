"""Hints: "there may be work". They may be lost or doubled; the engine finds the work anyway.

Inside the engine a hint wakes the loop that does the work. Elsewhere it becomes a Celery message,
sent by one background thread so that no request ever waits for a broker. Equal hints that follow
each other closely become one: the first goes at once, the rest as one more a moment later.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from typing import Any

from celery import current_app
from django.conf import settings
from django.db import transaction

from core.logs import get_logger

log = get_logger(__name__)
TASKS = {
    "absorb": "alerts.tasks.absorb_due",
    "outbox": "core.tasks.run_outbox",
    "step": "oncall.tasks.run_due_steps",
    "deliver": "notifications.tasks.deliver_due",
    "slack-posts": "integrations.tasks.post_to_slack",
    "slack-captures": "integrations.tasks.capture_from_slack",
    "slack-channels": "integrations.tasks.keep_slack_channels",
    "slack": "integrations.tasks.work_slack",
}
GAP_SECONDS = 0.02
"""The least time between two equal hints. A message costs about 0.5 ms of this process."""

MAX_REMEMBERED = 1_000
BREAKER_SECONDS = 5.0
EXPIRES_SECONDS = 60
FAIL_FAST = {"max_retries": 0, "socket_timeout": 1.0, "socket_connect_timeout": 0.5}
"""Kombu asks a broker that refuses for 6 s by default; a hint is not worth it."""


class Sender:
    """One daemon thread a process; a dead broker opens a breaker for a few seconds."""

    def __init__(self, send: Callable[[str], None], *, gap: float = GAP_SECONDS) -> None:
        self._send = send
        self._gap = gap
        self._wanted: set[str] = set()
        self._sent_at: dict[str, float] = {}
        self._wake = threading.Condition()
        self._thread: threading.Thread | None = None
        self._closed_until = 0.0

    def add(self, name: str) -> None:
        """Never waits for the broker, only for the lock of a set."""
        with self._wake:
            if name in self._wanted:
                return
            self._wanted.add(name)
            if self._thread is None or not self._thread.is_alive():
                # Also after a fork: threads do not come along.
                self._thread = threading.Thread(target=self._run, name="hints", daemon=True)
                self._thread.start()
            self._wake.notify()

    def _run(self) -> None:
        while True:
            for name in self._next():
                if time.monotonic() >= self._closed_until:
                    self._try(name)

    def _next(self) -> list[str]:
        """Wait for names whose gap is over, and take them."""
        with self._wake:
            while True:
                now = time.monotonic()
                at = {name: self._sent_at.get(name, 0.0) + self._gap for name in self._wanted}
                due = [name for name, moment in at.items() if moment <= now]
                if due:
                    self._wanted.difference_update(due)
                    self._sent_at.update(dict.fromkeys(due, now))
                    if len(self._sent_at) > MAX_REMEMBERED:
                        recent = {n: t for n, t in self._sent_at.items() if t + self._gap > now}
                        self._sent_at = recent
                    return due
                self._wake.wait(min(at.values()) - now if at else None)

    def _try(self, name: str) -> None:
        try:
            self._send(name)
        except Exception as error:
            # Whatever the broker's client raises: a hint is never worth more than a log line.
            self._closed_until = time.monotonic() + BREAKER_SECONDS
            log.warning("hint_not_sent", error=type(error).__name__)


class _Broker:
    """Sends Celery messages over a connection of its own that gives up at once."""

    def __init__(self) -> None:
        self._connection: Any = None
        self._producer: Any = None

    def send(self, name: str) -> None:
        task = TASKS[name]
        try:
            if self._producer is None:
                self._connection = current_app.connection_for_write(transport_options=FAIL_FAST)
                self._producer = current_app.amqp.Producer(self._connection, auto_declare=False)
            current_app.send_task(
                task,
                queue=_queue(task),
                producer=self._producer,
                retry=False,
                expires=EXPIRES_SECONDS,
            )
        except Exception:
            connection, self._connection, self._producer = self._connection, None, None
            if connection is not None:
                connection.release()
            raise


def _queue(task: str) -> str:
    routes = current_app.conf.task_routes or {}
    for pattern, route in routes.items():
        if task.startswith(pattern.removesuffix("*")):
            return str(route["queue"])
    return str(current_app.conf.task_default_queue)


_sender = Sender(_Broker().send)
_local: dict[str, Callable[[], None]] = {}


def listen(name: str, wake: Callable[[], None]) -> None:
    """Have hints of this process wake a loop of this process (the engine)."""
    _local[name] = wake


class _Gathering(threading.local):
    names: frozenset[str] = frozenset()
    into: set[str]


_gathering = _Gathering()


@contextmanager
def gathered(names: Collection[str], *, into: set[str]) -> Iterator[None]:
    """Within it this thread's hints of these names are put into the set and not sent."""
    _gathering.names, _gathering.into = frozenset(names), into
    try:
        yield
    finally:
        _gathering.names = frozenset()


def hint(name: str) -> None:
    """Say now that there may be work of this kind."""
    if name in _gathering.names:
        _gathering.into.add(name)
        return
    wake = _local.get(name)
    if wake is not None:
        wake()
    elif settings.AIRE_HINTS:
        _sender.add(name)


def hint_on_commit(name: str) -> None:
    """Say so when the surrounding transaction has committed."""
    transaction.on_commit(lambda: hint(name))
