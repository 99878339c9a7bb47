"""Hours of the week and times of day as they are written and stored. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import time
from typing import Any

from core.clock import WEEKDAYS
from oncall.schedule_parts import Restriction
from oncall.shift_length import ScheduleError


def restrictions_of(stored: Iterable[Any]) -> tuple[Restriction, ...]:
    """From `[{"weekdays": ["mon", …], "start": "09:00", "end": "17:00"}]`."""
    return tuple(_restriction(item) for item in stored)


def _restriction(item: Any) -> Restriction:
    if not isinstance(item, dict) or set(item) - {"weekdays", "start", "end"}:
        raise ScheduleError("A restriction has weekdays, start and end.")
    days = item.get("weekdays", list(WEEKDAYS))
    if not isinstance(days, list) or any(day not in WEEKDAYS for day in days):
        raise ScheduleError(f"Weekdays are written {', '.join(WEEKDAYS)}.")
    return Restriction(
        weekdays=frozenset(WEEKDAYS.index(day) for day in days),
        start=wall_time(item.get("start"), "The start of a restriction"),
        end=wall_time(item.get("end"), "The end of a restriction"),
    )


def wall_time(value: object, what: str) -> time:
    """`09:30` as a time of day. YAML reads 17:30 as a count of minutes: that is taken as well."""
    if isinstance(value, time):
        return value
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 24 * 60:
        return time(value // 60, value % 60)
    try:
        return time.fromisoformat(str(value).strip()).replace(tzinfo=None)
    except ValueError as error:
        raise ScheduleError(f"{what} is written as hours and minutes, like 09:30.") from error
