"""A Slack Web API on a free local port: enforces the documented rules and keeps what was posted.

`with FakeSlack() as slack:` then point `AIRE_SLACK_API_URL` at `slack.url` and
`AIRE_SLACK_BOT_TOKEN` at `slack.token`. `slack.add_user(email)` makes people known,
`slack.channels` holds the channels the app is in. `slack.script(…)` makes the next calls fail.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode

BOT_TOKEN = "xoxb-fake-bot-token"
SIGNING_SECRET = "fake-signing-secret-0123456789abcdef"


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


class FakeSlack:
    token = BOT_TOKEN
    signing_secret = SIGNING_SECRET

    def __init__(self, port: int = 0) -> None:
        self.users: dict[str, str] = {}
        self.channels: set[str] = set()
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.posts: list[Post] = []
        self.down = False
        self._faults: deque[Fault] = deque()
        self._lock = threading.Lock()
        self._count = 0
        self._port = port
        self._server: ThreadingHTTPServer | None = None

    def __enter__(self) -> FakeSlack:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        handler = type("Handler", (_Handler,), {"slack": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", self._port), handler)
        self._server.daemon_threads = True
        self._port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self) -> None:
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}/api/"

    def environment(self) -> dict[str, str]:
        """For a program under test."""
        return {
            "AIRE_SLACK_API_URL": self.url,
            "AIRE_SLACK_BOT_TOKEN": self.token,
            "AIRE_SLACK_SIGNING_SECRET": self.signing_secret,
        }

    def add_user(self, email: str) -> str:
        """A member of the workspace; answers the Slack id."""
        self.users[email.lower()] = f"U{len(self.users) + 1:04d}"
        return self.users[email.lower()]

    def script(self, *faults: Fault) -> None:
        """The next calls (of the fault's method, if it names one) go wrong like this, in order."""
        with self._lock:
            self._faults.extend(faults)

    def posts_to(self, email_or_channel: str) -> list[Post]:
        """What a person (by address) or a channel was sent, oldest first."""
        slack_id = self.users.get(email_or_channel.lower())
        channel = self.dm(slack_id) if slack_id else email_or_channel
        return [post for post in self.posts if post.channel == channel and not post.seen_by]

    def answers_to(self, slack_user_id: str) -> list[Post]:
        return [post for post in self.posts if post.seen_by == slack_user_id]

    def called(self, method: str) -> list[dict[str, Any]]:
        return [arguments for name, arguments in self.calls if name == method]

    @staticmethod
    def dm(slack_user_id: str) -> str:
        return f"D{slack_user_id[1:]}"

    def press(self, post: Post, action_id: str, *, by: str, action_ts: str = "") -> bytes:
        """The body that Slack posts when the person `by` (Slack id) presses a button."""
        button = next(b for b in post.buttons if b["action_id"] == action_id)
        payload = {
            "type": "block_actions",
            "user": {"id": by},
            "channel": {"id": post.channel},
            "container": {"channel_id": post.channel, "message_ts": post.ts},
            "actions": [
                {
                    "action_id": action_id,
                    "value": button.get("value"),
                    "action_ts": action_ts or self._stamp(),
                }
            ],
        }
        return urlencode({"payload": json.dumps(payload)}).encode()

    def sign(self, body: bytes, *, at: float | None = None, secret: str = "") -> dict[str, str]:
        """The headers that prove a body to be Slack's."""
        stamp = str(int(time.time() if at is None else at))
        base = b"v0:" + stamp.encode() + b":" + body
        key = (secret or self.signing_secret).encode()
        return {
            "X-Slack-Request-Timestamp": stamp,
            "X-Slack-Signature": f"v0={hmac.new(key, base, hashlib.sha256).hexdigest()}",
        }

    # -- what the handler uses -------------------------------------------------------------

    def take_fault(self, method: str) -> Fault | None:
        with self._lock:
            for fault in self._faults:
                if fault.method in ("", method):
                    self._faults.remove(fault)
                    return fault
        return None

    def answer(self, method: str, arguments: dict[str, Any], token: str) -> dict[str, Any]:
        with self._lock:
            self.calls.append((method, arguments))
        if not token:
            return _error("not_authed")
        if token != self.token:
            return _error("invalid_auth")
        known = {
            "chat.postMessage": self._post,
            "chat.postEphemeral": self._ephemeral,
            "chat.update": self._update,
            "users.lookupByEmail": self._lookup,
            "users.info": self._info,
            "auth.test": lambda _: {"ok": True, "user_id": "UBOT", "team": "Fake"},
        }
        return known[method](arguments) if method in known else _error("unknown_method")

    def _stamp(self) -> str:
        with self._lock:
            self._count += 1
            return f"{1_700_000_000 + self._count}.{self._count:06d}"

    def _conversation(self, channel: str) -> str | None:
        if channel in self.users.values():
            return self.dm(channel)
        if channel in self.channels or channel in map(self.dm, self.users.values()):
            return channel
        return None

    def _post(self, arguments: dict[str, Any]) -> dict[str, Any]:
        channel = self._conversation(str(arguments.get("channel", "")))
        if channel is None:
            return _error("channel_not_found")
        if problem := _wrong(arguments):
            return _error(problem)
        post = Post(channel, self._stamp(), arguments)
        with self._lock:
            self.posts.append(post)
        return {"ok": True, "channel": channel, "ts": post.ts, "message": arguments}

    def _ephemeral(self, arguments: dict[str, Any]) -> dict[str, Any]:
        channel = self._conversation(str(arguments.get("channel", "")))
        user = str(arguments.get("user", ""))
        if channel is None:
            return _error("channel_not_found")
        if user not in self.users.values():
            return _error("user_not_in_channel")
        if problem := _wrong(arguments):
            return _error(problem)
        with self._lock:
            self.posts.append(Post(channel, "", arguments, seen_by=user))
        return {"ok": True, "message_ts": self._stamp()}

    def _update(self, arguments: dict[str, Any]) -> dict[str, Any]:
        for post in self.posts:
            if post.channel == arguments.get("channel") and post.ts == arguments.get("ts"):
                if problem := _wrong(arguments):
                    return _error(problem)
                post.history.append(post.body)
                post.body = arguments
                return {"ok": True, "channel": post.channel, "ts": post.ts, "text": post.text}
        return _error("message_not_found")

    def _lookup(self, arguments: dict[str, Any]) -> dict[str, Any]:
        slack_id = self.users.get(str(arguments.get("email", "")).lower())
        return {"ok": True, "user": {"id": slack_id}} if slack_id else _error("users_not_found")

    def _info(self, arguments: dict[str, Any]) -> dict[str, Any]:
        for email, slack_id in self.users.items():
            if slack_id == arguments.get("user"):
                return {"ok": True, "user": {"id": slack_id, "profile": {"email": email}}}
        return _error("user_not_found")


def _error(code: str) -> dict[str, Any]:
    return {"ok": False, "error": code}


_BUTTON = (("text", 75), ("value", 2_000), ("url", 3_000), ("action_id", 255))


def _wrong(arguments: dict[str, Any]) -> str:
    """The documented limits of a message; "" when it keeps them."""
    text, blocks = str(arguments.get("text") or ""), arguments.get("blocks") or []
    if not text and not blocks:
        return "no_text"
    if len(text) > 40_000:
        return "msg_too_long"
    if len(blocks) > 50 or not all(_right_block(block) for block in blocks):
        return "invalid_blocks"
    return "msg_blocks_too_long" if len(json.dumps(blocks, ensure_ascii=False)) > 16_000 else ""


def _right_block(block: dict[str, Any]) -> bool:
    match block.get("type"):
        case "header":
            return 0 < len(block["text"]["text"]) <= 150
        case "section":
            texts = [block["text"]["text"]] if "text" in block else []
            fields = [item["text"] for item in block.get("fields", [])]
            return (
                bool(texts or fields)
                and all(0 < len(text) <= 3_000 for text in texts)
                and len(fields) <= 10
                and all(0 < len(text) <= 2_000 for text in fields)
            )
        case "context":
            return 0 < len(block["elements"]) <= 10
        case "actions":
            ids = [element["action_id"] for element in block["elements"]]
            return (
                0 < len(ids) <= 25
                and len(set(ids)) == len(ids)
                and all(map(_right_button, block["elements"]))
            )
        case kind:
            return kind == "divider"


def _right_button(element: dict[str, Any]) -> bool:
    flat = {**element, "text": element["text"]["text"]}
    return all(len(str(flat.get(name, ""))) <= limit for name, limit in _BUTTON)


class _Handler(BaseHTTPRequestHandler):
    slack: FakeSlack

    def do_POST(self) -> None:
        method = self.path.removeprefix("/api/").split("?")[0]
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        arguments = self._arguments(body)
        token = (self.headers.get("Authorization") or "").removeprefix("Bearer ").strip()
        fault = self.slack.take_fault(method)
        if self.slack.down:
            fault = Fault(status=503)
        if fault is None:
            self._reply(200, self.slack.answer(method, arguments, token))
            return
        if fault.accept:
            answer = self.slack.answer(method, arguments, token)
        else:
            self.slack.calls.append((method, arguments))
            answer = _error(fault.error or ("ratelimited" if fault.status == 429 else "internal"))
        time.sleep(fault.hang)
        if fault.drop:
            self.close_connection = True
            return
        self._reply(fault.status, answer, fault.retry_after)

    def _arguments(self, body: bytes) -> dict[str, Any]:
        if "json" in (self.headers.get("Content-Type") or ""):
            value = json.loads(body or b"{}")
            return value if isinstance(value, dict) else {}
        return {name: values[-1] for name, values in parse_qs(body.decode()).items()}

    def _reply(self, status: int, answer: dict[str, Any], retry_after: int | None = None) -> None:
        body = json.dumps(answer).encode() if status < 500 else b"upstream is away"
        try:
            self.send_response(status)
            if status < 500:
                self.send_header("Content-Type", "application/json; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            if retry_after is not None:
                self.send_header("Retry-After", str(retry_after))
            self.end_headers()
            self.wfile.write(body)
        except OSError:
            return  # the caller gave up waiting

    def log_message(self, *_: object) -> None:
        return
