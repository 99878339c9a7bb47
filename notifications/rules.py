"""How a person wants to be paged: by urgency, in which order, and when not. Pure.

Without rules of their own a person is paged over everything at once, with two exceptions: a call
comes only when a minute went by, and what is of low urgency neither calls nor texts.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

MAX_AFTER_SECONDS = 86_400
MAX_RULES = 20
CALL_AFTER_SECONDS = 60
LOUD = frozenset({"sms", "voice"})
"""Channels that cost money and wake: never used for notices, nor unasked for low urgency."""
LOW_SEVERITIES = frozenset({"sev3", "sev4"})


class Urgency(StrEnum):
    HIGH = "high"
    LOW = "low"


URGENCY_CHOICES = [(Urgency.HIGH, "High urgency"), (Urgency.LOW, "Low urgency")]


def urgency_of(severity: str) -> Urgency:
    """SEV1 and SEV2 are urgent; so is whatever has no severity that is known (fail open)."""
    return Urgency.LOW if severity.lower() in LOW_SEVERITIES else Urgency.HIGH


@dataclass(frozen=True, slots=True)
class Line:
    """`contact` is the id of a contact method; None for the account's own address."""

    channel: str
    after_seconds: int = 0
    contact: int | None = None


@dataclass(frozen=True, slots=True)
class Quiet:
    starts: time
    ends: time
    weekdays: tuple[int, ...] = (0, 1, 2, 3, 4, 5, 6)


def defaults(usable: Iterable[tuple[str, int | None]], urgency: str) -> list[Line]:
    """What is done for somebody without rules; `usable` are channels and contact ids."""
    found = [Line(channel, 0, contact) for channel, contact in usable]
    if urgency == Urgency.LOW:
        calm = [line for line in found if line.channel not in LOUD]
        return calm or found
    return [
        Line(line.channel, CALL_AFTER_SECONDS if line.channel == "voice" else 0, line.contact)
        for line in found
    ]


def plan(
    rules: Sequence[Line],
    usable: Sequence[tuple[str, int | None]],
    urgency: str,
    *,
    reaching: Collection[str],
) -> list[Line]:
    """The lines that can be followed. When none of them reaches the person (a number that was
    removed, a channel that is not set up any more) the defaults stand in: never silence."""
    there = set(usable)
    kept = [line for line in rules if (line.channel, line.contact) in there]
    if any(line.channel in reaching for line in kept):
        return kept
    return defaults(usable, urgency)


def quiet_until(quiet: Quiet, zone: ZoneInfo, at: datetime) -> datetime | None:
    """The end of the quiet hours that `at` lies in, or None outside of them.

    A night belongs to the day it begins on. On the days the clocks change it begins and ends by
    the wall clock.
    """
    local = at.astimezone(zone)
    overnight = quiet.ends <= quiet.starts
    for back in (0, 1) if overnight else (0,):
        day = local.date() - timedelta(days=back)
        if day.weekday() not in quiet.weekdays:
            continue
        begins = datetime.combine(day, quiet.starts, zone)
        end_day = day + timedelta(days=1) if overnight else day
        ends = datetime.combine(end_day, quiet.ends, zone)
        if begins.timestamp() <= at.timestamp() < ends.timestamp():
            return ends.astimezone(at.tzinfo)
    return None


def zone_of(name: str, *, known: Callable[[str], ZoneInfo] = ZoneInfo) -> ZoneInfo:
    """The zone, or UTC for one that the tz database no longer has."""
    try:
        return known(name)
    except (KeyError, ValueError, OSError):
        return ZoneInfo("UTC")
