"""The only clock. Timers compare with the database's `now()`; this is for everything else."""

from __future__ import annotations

import functools
import zoneinfo
from datetime import UTC, datetime

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
"""As they are written, in the order of `datetime.weekday()`."""


def now() -> datetime:
    """The present instant, aware, in UTC."""
    return datetime.now(UTC)


@functools.cache
def zone_names() -> frozenset[str]:
    """The IANA names that this machine knows; read once, because it walks through a folder."""
    return frozenset(zoneinfo.available_timezones())
