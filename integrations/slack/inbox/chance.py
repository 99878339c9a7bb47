"""The chance to answer a form within its acknowledgement. Pure."""

from __future__ import annotations

import threading
from typing import Any


class Chance:
    """Between the thread that works and the loop that has to answer: whoever comes first."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._answer: dict[str, Any] | None = None
        self._closed = False

    def offer(self, answer: dict[str, Any]) -> bool:
        """True when it becomes the acknowledgement, False when that has been given already."""
        with self._lock:
            if not self._closed:
                self._answer = answer
            return not self._closed

    def close(self) -> dict[str, Any] | None:
        """What was offered in time; from now on nothing is."""
        with self._lock:
            self._closed = True
            return self._answer
