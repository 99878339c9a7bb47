"""Loops that claim due rows by themselves, so that nothing depends on a hint arriving."""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import inf

from django.db import connection
from django.db.utils import Error as DatabaseError

from core import hints
from core.logs import get_logger
from core.registry import Registry

log = get_logger(__name__)
BEAT_SECONDS = 2.0
STOP_SECONDS = 4.0
"""How long batches under way may take at the end; `up` kills after six seconds."""


@dataclass(frozen=True, slots=True)
class Loop:
    """`work` does one bounded batch and answers how many rows it had. `every` is the longest
    pause in seconds; `hint` the name of the hint that cuts it short; `threads` how many run.

    Loops of one `lane` take turns in one thread, with one connection and one sign of life: for work
    that is short, or that may wait for its neighbours."""

    name: str
    work: Callable[[], int]
    every: float
    hint: str | None = None
    threads: int = 1
    lane: str = ""


loops: Registry[Loop] = Registry("engine loop")


class Engine:
    """All registered loops, each in threads of its own or of its lane, until `stop`."""

    def __init__(self) -> None:
        self._stop = threading.Event()
        self._process = f"{socket.gethostname()}:{os.getpid()}"
        self._threads: list[threading.Thread] = []
        self._alive: dict[str, float] = {}
        """When each thread last came round, by the name that its sign of life has."""

    def run(self) -> None:
        """Blocks until `stop` is called and the batches under way are done."""
        wakes: list[threading.Event] = []
        for name, crew in _crews().items():
            wake = threading.Event()
            wakes.append(wake)
            for loop in crew:
                if loop.hint:
                    hints.listen(loop.hint, wake.set)
            for number in range(max(loop.threads for loop in crew)):
                kind = f"{name}-{number}" if number else name
                thread = threading.Thread(
                    target=self._turn, args=(crew, wake, kind, number), name=kind, daemon=True
                )
                self._alive[kind] = time.monotonic()
                thread.start()
                self._threads.append(thread)
        # In a thread too: a database that hangs must not keep the engine from ending.
        beat = threading.Thread(target=self._beat_forever, name="beat", daemon=True)
        beat.start()
        self._threads.append(beat)
        while not self._stop.wait(0.5):
            pass
        for wake in wakes:
            wake.set()
        deadline = time.monotonic() + STOP_SECONDS
        for thread in self._threads:
            thread.join(timeout=max(0.0, deadline - time.monotonic()))

    def stop(self) -> None:
        self._stop.set()

    def _turn(self, crew: Sequence[Loop], wake: threading.Event, kind: str, number: int) -> None:
        """Works when a hint came or a pause is over, and gives signs of life in between. Of the
        threads of one loop only the first looks by itself; what it finds wakes the others."""
        due = {loop.name: time.monotonic() if number == 0 else inf for loop in crew}
        hinted = False
        while not self._stop.is_set():
            self._alive[kind] = time.monotonic()
            for loop in crew:
                wanted = time.monotonic() >= due[loop.name] or (hinted and (loop.hint or number))
                if wanted and not self._stop.is_set():
                    worked = self._guarded(loop.name, loop.work)
                    if worked and loop.threads > 1:
                        wake.set()
                    pause = 0.0 if worked else loop.every if number == 0 else inf
                    due[loop.name] = time.monotonic() + pause
            nearest = min(due.values()) - time.monotonic()
            hinted = wake.wait(min(max(0.0, nearest), BEAT_SECONDS))
            wake.clear()
        connection.close()

    def _guarded(self, name: str, work: Callable[[], int]) -> int:
        """What `work` answers; no fault of it ends the thread."""
        try:
            return work()
        except DatabaseError as error:
            # The database may be restarting: drop the connection and come back.
            log.warning("engine_database_error", loop=name, error=str(error)[:200])
            connection.close()
        except Exception:
            log.exception("engine_loop_error", loop=name)
        return 0

    def _beat_forever(self) -> None:
        while not self._stop.is_set():
            self._guarded("beat", self._beat)
            self._stop.wait(BEAT_SECONDS)
        connection.close()

    def _beat(self) -> int:
        """One statement for all threads: each with a commit of its own was half of what an idle
        engine cost."""
        now = time.monotonic()
        ages = {kind: now - at for kind, at in dict(self._alive).items()}
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO core_enginebeat (process, kind, at) "
                "SELECT %s, kind, now() - age * interval '1 second' "
                "FROM unnest(%s::text[], %s::float[]) AS given(kind, age) "
                "ON CONFLICT (process, kind) DO UPDATE SET at = EXCLUDED.at",
                [self._process, list(ages), list(ages.values())],
            )
        return len(ages)


def _crews() -> dict[str, list[Loop]]:
    """The loops of each thread, by the name of their lane or their own."""
    crews: dict[str, list[Loop]] = {}
    for loop in loops:
        crews.setdefault(loop.lane or loop.name, []).append(loop)
    return crews
