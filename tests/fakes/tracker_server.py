"""What the fake vendors share: a server on a free local port that can be down or talk nonsense."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Answer:
    status: int
    body: Any = None
    headers: tuple[tuple[str, str], ...] = ()


class FakeServer:
    """`faults` are answered instead, in order; `lost` calls are carried out and never answered.
    What `hangs` says of (method, path) is accepted, read and left without a word until the server
    stops: a peer behind a firewall that swallows, or one that is stuck."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, str]] = []
        self.faults: list[Answer] = []
        self.lost = 0
        self.hangs: Callable[[str, str], bool] = lambda method, path: False
        self.stopped = threading.Event()
        self._server: ThreadingHTTPServer | None = None

    def __enter__(self) -> Any:
        handler = type("Handler", (_Handler,), {"fake": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        assert self._server is not None
        self.stopped.set()
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self) -> str:
        assert self._server is not None
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def read(self, raw: bytes) -> Any:
        """The body as `answer` gets it."""
        return json.loads(raw) if raw else None

    def answer(self, method: str, path: str, headers: Any, body: Any) -> Answer:
        raise NotImplementedError


class _Handler(BaseHTTPRequestHandler):
    fake: FakeServer

    def _any(self) -> None:
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.fake.calls.append((self.command, self.path))
        if self.fake.hangs(self.command, self.path):
            self.fake.stopped.wait()
            self.close_connection = True
            return
        if self.fake.faults:
            self._send(self.fake.faults.pop(0))
            return
        found = self.fake.answer(self.command, self.path, self.headers, self.fake.read(raw))
        if self.fake.lost:
            self.fake.lost -= 1
            self.close_connection = True
            return
        self._send(found)

    def _send(self, found: Answer) -> None:
        text = found.body if isinstance(found.body, str) else json.dumps(found.body)
        payload = b"" if found.body is None else text.encode()
        self.send_response(found.status)
        for name, value in found.headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(payload)))
        self.end_headers()
        self.wfile.write(payload)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _any

    def log_message(self, *_: object) -> None:
        """Quiet."""
