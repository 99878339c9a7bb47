"""Over which channels a person can be told something, and when. Reads only."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, time
from typing import Any

from django.db import connection

from accounts.models import User
from core import clock
from core.lots import kept
from notifications import rules
from notifications.channels import IN_APP, Channel, configured_channels
from notifications.rules import Line, Quiet, Urgency

NOTICE = "notice"
"""The urgency of what is no page: held in quiet hours, never by a call or a text message."""


@dataclass(frozen=True, slots=True)
class Way:
    """`address` is fit to show where there is a `contact` (its id), which holds the real one.
    `held_until` is the end of the person's quiet hours, where they make this wait."""

    channel: Channel
    address: str
    contact: int | None = None
    after_seconds: int = 0
    position: int = 0
    held_until: datetime | None = None

    @property
    def key(self) -> str:
        """What tells the deliveries of one message to one person apart."""
        parts = [self.channel.name]
        if self.contact is not None:
            parts.append(str(self.contact))
        if self.position:
            parts.append(f"rule{self.position}")
        return ":".join(parts)


@dataclass(slots=True)
class _Wishes:
    off: set[str] = field(default_factory=set)
    contacts: dict[int, tuple[str, str]] = field(default_factory=dict)
    rules: list[Line] = field(default_factory=list)
    quiet: Quiet | None = None


def ways_for(
    users: Iterable[User], *, channels: Collection[str] | None = None, urgency: str = ""
) -> Mapping[int, list[Way]]:
    """For each person the ways to tell them something, in their own order; in-app is always one.

    `urgency` is `high`, `low` or `notice`: rules and quiet hours are followed. Without it, all
    ways there are, now. One query however many people.
    """
    people = tuple(users)
    key = ("ways", tuple(user.pk for user in people), channels and frozenset(channels), urgency)
    return kept(key, lambda: _ways_for(people, channels, urgency))


def _ways_for(
    people: Collection[User], channels: Collection[str] | None, urgency: str
) -> Mapping[int, list[Way]]:
    wishes = _wishes([user.pk for user in people], urgency)
    wanted = [c for c in configured_channels() if channels is None or c.name in channels]
    now = clock.now()
    return {
        user.pk: _arranged(user, wishes.get(user.pk) or _Wishes(), wanted, urgency, now)
        for user in people
    }


def _arranged(
    user: User, wishes: _Wishes, wanted: Iterable[Channel], urgency: str, now: datetime
) -> list[Way]:
    ways = _all_ways(user, wishes, wanted)
    outside = [way for way in ways if way.channel.name != IN_APP]
    if urgency == NOTICE:
        outside = [way for way in outside if way.channel.name not in rules.LOUD]
    elif urgency:
        outside = _by_rules(outside, wishes.rules, urgency)
    if urgency in (Urgency.LOW, NOTICE) and wishes.quiet:
        until = rules.quiet_until(wishes.quiet, rules.zone_of(user.time_zone), now)
        outside = [replace(way, held_until=until) for way in outside]
    return [*outside, *(way for way in ways if way.channel.name == IN_APP)]


def _all_ways(user: User, wishes: _Wishes, wanted: Iterable[Channel]) -> list[Way]:
    ways = []
    for channel in wanted:
        if channel.name in wishes.off:
            continue
        if channel.form is None:
            if address := channel.address_for(user):
                ways.append(Way(channel, address))
            continue
        ways += [
            Way(channel, label, contact)
            for contact, (name, label) in wishes.contacts.items()
            if name == channel.name
        ]
    return ways


def _by_rules(ways: list[Way], lines: list[Line], urgency: str) -> list[Way]:
    by_name = {(way.channel.name, way.contact): way for way in ways}
    reaching = {way.channel.name for way in ways if way.channel.reaches}
    planned = rules.plan(lines, list(by_name), urgency, reaching=reaching)
    own = any(line in lines for line in planned)
    return [
        replace(
            by_name[line.channel, line.contact],
            after_seconds=line.after_seconds,
            position=number if own else 0,
        )
        for number, line in enumerate(planned, start=1)
    ]


def _wishes(user_ids: list[int], urgency: str) -> dict[int, _Wishes]:
    """Everything these people said about how to be reached, in one round trip."""
    found: dict[int, _Wishes] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT user_id, 'off', 0, channel, NULL::bigint, NULL::text, NULL::time, NULL::time, ''
              FROM notifications_channelchoice
             WHERE user_id = ANY(%(ids)s) AND NOT enabled AND channel <> %(inbox)s
            UNION ALL
            SELECT user_id, 'contact', 0, channel, id, label, NULL, NULL, ''
              FROM notifications_contactmethod
             WHERE user_id = ANY(%(ids)s) AND verified_at IS NOT NULL
            UNION ALL
            SELECT user_id, 'rule', after_seconds, channel, contact_id, NULL, NULL, NULL,
                   lpad(position::text, 5, '0')
              FROM notifications_notificationrule
             WHERE user_id = ANY(%(ids)s) AND urgency = %(urgency)s
            UNION ALL
            SELECT user_id, 'quiet', 0, NULL, NULL, weekdays::text, starts, ends, ''
              FROM notifications_quiethours WHERE user_id = ANY(%(ids)s)
            ORDER BY 1, 2, 9, 5""",
            {"ids": user_ids, "inbox": IN_APP, "urgency": urgency},
        )
        for user_id, kind, *cells in cursor.fetchall():
            _add(found.setdefault(user_id, _Wishes()), kind, cells)
    return found


def _add(wishes: _Wishes, kind: str, cells: list[Any]) -> None:
    after, channel, contact, text, starts, ends, _ = cells
    if kind == "off":
        wishes.off.add(channel)
    elif kind == "contact":
        wishes.contacts[contact] = (channel, text)
    elif kind == "rule":
        wishes.rules.append(Line(channel, after, contact))
    else:
        wishes.quiet = _quiet(starts, ends, text)


def _quiet(starts: time, ends: time, weekdays: str) -> Quiet:
    days = tuple(int(part) for part in weekdays.strip("[]").split(",") if part.strip())
    return Quiet(starts, ends, days)


def reaching_channels() -> list[str]:
    """The channels of which one has to take a page for its person to count as paged. Where an
    installation reaches nobody by their account alone (neither mail nor Slack), the inbox has to
    do for those who gave no address (`doctor` warns of it)."""
    configured = configured_channels()
    if any(channel.reaches and channel.form is None for channel in configured):
        return [channel.name for channel in configured if channel.reaches]
    return [channel.name for channel in configured]


def can_reach(ways: Iterable[Way]) -> bool:
    """Whether one of them finds the person away from AIRE, as far as this installation can."""
    reaching = reaching_channels()
    return any(way.channel.name in reaching for way in ways)


def reachable(users: Iterable[User]) -> set[int]:
    """The ids of the active people who can be reached: who has a working contact method."""
    ways = ways_for(user for user in users if user.is_active)
    return {user_id for user_id, own in ways.items() if can_reach(own)}
