"""When a heartbeat is late, and what a ping does to it. Pure: no database."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

WATCHED, MISSED, FAILED, PAUSED = "watched", "missed", "failed", "paused"
DOWN = frozenset({MISSED, FAILED})


class Beat(StrEnum):
    """What was heard."""

    PING = "ping"
    START = "start"
    FAIL = "fail"


class Told(StrEnum):
    """What the alerts are told of it."""

    MISSED = "missed"
    FAILED = "failed"
    RECOVERED = "recovered"


@dataclass(frozen=True, slots=True)
class Pulse:
    """A heartbeat as the rules see it. `since` is when it went down."""

    state: str
    every: int
    grace: int
    due_at: datetime
    since: datetime | None = None
    last_ping_at: datetime | None = None
    last_start_at: datetime | None = None


def heard(pulse: Pulse, beat: Beat, at: datetime) -> tuple[Pulse, Told | None]:
    """After a ping, a start or a failure at `at`. What is older than the last ping is nothing.

    A start must be followed by a ping within the grace; whether the job is down is said only by
    how it ends. A paused one notes what it hears and stays paused.
    """
    if pulse.last_ping_at is not None and at < pulse.last_ping_at:
        return pulse, None
    if beat is Beat.START:
        due = at + timedelta(seconds=pulse.grace)
        return replace(pulse, last_start_at=at, due_at=due), None
    noted = replace(pulse, last_ping_at=at, due_at=due_after(at, pulse.every, pulse.grace))
    if pulse.state == PAUSED:
        return noted, None
    if beat is Beat.FAIL:
        if pulse.state == FAILED:
            return noted, None
        since = pulse.since if pulse.state == MISSED else at
        return replace(noted, state=FAILED, since=since), Told.FAILED
    if pulse.state in DOWN:
        return replace(noted, state=WATCHED, since=None), Told.RECOVERED
    return noted, None


def missed(pulse: Pulse, now: datetime) -> tuple[Pulse, Told | None]:
    """Silence until `now`: it is down since the moment it was due."""
    if pulse.state != WATCHED or pulse.due_at > now:
        return pulse, None
    return replace(pulse, state=MISSED, since=pulse.due_at), Told.MISSED


def due_after(at: datetime, every: int, grace: int) -> datetime:
    return at + timedelta(seconds=every + grace)
