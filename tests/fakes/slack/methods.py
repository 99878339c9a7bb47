"""The table of Web API methods: which function carries one out, its scope and its rate."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from tests.fakes.slack.world import Answer, Arguments, World

Run = Callable[[World, Arguments], Answer]
TIERS = {1: 1, 2: 20, 3: 50, 4: 100}
"""Calls a minute, https://docs.slack.dev/apis/web-api/rate-limits."""


@dataclass(frozen=True)
class Method:
    """`rate` calls a minute in bursts of at most `burst`, counted by `by` (an argument's name) or
    for the workspace. `app`: it takes the app-level token."""

    name: str
    run: Run
    scope: str
    rate: float
    burst: int
    by: str
    app: bool


METHODS: dict[str, Method] = {}


def method(
    name: str, *, scope: str = "", tier: int = 3, burst: int = 0, by: str = "", app: bool = False
) -> Callable[[Run], Run]:
    """Register a function as a method. A `burst` makes it 60 a minute with that burst."""
    rate = 60 if burst else TIERS[tier]

    def register(run: Run) -> Run:
        METHODS[name] = Method(name, run, scope, rate, burst or rate, by, app)
        return run

    return register


class Buckets:
    """Token buckets a method and key. `take` answers the seconds to wait, 0 for a free call."""

    def __init__(self) -> None:
        self._left: dict[tuple[str, str], tuple[float, float]] = {}

    def take(self, wanted: Method, arguments: Arguments) -> int:
        key = (wanted.name, str(arguments.get(wanted.by, "")) if wanted.by else "")
        now = time.monotonic()
        left, at = self._left.get(key, (float(wanted.burst), now))
        left = min(float(wanted.burst), left + (now - at) * wanted.rate / 60)
        if left < 1:
            self._left[key] = (left, now)
            return max(1, round((1 - left) * 60 / wanted.rate))
        self._left[key] = (left - 1, now)
        return 0
