"""Which scopes AIRE asks of Slack, what for, and which events. Pure; the manifest, the page that
compares and the doctor read the same table.

https://docs.slack.dev/reference/scopes
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scope:
    """`why` is what does not work without it. Without a `needed` one, people are not paged or not
    understood; without another, one comfort is missing."""

    name: str
    why: str
    needed: bool = False


SCOPES: tuple[Scope, ...] = (
    Scope("chat:write", "Pages, cards and answers", needed=True),
    Scope("im:write", "Direct messages to the people who are paged", needed=True),
    Scope("users:read", "Whether somebody is a full member of the workspace", needed=True),
    Scope("users:read.email", "Who somebody is in AIRE, by e-mail address", needed=True),
    Scope("commands", "The command /aire and the shortcuts"),
    Scope("app_mentions:read", "Answers to @AIRE"),
    Scope("chat:write.public", "Posts in public channels that AIRE was not invited to"),
    Scope("channels:read", "Names and members of public channels"),
    Scope("channels:join", "Joins the channels that it posts to"),
    Scope("channels:manage", "A channel for each incident, its name and its archiving"),
    Scope("channels:write.invites", "Invites whoever works on an incident into its channel"),
    Scope("channels:write.topic", "The topic of an incident's channel says how it stands"),
    Scope("channels:history", "Messages of incident channels that are put on the timeline"),
    Scope("groups:read", "Names and members of private channels that AIRE is in"),
    Scope("groups:write", "A private channel for each private incident"),
    Scope("groups:write.invites", "Invites the people of a private incident"),
    Scope("groups:write.topic", "The same topic in private channels"),
    Scope("groups:history", "The same in private channels"),
    Scope("bookmarks:write", "Links to the incident's page in its channel"),
    Scope("pins:read", "Pinned messages go on the timeline"),
    Scope("pins:write", "Pins the incident's card in its channel"),
    Scope("reactions:read", "Messages with a reaction go on the timeline"),
    Scope("files:read", "Images of messages on the timeline"),
    Scope("links:read", "Sees links into AIRE"),
    Scope("links:write", "Shows what links into AIRE lead to"),
)
NAMES: tuple[str, ...] = tuple(scope.name for scope in SCOPES)
NEEDED = frozenset(scope.name for scope in SCOPES if scope.needed)

EVENTS: tuple[str, ...] = (
    "app_home_opened",
    "app_mention",
    "app_uninstalled",
    "channel_archive",
    "channel_deleted",
    "channel_rename",
    "channel_unarchive",
    "group_archive",
    "group_deleted",
    "group_rename",
    "group_unarchive",
    "link_shared",
    "member_joined_channel",
    "message.channels",
    "message.groups",
    "pin_added",
    "pin_removed",
    "reaction_added",
    "reaction_removed",
    "tokens_revoked",
)


@dataclass(frozen=True, slots=True)
class Compared:
    """A scope of ours, and whether Slack has granted it."""

    scope: Scope
    granted: bool


def compared(granted: Collection[str]) -> list[Compared]:
    """What is missing first."""
    found = [Compared(scope, scope.name in granted) for scope in SCOPES]
    return sorted(found, key=lambda one: one.granted)


def unasked(granted: Collection[str]) -> list[str]:
    """What the token may do although nobody here needs it."""
    return sorted(set(granted) - set(NAMES))
