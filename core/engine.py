"""Loops that claim due rows by themselves, so that nothing depends on a hint arriving."""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from django.db import connection
from django.db.utils import Error as DatabaseError

from core import hints
from core.logs import get_logger
from core.registry import Registry

log = get_logger(__name__)
BEAT_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Loop:
    """`work` does one bounded batch and answers how many rows it had. `every` is the longest
    pause in seconds; `hint` the name of the hint that cuts it short; `threads` how many run."""

    name: str
    work: Callable[[], int]
    every: float
    hint: str | None = None
    threads: int = 1


loops: Registry[Loop] = Registry("engine loop")


class Engine:
    """All registered loops, each in threads of its own, until `stop`."""

    def __init__(self) -> None:
        self._stop = threading.Event()
        self._process = f"{socket.gethostname()}:{os.getpid()}"
        self._threads: list[threading.Thread] = []

    def run(self) -> None:
        """Blocks until `stop` is called and the batches under way are done."""
        for loop in loops:
            wake = threading.Event()
            if loop.hint:
                hints.listen(loop.hint, wake.set)
            for number in range(loop.threads):
                thread = threading.Thread(
                    target=self._turn, args=(loop, wake, number), name=loop.name, daemon=True
                )
                thread.start()
                self._threads.append(thread)
        while not self._stop.wait(0.5):
            pass
        for thread in self._threads:
            thread.join(timeout=8)

    def stop(self) -> None:
        self._stop.set()

    def _turn(self, loop: Loop, wake: threading.Event, number: int) -> None:
        last_beat = 0.0
        while not self._stop.is_set():
            try:
                if time.monotonic() - last_beat > BEAT_SECONDS:
                    self._beat(f"{loop.name}-{number}" if number else loop.name)
                    last_beat = time.monotonic()
                had = loop.work()
            except DatabaseError as error:
                # The database may be restarting: drop the connection and come back.
                log.warning("engine_database_error", loop=loop.name, error=str(error)[:200])
                connection.close()
                had = 0
            except Exception:
                log.exception("engine_loop_error", loop=loop.name)
                had = 0
            if not had:
                wake.wait(loop.every)
                wake.clear()
        connection.close()

    def _beat(self, kind: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO core_enginebeat (process, kind, at) VALUES (%s, %s, now()) "
                "ON CONFLICT (process, kind) DO UPDATE SET at = now()",
                [self._process, kind],
            )
