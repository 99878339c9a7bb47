"""When people are reminded of what an incident waits for, and how often. Pure; no database."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

UPDATE_EVERY: Mapping[str, timedelta] = {
    "sev1": timedelta(minutes=30),
    "sev2": timedelta(hours=1),
    "sev3": timedelta(hours=4),
}
"""How long people wait for the next word where no other time was promised. SEV4 owes none."""
FIRST: Mapping[str, timedelta] = {
    "update": timedelta(0),
    "lead": timedelta(minutes=10),
    "close": timedelta(days=1),
}
"""From the moment that a reminder is about to the first time that it is told."""
AGAIN: Mapping[str, timedelta] = {
    "update": timedelta(minutes=15),
    "lead": timedelta(minutes=10),
    "close": timedelta(days=1),
}
TIMES: Mapping[str, int] = {"update": 3, "lead": 3, "close": 5}
"""Then it stops by itself: who has not acted on three does not read the fourth."""
SNOOZES: tuple[int, ...] = (30, 120, 1_440)
"""Minutes that are offered."""
MAX_SNOOZE = 7 * 24 * 60
MAX_NEXT = 7 * 24 * 60
"""Minutes to the next update that can be promised."""
WORK_BEGINS, WORK_ENDS = time(9), time(18)


def next_update_at(severity: str, said_at: datetime, minutes: int | None) -> datetime | None:
    """When the next update is owed: after the minutes that were promised (0: none is), else after
    what is usual for the severity."""
    if minutes is not None:
        return said_at + timedelta(minutes=minutes) if minutes else None
    usual = UPDATE_EVERY.get(severity)
    return said_at + usual if usual else None


def told_at(kind: str, moment: datetime, zone: ZoneInfo) -> datetime:
    """The moment itself, except for what can wait: closing is only asked for on weekdays between
    9 and 18, in the zone of whom it is told to."""
    if kind != "close":
        return moment
    local = moment.astimezone(zone)
    if local.time() >= WORK_ENDS:
        local = (local + timedelta(days=1)).replace(hour=9, minute=0, second=0, microsecond=0)
    elif local.time() < WORK_BEGINS:
        local = local.replace(hour=9, minute=0, second=0, microsecond=0)
    while local.weekday() >= 5:
        local = (local + timedelta(days=1)).replace(hour=9, minute=0, second=0, microsecond=0)
    return local
