"""Tells AIRE later, from a thread: never waits, never raises, and sends what is left at exit."""

from __future__ import annotations

import atexit
import logging
import os
import threading
import time
import weakref
from collections import deque
from collections.abc import Callable
from typing import Final, ParamSpec

from aire_client import calls
from aire_client.calls import Call
from aire_client.transport import Transport
from aire_client.verbs import Verbs

P = ParamSpec("P")

log = logging.getLogger("aire_client")
AT_EXIT_SECONDS: Final = 5.0
"""How long a program that ends waits for what is still to be sent."""
TOGETHER: Final = 1000
"""Measurements of one objective that are sent in one call."""


class Background(Verbs[bool]):
    """Every verb answers whether the call was taken: False when it cannot be told (it is logged
    why) or when `size` calls wait already. `lost` counts what was dropped or refused.

    Measurements of one objective that wait together go out as one call. Nothing survives a kill:
    what must not be lost is told with `Aire` itself.
    """

    def __init__(self, transport: Transport, *, size: int) -> None:
        super().__init__()
        self._transport = transport
        self._size = size
        self.lost = 0
        self._closed = False
        self._fresh()
        _at_exit(self)

    def _fresh(self) -> None:
        self._ready = threading.Condition()
        self._waiting: deque[Call] = deque()
        self._at_work = 0
        self._thread: threading.Thread | None = None

    def flush(self, timeout: float = AT_EXIT_SECONDS) -> bool:
        """Wait until nothing waits any more; False when `timeout` seconds were too short."""
        deadline = time.monotonic() + timeout
        with self._ready:
            while self._waiting or self._at_work:
                left = deadline - time.monotonic()
                if left <= 0:
                    return False
                self._ready.wait(left)
        return True

    def close(self, timeout: float = AT_EXIT_SECONDS) -> bool:
        """Take nothing more and flush. Also called when the program ends."""
        with self._ready:
            self._closed = True
            self._ready.notify_all()
        done = self.flush(timeout)
        if not done:
            log.warning("AIRE was not told everything: %d calls are left.", len(self._waiting))
        return done

    def __enter__(self) -> Background:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _do(self, build: Callable[P, Call], *args: P.args, **named: P.kwargs) -> bool:
        try:
            return self._put(build(*args, **named))
        except Exception as error:  # whatever it is, the caller's work goes on
            self._lose("AIRE cannot be told this", error)
            return False

    def _put(self, call: Call) -> bool:
        with self._ready:
            if not self._closed and len(self._waiting) < self._size:
                self._waiting.append(call)
                self._start()
                self._ready.notify_all()
                return True
        self._lose("AIRE is not told", "closed" if self._closed else "too much waits")
        return False

    def _start(self) -> None:
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(target=self._work, name="aire-client", daemon=True)
            self._thread.start()

    def _work(self) -> None:
        while batch := self._next():
            try:
                answer = self._transport.send(batch)
                if answer.refused:
                    self._lose("AIRE did not keep a measurement", answer.refused[0].get("message"))
            except Exception as error:  # the thread must live on, whatever a call did
                self._lose("AIRE was not told", error)
            with self._ready:
                self._at_work = 0
                self._ready.notify_all()

    def _next(self) -> Call | None:
        with self._ready:
            while not self._waiting:
                if self._closed:
                    return None
                self._ready.wait()
            self._at_work = 1
            return _together(self._waiting)

    def _lose(self, sentence: str, why: object) -> None:
        self.lost += 1
        # Said for the 1st, 10th, 100th …: a flood of losses must not flood the log too.
        if str(self.lost).strip("0") == "1":
            log.warning("%s: %s (%d so far)", sentence, why, self.lost)


def _together(waiting: deque[Call]) -> Call:
    """Takes the first call, and with measurements those of the same objective right behind it."""
    first = waiting.popleft()
    if first.measured is None:
        return first
    slo, points = first.measured
    several = list(points)
    while waiting and (more := waiting[0].measured) and more[0] == slo:
        if len(several) + len(more[1]) > TOGETHER:
            break
        several += more[1]
        waiting.popleft()
    return first if len(several) == len(points) else calls.measurements(slo, several)


_all: weakref.WeakSet[Background] = weakref.WeakSet()


def _at_exit(made: Background) -> None:
    _all.add(made)


def _close_all() -> None:
    for made in list(_all):
        made.close()


def _after_fork() -> None:
    """A child has neither the thread nor the calls of its parent, which sends them."""
    for made in list(_all):
        made._fresh()


atexit.register(_close_all)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
