"""Lets endless streams go when the web process is told to stop.

uvicorn waits for open answers before it tells the application that it stops, so a stream would
hold up every restart. Its signal handlers are wrapped rather than replaced: whatever starts the
application, `up` or `python -m uvicorn`, stops as it did.
"""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import Callable
from types import FrameType

SIGNALS = (signal.SIGTERM, signal.SIGINT)


def before_stopping(do: Callable[[], None]) -> None:
    """Have `do` called in the running loop as soon as the process is told to stop."""
    if threading.current_thread() is not threading.main_thread():
        return
    loop = asyncio.get_running_loop()
    for number in SIGNALS:
        present = signal.getsignal(number)
        if callable(present):
            signal.signal(number, _wrapped(present, loop, do))


def _wrapped(
    present: Callable[[int, FrameType | None], object],
    loop: asyncio.AbstractEventLoop,
    do: Callable[[], None],
) -> Callable[[int, FrameType | None], None]:
    def handle(number: int, frame: FrameType | None) -> None:
        if not loop.is_closed():
            loop.call_soon_threadsafe(do)
        present(number, frame)

    return handle
