"""Shifts as an iCalendar document (RFC 5545). Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from icalendar import Calendar, Event

REFRESH = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Entry:
    """`key` is what keeps an event the same from one reading to the next."""

    key: str
    title: str
    note: str
    starts: datetime
    ends: datetime


def document(name: str, entries: Iterable[Entry], *, stamped: datetime, domain: str) -> bytes:
    """Line folding, escaping and line ends are the library's."""
    calendar = Calendar()
    calendar.add("prodid", "-//AIRE//On-call//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", one_line(name))
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    for entry in entries:
        event = Event()
        digest = sha256(f"{entry.key}:{entry.starts.isoformat()}".encode()).hexdigest()[:32]
        event.add("uid", f"{digest}@{domain}")
        event.add("dtstamp", stamped)
        event.add("dtstart", entry.starts)
        event.add("dtend", entry.ends)
        event.add("summary", one_line(entry.title))
        if entry.note:
            event.add("description", one_line(entry.note))
        event.add("transp", "TRANSPARENT")
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def one_line(text: str) -> str:
    """Without control characters, which no calendar program expects."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
