"""Reading an iCalendar document from outside: hostile until proved boring. Pure.

Bounds: 1 MiB, 2,000 events, 400 occurrences of one event and 2,000 together, two seconds of
expanding. Rules that repeat within a day (`SECONDLY`, `BYMINUTE`, …) are not expanded at all.
What cannot be taken is named with its reason; the rest is.
"""

from __future__ import annotations

import time as timing
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr
from icalendar import Calendar

from oncall.calendar_out import one_line
from oncall.wallclock import DAY, first_instant

MAX_BYTES = 1_048_576
MAX_EVENTS = 2_000
MAX_OCCURRENCES = 400
MAX_TOGETHER = 2_000
MAX_LENGTH = timedelta(days=366)
SECONDS = 2.0
_WITHIN_A_DAY = {"SECONDLY", "MINUTELY", "HOURLY"}
_PARTS_WITHIN_A_DAY = {"BYSECOND", "BYMINUTE", "BYHOUR"}


class CalendarError(ValueError):
    """The whole document cannot be taken; the message says why."""


@dataclass(frozen=True, slots=True)
class CalendarEvent:
    """One occurrence, in UTC. `people` are mail addresses that it names, lower case."""

    uid: str
    title: str
    starts: datetime
    ends: datetime
    people: tuple[str, ...] = ()


@dataclass(slots=True)
class Read:
    events: list[CalendarEvent] = field(default_factory=list)
    problems: list[tuple[str, str]] = field(default_factory=list)
    """(which event, why it cannot be taken)"""


class _Refused(ValueError):
    pass


def read_calendar(data: bytes, *, since: datetime, until: datetime, zone: ZoneInfo) -> Read:
    """The occurrences that touch a stretch, in order. Times without a zone are in `zone`."""
    if len(data) > MAX_BYTES:
        raise CalendarError("The calendar is larger than 1 MiB.")
    if data.count(b"BEGIN:VEVENT") > MAX_EVENTS:
        raise CalendarError(f"The calendar has more than {MAX_EVENTS:,} events.")
    try:
        calendar: Any = Calendar.from_ical(data.decode("utf-8-sig"))
        components = list(calendar.walk("VEVENT"))
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError) as error:
        raise CalendarError("This is not a calendar in the iCalendar format.") from error
    found = Read()
    moved = _moved(components, zone)
    deadline = timing.monotonic() + SECONDS
    for component in components:
        title = _text(component, "SUMMARY", 200) or "(no title)"
        try:
            if timing.monotonic() > deadline:
                raise _Refused("Expanding the calendar takes too long; leave old events out.")
            for event in _occurrences(component, title, since, until, zone, moved):
                if len(found.events) >= MAX_TOGETHER:
                    raise _Refused(f"More than {MAX_TOGETHER:,} occurrences together.")
                found.events.append(event)
        except _Refused as error:
            found.problems.append((title, str(error)))
        except (ValueError, TypeError, KeyError, AttributeError, OverflowError, OSError):
            found.problems.append((title, "Its times or its rule cannot be read."))
    found.events.sort(key=lambda event: (event.starts, event.ends, event.uid))
    return found


def _moved(components: list[Any], zone: ZoneInfo) -> set[tuple[str, datetime]]:
    """Occurrences of a repeated event that another event of the document stands for."""
    moved = set()
    for component in components:
        recurrence = component.get("RECURRENCE-ID")
        if recurrence is not None:
            try:
                moved.add((_text(component, "UID", 200), _instant(recurrence.dt, zone)))
            except (AttributeError, ValueError, TypeError, OverflowError):
                continue
    return moved


def _occurrences(
    component: Any,
    title: str,
    since: datetime,
    until: datetime,
    zone: ZoneInfo,
    moved: set[tuple[str, datetime]],
) -> Iterator[CalendarEvent]:
    if _text(component, "STATUS", 20).upper() == "CANCELLED":
        return
    start, length = _start(component), _length(component)
    uid, people = _text(component, "UID", 200), _people(component)
    excluded = _excluded(component, zone)
    repeated = component.get("RRULE") is not None
    for wall in _starts(component, start, since - length - 2 * DAY, until + 2 * DAY):
        starts, ends = _instant(wall, zone), _instant(_later(wall, length), zone)
        if repeated and (starts in excluded or (uid, starts) in moved):
            continue
        if starts < until and ends > since and starts < ends:
            yield CalendarEvent(uid, title, starts, ends, people)


def _start(component: Any) -> date | datetime:
    given = component.get("DTSTART")
    if given is None or isinstance(given, list):
        raise _Refused("It has no start.")
    start: date | datetime = given.dt
    named = str(given.params.get("TZID", ""))
    if isinstance(start, datetime) and start.tzinfo is None and named:
        raise _Refused(f"The time zone “{one_line(named)[:64]}” is not known here.")
    if not 1970 < start.year < 2190:
        raise _Refused("Its year makes no sense.")
    return start


