"""The HTTP side of the fake: the Web API and the response_urls, with rates, scopes and faults."""

from __future__ import annotations

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

from tests.fakes.slack import chat, conversations, modals, people, socket
from tests.fakes.slack.methods import METHODS, Buckets
from tests.fakes.slack.sending import Sending
from tests.fakes.slack.world import Answer, Arguments, Fault, error

FILES = (chat, conversations, modals, people, socket)
"""Where the methods are; importing them registers them."""


class FakeSlack(Sending):
    def __init__(self, port: int = 0) -> None:
        super().__init__()
        self.socket = socket.SocketEnd()
        self.socket_address = self.socket.open
        self._buckets = Buckets()
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
        self.base = f"http://127.0.0.1:{self._port}"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self) -> None:
        self.socket.stop()
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

    def answer(
        self, method: str, arguments: Arguments, token: str
    ) -> tuple[int, Answer, int | None]:
        """HTTP status, body and Retry-After of a call."""
        with self._lock:
            self.calls.append((method, arguments))
        known = METHODS.get(method)
        if not token:
            return 200, error("not_authed"), None
        if token != (self.app_token if known and known.app else self.token):
            return 200, error("invalid_auth"), None
        if self.revoked:
            return 200, error(self.revoked), None
        if known is None:
            return 200, error("unknown_method"), None
        if known.scope and self.scopes is not None and known.scope not in self.scopes:
            provided = ",".join(sorted(self.scopes))
            return 200, error("missing_scope", needed=known.scope, provided=provided), None
        with self._lock:
            wait = self._buckets.take(known, arguments) if self.rates else 0
            if wait:
                return 429, error("ratelimited"), wait
            return 200, known.run(self, arguments), None


class _Handler(BaseHTTPRequestHandler):
    slack: FakeSlack

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.path.startswith("/response/"):
            self._respond(self.path.removeprefix("/response/"), body)
            return
        method = self.path.removeprefix("/api/").split("?")[0]
        arguments = self._arguments(body)
        token = (self.headers.get("Authorization") or "").removeprefix("Bearer ").strip()
        fault = self.slack.take_fault(method)
        if self.slack.down:
            fault = Fault(status=503)
        if fault is None:
            self._reply(*self.slack.answer(method, arguments, token))
            return
        if fault.accept:
            _, answer, _ = self.slack.answer(method, arguments, token)
        else:
            self.slack.calls.append((method, arguments))
            answer = error(fault.error or ("ratelimited" if fault.status == 429 else "internal"))
        time.sleep(fault.hang)
        if fault.drop:
            self.close_connection = True
            return
        self._reply(fault.status, answer, fault.retry_after)

    def do_GET(self) -> None:
        """`url_private` of a file: for the bot's token alone."""
        token = (self.headers.get("Authorization") or "").removeprefix("Bearer ").strip()
        data = self.slack.files.get(self.path.removeprefix("/files/"))
        if data is None or token != self.slack.token:
            self.send_response(404)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        self.send_response(200)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def _respond(self, token: str, body: bytes) -> None:
        fault = self.slack.take_fault("response_url")
        if self.slack.down or (fault and not fault.accept):
            self._reply(fault.status if fault else 503, error("internal"))
            return
        status, word = chat.respond(self.slack, token, json.loads(body or b"{}"))
        self._reply(status, {"ok": True} if status == 200 else error(word))

    def _arguments(self, body: bytes) -> Arguments:
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
                scopes = self.slack.scopes
                self.send_header("X-OAuth-Scopes", ",".join(sorted(scopes or ())))
            self.send_header("Content-Length", str(len(body)))
            if retry_after is not None:
                self.send_header("Retry-After", str(retry_after))
            self.end_headers()
            self.wfile.write(body)
        except OSError:
            return  # the caller gave up waiting

    def log_message(self, *_: object) -> None:
        return
