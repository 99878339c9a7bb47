"""conversations.*, bookmarks.*, chat.getPermalink: channels, their names, people and messages."""

from __future__ import annotations

import re
from typing import Any

from tests.fakes.slack.methods import method
from tests.fakes.slack.world import BOT_USER, Answer, Arguments, Channel, Post, World, error

NAME = re.compile(r"[\w-]{1,80}")


@method("conversations.create", scope="channels:manage", tier=2)
def create(slack: World, arguments: Arguments) -> Answer:
    name = str(arguments.get("name", ""))
    if problem := _bad_name(slack, name):
        return error(problem)
    made = Channel(
        f"C{len(slack.channels) + 1:08d}",
        name=name,
        private=bool(arguments.get("is_private")),
        members={BOT_USER},
        creator=BOT_USER,
    )
    slack.channels[made.id] = made
    return {"ok": True, "channel": _told(made)}


@method("conversations.rename", scope="channels:manage", tier=2)
def rename(slack: World, arguments: Arguments) -> Answer:
    found = _usable(slack, arguments)
    if isinstance(found, str):
        return error(found)
    name = str(arguments.get("name", ""))
    if problem := _bad_name(slack, name):
        return error(problem)
    found.name = name
    return {"ok": True, "channel": _told(found)}


@method("conversations.setTopic", scope="channels:write.topic", tier=2)
def set_topic(slack: World, arguments: Arguments) -> Answer:
    found = _usable(slack, arguments)
    if isinstance(found, str):
        return error(found)
    if len(str(arguments.get("topic", ""))) > 250:
        return error("too_long")
    found.topic = str(arguments.get("topic", ""))
    return {"ok": True, "topic": found.topic}


@method("conversations.archive", scope="channels:manage", tier=2)
def archive(slack: World, arguments: Arguments) -> Answer:
    found = _usable(slack, arguments)
    if isinstance(found, str):
        return error("already_archived" if found == "is_archived" else found)
    found.archived = True
    return {"ok": True}


@method("conversations.join", scope="channels:join", tier=3)
def join(slack: World, arguments: Arguments) -> Answer:
    found = slack.channels.get(str(arguments.get("channel", "")))
    if found is None or found.private:
        return error("channel_not_found")
    if found.archived:
        return error("is_archived")
    found.joined = True
    return {"ok": True, "channel": _told(found)}


@method("conversations.invite", scope="channels:write.invites", tier=3)
def invite(slack: World, arguments: Arguments) -> Answer:
    found = _usable(slack, arguments)
    if isinstance(found, str):
        return error(found)
    for user in str(arguments.get("users", "")).split(","):
        if slack.member(user) is None:
            return error("user_not_found")
        if user in found.members:
            return error("already_in_channel")
        found.members.add(user)
    return {"ok": True, "channel": _told(found)}


@method("conversations.kick", scope="channels:manage", tier=3)
def kick(slack: World, arguments: Arguments) -> Answer:
    found = _usable(slack, arguments)
    if isinstance(found, str):
        return error(found)
    user = str(arguments.get("user", ""))
    if user not in found.members:
        return error("not_in_channel")
    found.members.discard(user)
    return {"ok": True}


@method("conversations.list", scope="channels:read", tier=2)
def list_channels(slack: World, arguments: Arguments) -> Answer:
    private = "private_channel" in str(arguments.get("types", ""))
    hidden = str(arguments.get("exclude_archived", "")) in ("1", "true", "True")
    rows = [one for one in slack.channels.values() if one.private is private]
    rows = [one for one in rows if not (hidden and one.archived)]
    return {"ok": True, "channels": [_told(one) for one in rows]}


@method("conversations.history", scope="channels:history", tier=3)
def history(slack: World, arguments: Arguments) -> Answer:
    found = slack.channels.get(str(arguments.get("channel", "")))
    if found is None:
        return error("channel_not_found")
    if not found.joined:
        return error("not_in_channel")
    rows = [post for post in _posts(slack, found.id) if not _in_thread(post)]
    return _answered(rows, arguments, newest_first=True)


