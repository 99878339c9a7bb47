"""What there is in the fake workspace: people, channels, messages, views, triggers, faults."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

BOT_TOKEN = "xoxb-fake-bot-token"
APP_TOKEN = "xapp-fake-app-token"
SIGNING_SECRET = "fake-signing-secret-0123456789abcdef"
TEAM = "T0001"
BOT_USER = "UBOT"

Arguments = dict[str, Any]
Answer = dict[str, Any]


@dataclass
class Post:
    """A message as it stands in a conversation now; `history` holds its earlier bodies."""

    channel: str
    ts: str
    body: dict[str, Any]
    history: list[dict[str, Any]] = field(default_factory=list)
    seen_by: str = ""

    @property
    def text(self) -> str:
        return str(self.body.get("text", ""))

    @property
    def buttons(self) -> list[dict[str, Any]]:
        return [
            element
            for block in self.body.get("blocks") or []
            if block["type"] == "actions"
            for element in block["elements"]
        ]


@dataclass
class Member:
    """Somebody as `users.info` tells of them. `guest` is "", "multi" or "single"."""

    id: str
    email: str = ""
    name: str = ""
    team: str = TEAM
    guest: str = ""
    bot: bool = False
    deleted: bool = False
    stranger: bool = False

    def told(self, *, with_email: bool) -> dict[str, Any]:
        profile = {"real_name": self.name or self.id}
        if with_email and self.email:
            profile["email"] = self.email
        return {
            "id": self.id,
            "team_id": self.team,
            "name": self.name or self.id.lower(),
            "deleted": self.deleted,
            "is_bot": self.bot,
            "is_restricted": self.guest == "multi" or self.guest == "single",
            "is_ultra_restricted": self.guest == "single",
            "is_stranger": self.stranger,
            "profile": profile,
        }


@dataclass
class Channel:
    """A conversation that the app is in (`joined`). The key of `channels` may be a #name."""

    id: str
    name: str = ""
    private: bool = False
    archived: bool = False
    joined: bool = True
    members: set[str] = field(default_factory=set)
    topic: str = ""
    creator: str = ""
    bookmarks: list[dict[str, Any]] = field(default_factory=list)


class Channels(dict[str, Channel]):
    """By what callers write: the id, or #name."""

    def add(self, key: str) -> Channel:
        return self.setdefault(key, Channel(key, name=key.removeprefix("#")))


@dataclass
class View:
    """A modal or home that somebody sees; `history` holds what it showed before."""

    id: str
    user: str
    body: dict[str, Any]
    root: str = ""
    hash: str = ""
    history: list[dict[str, Any]] = field(default_factory=list)

    @property
    def text(self) -> str:
        """Everything that can be read in it, roughly."""
        return str(self.body)

    def told(self) -> dict[str, Any]:
        return {**self.body, "id": self.id, "hash": self.hash, "root_view_id": self.root or self.id}


@dataclass
class Trigger:
    """May open one view, for three seconds."""

    user: str
    made: float
    used: bool = False


@dataclass
class ResponseUrl:
    user: str
    channel: str
    made: float
    message_ts: str = ""
    uses: int = 0


@dataclass(frozen=True)
class Fault:
    """What happens instead of an ordinary answer. `hang`: seconds of silence first. `drop`: the
    connection is closed without an answer, after the call was carried out when `accept`."""

    status: int = 200
    error: str = ""
    retry_after: int | None = None
    hang: float = 0.0
    drop: bool = False
    accept: bool = False
    method: str = ""


