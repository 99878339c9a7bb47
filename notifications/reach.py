"""Over which channels a person can be told something now. Reads only."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.db import connection

from accounts.models import User
from core.lots import kept
from notifications.channels import IN_APP, Channel, configured_channels


@dataclass(frozen=True, slots=True)
class Way:
    channel: Channel
    address: str


def ways_for(
    users: Iterable[User], *, channels: Collection[str] | None = None
) -> Mapping[int, list[Way]]:
    """For each person the configured channels that they have not switched off. In-app cannot be
    switched off. One query however many people."""
    people = tuple(users)
    key = ("ways", tuple(user.pk for user in people), channels and frozenset(channels))
    return kept(key, lambda: _ways_for(people, channels))


def _ways_for(
    people: Collection[User], channels: Collection[str] | None
) -> Mapping[int, list[Way]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT user_id, channel FROM notifications_channelchoice "
            "WHERE user_id = ANY(%s) AND NOT enabled AND channel <> %s",
            [[user.pk for user in people], IN_APP],
        )
        off = set(cursor.fetchall())
    wanted = [c for c in configured_channels() if channels is None or c.name in channels]
    return {
        user.pk: [
            Way(channel, address)
            for channel in wanted
            if (user.pk, channel.name) not in off and (address := channel.address_for(user))
        ]
        for user in people
    }


def can_reach(ways: Iterable[Way]) -> bool:
    """Whether one of them finds the person away from AIRE. Where an installation has no such
    channel at all, the inbox has to do (`doctor` warns of it)."""
    if any(channel.reaches for channel in configured_channels()):
        return any(way.channel.reaches for way in ways)
    return bool(list(ways))


def reachable(users: Iterable[User]) -> set[int]:
    """The ids of the active people who can be reached."""
    ways = ways_for(user for user in users if user.is_active)
    return {user_id for user_id, own in ways.items() if can_reach(own)}
