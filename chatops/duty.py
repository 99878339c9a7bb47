"""Who is on call, as lines. Reads only."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from chatops.saying import person
from chatops.surface import Bold, Link, Text, When, Words
from core import clock
from oncall.selectors import OnCallNow

A_LONG_TIME = timedelta(days=365)


def duty_rows(lines: Iterable[OnCallNow]) -> tuple[Text, ...]:
    return tuple(Text(duty_words(line)) for line in lines)


def duty_words(line: OnCallNow) -> Words:
    """ "Platform: Ben until Mon 09:00 (override)"; a gap and what is wrong are said as well."""
    schedule = line.schedule
    head: Words = (Link(schedule.name, f"/on-call/schedules/{schedule.slug}/"), ": ")
    if line.problem:
        return (*head, f"cannot be read: {line.problem}")
    if line.duty is None:
        return (*head, Bold("nobody"), *_then(line))
    why = " (override)" if line.duty.because == "override" else ""
    return (*head, person(line.duty.user), *_until(line), why)


def _until(line: OnCallNow) -> Words:
    if line.duty is None or line.duty.until - clock.now() > A_LONG_TIME:
        return ()
    return (" until ", When(line.duty.until))


def _then(line: OnCallNow) -> Words:
    if line.next is None or line.next.user is None:
        return (", and nobody after that",)
    return (" until ", When(line.next.start), ", then ", person(line.next.user))