class World:
    """The state, and the small changes to it that the methods share."""

    token = BOT_TOKEN
    app_token = APP_TOKEN
    signing_secret = SIGNING_SECRET
    team = TEAM
    trigger_seconds = 3.0

    def __init__(self) -> None:
        self.users: dict[str, str] = {}
        self.members: dict[str, Member] = {}
        self.channels = Channels()
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.posts: list[Post] = []
        self.views: dict[str, View] = {}
        self.homes: dict[str, View] = {}
        self.unfurls: list[dict[str, Any]] = []
        self.files: dict[str, bytes] = {}
        self.scopes: set[str] | None = None
        """Granted to the bot; None grants whatever is needed."""
        self.revoked = ""
        """Set to `token_revoked`, `account_inactive` and the like to refuse every call."""
        self.down = False
        self.rates = True
        self.triggers: dict[str, Trigger] = {}
        self.response_urls: dict[str, ResponseUrl] = {}
        self.socket_address: Callable[[], str] = str
        self._faults: deque[Fault] = deque()
        self._lock = threading.RLock()
        self._count = 0

    def add_user(self, email: str, **facts: Any) -> str:
        """A member of the workspace (`guest=`, `team=`, `bot=`, `deleted=` …); answers the id."""
        slack_id = f"U{len(self.members) + 1:04d}"
        self.members[slack_id] = Member(slack_id, email.lower(), **facts)
        if email:
            self.users[email.lower()] = slack_id
        return slack_id

    def say(
        self,
        channel: str,
        user: str,
        text: str,
        *,
        thread_ts: str = "",
        files: list[dict[str, Any]] | None = None,
        ts: str = "",
    ) -> Post:
        """Somebody writes a message."""
        body: dict[str, Any] = {"text": text, "user": user}
        if thread_ts:
            body["thread_ts"] = thread_ts
        if files:
            body["files"] = files
        post = Post(channel, ts or self.stamp(), body)
        with self._lock:
            self.posts.append(post)
        return post

    def member(self, slack_id: str) -> Member | None:
        if slack_id in self.members:
            return self.members[slack_id]
        for email, known in self.users.items():
            if known == slack_id:
                return Member(slack_id, email)
        return None

    def script(self, *faults: Fault) -> None:
        """The next calls (of the fault's method, if it names one) go wrong like this, in order."""
        with self._lock:
            self._faults.extend(faults)

    def take_fault(self, method: str) -> Fault | None:
        with self._lock:
            for fault in self._faults:
                if fault.method in ("", method):
                    self._faults.remove(fault)
                    return fault
        return None

    def posts_to(self, email_or_channel: str) -> list[Post]:
        """What a person (by address) or a channel was sent, oldest first."""
        slack_id = self.users.get(email_or_channel.lower())
        channel = self.dm(slack_id) if slack_id else email_or_channel
        return [post for post in self.posts if post.channel == channel and not post.seen_by]

    def answers_to(self, slack_user_id: str) -> list[Post]:
        """What only this person was shown, by `chat.postEphemeral` or a response_url."""
        return [post for post in self.posts if post.seen_by == slack_user_id]

    def called(self, method: str) -> list[dict[str, Any]]:
        return [arguments for name, arguments in self.calls if name == method]

    def modals_of(self, slack_user_id: str) -> list[View]:
        return [view for view in self.views.values() if view.user == slack_user_id]

    @staticmethod
    def dm(slack_user_id: str) -> str:
        return f"D{slack_user_id[1:]}"

    def stamp(self) -> str:
        with self._lock:
            self._count += 1
            return f"{int(time.time())}.{self._count:06d}"

    def keep(self, post: Post) -> Post:
        with self._lock:
            self.posts.append(post)
        return post

    def conversation(self, channel: str) -> str | None:
        """The id of a conversation that the app can post to."""
        if channel in self.users.values():
            return self.dm(channel)
        if channel in self.channels or channel in map(self.dm, self.users.values()):
            return channel
        return None

    def trigger(self, slack_user_id: str) -> str:
        """A fresh trigger_id."""
        name = f"{uuid4().hex[:12]}.{uuid4().hex}"
        self.triggers[name] = Trigger(slack_user_id, time.monotonic())
        return name


def error(code: str, **more: Any) -> Answer:
    return {"ok": False, "error": code, **more}
