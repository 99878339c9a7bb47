"""How many messages a channel sends to one person at most, whatever burns. Pure.

The figures are published (docs/notifications.md, and on everybody's own page), because a limit
that nobody knows looks like a lost page.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Limit:
    count: int
    seconds: int

    @property
    def words(self) -> str:
        hours, minutes = divmod(self.seconds // 60, 60)
        span = f"{hours} h" if hours and not minutes else f"{self.seconds // 60} min"
        return f"{self.count} in {span}"


LIMITS: Mapping[str, tuple[Limit, ...]] = {
    "sms": (Limit(5, 900), Limit(11, 3_600), Limit(21, 10_800)),
    "voice": (Limit(3, 900), Limit(7, 3_600), Limit(15, 10_800)),
}
LONGEST = timedelta(seconds=10_800)


def next_allowed(
    limits: Sequence[Limit], sent: Sequence[datetime], now: datetime
) -> tuple[datetime, Limit] | None:
    """None when one more may go out now; else from when on, and the limit that says so."""
    waits = []
    times = sorted(sent)
    for limit in limits:
        within = [at for at in times if at > now - timedelta(seconds=limit.seconds)]
        if len(within) >= limit.count:
            opens = within[len(within) - limit.count] + timedelta(seconds=limit.seconds)
            waits.append((opens, limit))
    return max(waits, key=lambda pair: pair[0]) if waits else None
