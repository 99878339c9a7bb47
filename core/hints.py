"""Hints: "there may be work". They may be lost or doubled; the engine finds the work anyway.

Inside the engine a hint wakes the loop that does the work. Elsewhere it becomes a Celery message,
sent by one background thread so that no request ever waits for a broker. Equal hints that pile
up while one is being sent become one.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

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
}
_BREAKER_SECONDS = 5.0


class _Sender:
    """One daemon thread a process; a dead broker opens a breaker for a few seconds."""

    def __init__(self) -> None:
        self._wanted: set[str] = set()
        self._wake = threading.Condition()
        self._thread: threading.Thread | None = None
        self._closed_until = 0.0

    def add(self, name: str) -> None:
        with self._wake:
            self._wanted.add(name)
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="hints", daemon=True)
                self._thread.start()
            self._wake.notify()

    def _run(self) -> None:
        while True:
            with self._wake:
                while not self._wanted:
                    self._wake.wait()
                names, self._wanted = self._wanted, set()
            if time.monotonic() < self._closed_until:
                continue
            try:
                for name in names:
                    task = TASKS[name]
                    current_app.send_task(task, queue=_queue(task), retry=False, expires=60)
            except Exception as error:
                # Whatever the broker's client raises: a hint is never worth more than a log line.
                self._closed_until = time.monotonic() + _BREAKER_SECONDS
                log.warning("hint_not_sent", error=type(error).__name__)


def _queue(task: str) -> str:
    routes = current_app.conf.task_routes or {}
    for pattern, route in routes.items():
        if task.startswith(pattern.removesuffix("*")):
            return str(route["queue"])
    return str(current_app.conf.task_default_queue)


_sender = _Sender()
_local: dict[str, Callable[[], None]] = {}


def listen(name: str, wake: Callable[[], None]) -> None:
    """Have hints of this process wake a loop of this process (the engine)."""
    _local[name] = wake


def hint(name: str) -> None:
    """Say now that there may be work of this kind."""
    wake = _local.get(name)
    if wake is not None:
        wake()
    elif settings.AIRE_HINTS:
        _sender.add(name)


def hint_on_commit(name: str) -> None:
    """Say so when the surrounding transaction has committed."""
    transaction.on_commit(lambda: hint(name))