@method("conversations.replies", scope="channels:history", tier=3)
def replies(slack: World, arguments: Arguments) -> Answer:
    found = slack.channels.get(str(arguments.get("channel", "")))
    if found is None:
        return error("channel_not_found")
    thread = str(arguments.get("ts", ""))
    every = _posts(slack, found.id)
    if not any(post.ts == thread for post in every):
        return error("thread_not_found")
    rows = [post for post in every if thread in (post.ts, post.body.get("thread_ts"))]
    return _answered(rows, arguments, newest_first=False)


@method("bookmarks.add", scope="bookmarks:write", tier=2)
def add_bookmark(slack: World, arguments: Arguments) -> Answer:
    found = slack.channels.get(str(arguments.get("channel_id", "")))
    if found is None:
        return error("channel_not_found")
    if arguments.get("type") != "link" or not str(arguments.get("link", "")).startswith("http"):
        return error("invalid_link")
    found.bookmarks.append({"title": arguments.get("title"), "link": arguments.get("link")})
    return {"ok": True, "bookmark": found.bookmarks[-1]}


@method("chat.getPermalink", tier=4)
def permalink(slack: World, arguments: Arguments) -> Answer:
    channel, ts = str(arguments.get("channel", "")), str(arguments.get("message_ts", ""))
    if not any(post.ts == ts for post in _posts(slack, channel)):
        return error("message_not_found")
    link = f"https://fake.slack.com/archives/{channel}/p{ts.replace('.', '')}"
    return {"ok": True, "channel": channel, "permalink": link}


def _bad_name(slack: World, name: str) -> str:
    if not name:
        return "invalid_name_required"
    if len(name) > 80:
        return "invalid_name_maxlength"
    if name != name.lower() or not NAME.fullmatch(name):
        return "invalid_name_specials"
    return "name_taken" if any(one.name == name for one in slack.channels.values()) else ""


def _usable(slack: World, arguments: Arguments) -> Channel | str:
    found = slack.channels.get(str(arguments.get("channel", "")))
    if found is None:
        return "channel_not_found"
    if found.archived:
        return "is_archived"
    return found if found.joined else "not_in_channel"


def _told(channel: Channel) -> dict[str, Any]:
    return {
        "id": channel.id,
        "name": channel.name,
        "creator": channel.creator,
        "is_private": channel.private,
        "is_archived": channel.archived,
    }


def _posts(slack: World, channel: str) -> list[Post]:
    return [post for post in slack.posts if post.channel == channel and not post.seen_by]


def _in_thread(post: Post) -> bool:
    return bool(post.body.get("thread_ts")) and post.body.get("thread_ts") != post.ts


def _answered(rows: list[Post], arguments: Arguments, *, newest_first: bool) -> Answer:
    """Slack's `oldest` and `latest` are exclusive without `inclusive`."""
    oldest = float(arguments.get("oldest") or 0)
    latest = float(arguments.get("latest") or 10**12)
    edges = str(arguments.get("inclusive", "")) in ("1", "true", "True")
    kept = [
        post
        for post in sorted(rows, key=lambda one: float(one.ts), reverse=newest_first)
        if oldest < float(post.ts) < latest or (edges and float(post.ts) in (oldest, latest))
    ]
    with_metadata = str(arguments.get("include_all_metadata", "")) in ("1", "true", "True")
    most = int(arguments.get("limit") or 100)
    messages = []
    for post in kept[:most]:
        whole = {"type": "message", "ts": post.ts, **post.body}
        if "user" not in whole:
            whole |= {"user": BOT_USER, "bot_id": "B0001"}
        if not with_metadata:
            whole.pop("metadata", None)
        messages.append(whole)
    return {"ok": True, "messages": messages, "has_more": len(kept) > most}