def _length(component: Any) -> timedelta:
    """By the wall clock. Without end or duration: the day, or nothing."""
    start, end, duration = (
        component["DTSTART"].dt,
        component.get("DTEND"),
        component.get("DURATION"),
    )
    if end is not None:
        if type(end.dt) is not type(start):
            raise _Refused("Its start and end are of different kinds.")
        last, first = end.dt, start
        if isinstance(last, datetime) and last.tzinfo is None and end.params.get("TZID"):
            raise _Refused(
                f"The time zone “{one_line(str(end.params['TZID']))[:64]}” is not known here."
            )
        if isinstance(last, datetime) and last.tzinfo is not None and first.tzinfo is not None:
            last = last.astimezone(first.tzinfo)
        length: timedelta = last - first
    elif duration is not None:
        length = duration.dt
    else:
        length = timedelta(0) if isinstance(start, datetime) else DAY
    if length <= timedelta(0):
        raise _Refused("It ends when it starts, or before.")
    if length > MAX_LENGTH:
        raise _Refused("It lasts longer than a year.")
    return length


def _starts(
    component: Any, start: date | datetime, since: datetime, until: datetime
) -> Iterator[date | datetime]:
    """Each start as its own kind: a day, a wall time, or a time in its zone."""
    recur = component.get("RRULE")
    if recur is None:
        yield start
        return
    if isinstance(recur, list):
        raise _Refused("It has more than one rule.")
    parts = {str(name).upper(): value for name, value in recur.items()}
    if _WITHIN_A_DAY & {str(f).upper() for f in parts.get("FREQ", [])} or (
        _PARTS_WITHIN_A_DAY & set(parts)
    ):
        raise _Refused("It repeats within a day; such rules are not expanded.")
    # A rule that does not advance would never end.
    if any(int(step) < 1 for step in parts.get("INTERVAL", [1])):
        raise _Refused("Its rule cannot be read: it does not advance.")
    aware = isinstance(start, datetime) and start.tzinfo is not None
    first = start if isinstance(start, datetime) else datetime.combine(start, time.min)
    last = _rule_end(parts.pop("UNTIL", None), first)
    rule = rrulestr(_rule_text(parts), dtstart=first)
    low, high = (since, until) if aware else (_naive(since), _naive(until))
    high = high if last is None else min(high, last)
    for number, found in enumerate(rule.xafter(low, inc=True)):
        if found > high:
            return
        if number >= MAX_OCCURRENCES:
            raise _Refused(f"It repeats more than {MAX_OCCURRENCES} times; those are taken.")
        yield found if isinstance(start, datetime) else found.date()


def _rule_text(parts: dict[str, Any]) -> str:
    def written(values: Any) -> str:
        return ",".join(str(value) for value in (values if isinstance(values, list) else [values]))

    return ";".join(f"{name}={written(values)}" for name, values in parts.items())


def _rule_end(given: Any, first: datetime) -> datetime | None:
    if not given:
        return None
    last = given[0] if isinstance(given, list) else given
    if not isinstance(last, datetime):
        last = datetime.combine(last, time.max)
    if first.tzinfo is None:
        return _naive(last) if last.tzinfo else last
    return last if last.tzinfo else last.replace(tzinfo=first.tzinfo)


def _naive(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(tzinfo=None)


def _later(wall: date | datetime, length: timedelta) -> date | datetime:
    return wall + length


def _instant(wall: date | datetime, zone: ZoneInfo) -> datetime:
    if not isinstance(wall, datetime):
        return first_instant(zone, datetime.combine(wall, time.min))
    if wall.tzinfo is None:
        return first_instant(zone, wall)
    if isinstance(wall.tzinfo, ZoneInfo):
        return first_instant(wall.tzinfo, wall.replace(tzinfo=None))
    return wall.astimezone(UTC)


def _excluded(component: Any, zone: ZoneInfo) -> set[datetime]:
    given = component.get("EXDATE")
    lists = given if isinstance(given, list) else [given] if given is not None else []
    return {_instant(item.dt, zone) for one in lists for item in one.dts}


def _people(component: Any) -> tuple[str, ...]:
    given = component.get("ATTENDEE")
    lines = given if isinstance(given, list) else [given] if given is not None else []
    found = (str(line).strip() for line in lines[:50])
    return tuple(
        address[7:].lower()[:320] for address in found if address.lower().startswith("mailto:")
    )


def _text(component: Any, name: str, limit: int) -> str:
    value = component.get(name)
    return one_line(str(value[0] if isinstance(value, list) else value or ""))[:limit]
