"""When to try again: a pure schedule. Nothing here sleeps, sends or reads a clock."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import datetime, timedelta

# Seconds between one attempt and the next: attempts happen 0, 5, 15 and 45 s after the first,
# and then every wait is twice the one before, up to the cap.
WAITS = (5.0, 10.0, 30.0)
CAP_SECONDS = 3600.0
# What a provider may ask for at most; beyond that the number is a mistake or an attack.
MAX_RETRY_AFTER_SECONDS = 24 * 3600.0


def wait_seconds(attempt: int, *, cap: float = CAP_SECONDS) -> float:
    """How long to wait after `attempt` attempts were made (0: none yet, go at once)."""
    if attempt <= 0:
        return 0.0
    if attempt <= len(WAITS):
        return min(WAITS[attempt - 1], cap)
    # The exponent is bounded before it is used: 2.0 ** 5000 would overflow.
    return min(WAITS[-1] * 2.0 ** min(attempt - len(WAITS), 64), cap)


def next_attempt_at(
    attempt: int,
    now: datetime,
    retry_after: float | None = None,
    deadline: datetime | None = None,
    *,
    cap: float = CAP_SECONDS,
    jitter: Callable[[], float] | None = None,
) -> datetime | None:
    """The instant of the next attempt after `attempt` attempts, or None: it would be too late.

    `retry_after` (seconds, what the other side asked for) can only lengthen the wait. `jitter`
    answers 0…1 and adds up to a quarter of the wait, so that many failures do not return at once.
    """
    wait = wait_seconds(attempt, cap=cap)
    if jitter is not None:
        wait += wait / 4 * min(max(jitter(), 0.0), 1.0)
    if retry_after is not None and not math.isnan(retry_after):
        wait = max(wait, min(retry_after, MAX_RETRY_AFTER_SECONDS))
    at = now + timedelta(seconds=wait)
    return None if deadline is not None and at > deadline else at
