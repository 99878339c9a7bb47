"""A real web process on a port of its own, and plain sockets to talk to it."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.db import connection

from alerts.models import Source
from alerts.services import save_source
from core.actor import program
from tests.servers import bare_environment

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 20.0


@dataclass(frozen=True)
class Reply:
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class WebProcess:
    """`python -m uvicorn aire_web.asgi:application` on the test database."""

    def __init__(self, *, database_url: str) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=1024)
        self.port: int = self.listener.getsockname()[1]
        self.process = subprocess.Popen(
            [
                sys.executable, "-m", "uvicorn", "aire_web.asgi:application",
                "--fd", str(self.listener.fileno()), "--lifespan", "on", "--log-level", "warning",
            ],
            cwd=ROOT,
            env={
                **bare_environment(),
                "DATABASE_URL": database_url,
                # Nobody listens there: no test here needs a broker, nor may one be disturbed.
                "REDIS_URL": "redis://127.0.0.1:1/0",
                "AIRE_HOME": os.environ["AIRE_HOME"],
                "AIRE_SECRET_KEY": "only-for-tests-" * 4,
            },
            pass_fds=(self.listener.fileno(),),
            start_new_session=True,
        )  # fmt: skip
        self.listener.close()

    def await_ready(self) -> None:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and self.process.poll() is None:
            with contextlib.suppress(OSError):
                if send(self.port, "GET", "/in/x/y/").status == 405:
                    return
            time.sleep(0.05)
        raise AssertionError("The web process did not come up")

    def kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


@contextlib.contextmanager
def web_process(database_url: str) -> Iterator[WebProcess]:
    process = WebProcess(database_url=database_url)
    try:
        process.await_ready()
        yield process
    finally:
        process.kill()


def database_url() -> str:
    """The URL under which another process reaches this test run's database."""
    name = str(connection.settings_dict["NAME"])
    return urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()


def made_source(slug: str = "prod", kind: str = "alertmanager") -> tuple[Source, str]:
    source, key = save_source(slug=slug, name=slug.title(), format=kind, actor=program())
    assert key is not None
    return source, key


def send(
    port: int,
    method: str,
    path: str,
    body: bytes = b"",
    headers: Mapping[str, str] | None = None,
) -> Reply:
    """One request on a connection of its own, answered or closed within `SECONDS`."""
    lines = {"Host": "127.0.0.1", "Content-Length": str(len(body)), "Connection": "close"}
    head = "".join(f"{name}: {value}\r\n" for name, value in {**lines, **(headers or {})}.items())
    return talk(port, f"{method} {path} HTTP/1.1\r\n{head}\r\n".encode() + body)


def send_chunked(
    port: int, path: str, chunks: list[bytes], headers: Mapping[str, str] | None = None
) -> Reply:
    lines = {"Host": "127.0.0.1", "Transfer-Encoding": "chunked", "Connection": "close"}
    head = "".join(f"{name}: {value}\r\n" for name, value in {**lines, **(headers or {})}.items())
    framed = b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks)
    return talk(port, f"POST {path} HTTP/1.1\r\n{head}\r\n".encode() + framed + b"0\r\n\r\n")


def talk(port: int, raw: bytes) -> Reply:
    """Send raw bytes and read one answer."""
    with socket.create_connection(("127.0.0.1", port), timeout=SECONDS) as connected:
        # An early refusal closes the connection while we still send; the answer is there to read.
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            connected.sendall(raw)
        return read_reply(connected, has_body=not raw.startswith(b"HEAD "))


def read_reply(connected: socket.socket, *, has_body: bool = True) -> Reply:
    data = b""
    while b"\r\n\r\n" not in data:
        if not (chunk := connected.recv(65536)):
            raise ConnectionError(f"closed after {data!r}")
        data += chunk
    head, _, body = data.partition(b"\r\n\r\n")
    status_line, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (x.partition(":") for x in lines)}
    length = int(headers.get("content-length", 0)) if has_body else 0
    while len(body) < length:
        if not (chunk := connected.recv(65536)):
            raise ConnectionError("closed in the middle of the answer")
        body += chunk
    return Reply(int(status_line.split()[1]), headers, body)


class DatabaseDoor:
    """A socket folder that leads to the real server; shut, it is as if the server were away."""

    def __init__(self, folder: Path, target: Path) -> None:
        self.folder = folder
        self._name = folder / target.name
        self._target = target
        self._pairs: list[socket.socket] = []
        self._listener: socket.socket | None = None
        self.open()

    def open(self) -> None:
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(str(self._name))
        listener.listen(64)
        self._listener = listener
        threading.Thread(target=self._accept, args=(listener,), daemon=True).start()

    def shut(self) -> None:
        """Nobody answers any more and the connections that were open are cut."""
        self._name.unlink()
        if self._listener:
            self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()
        for end in self._pairs:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
        self._pairs.clear()

    def _accept(self, listener: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = listener.accept()
                far = socket.socket(socket.AF_UNIX)
                far.connect(str(self._target))
                self._pairs += [near, far]
                for source, sink in ((near, far), (far, near)):
                    threading.Thread(target=_pump, args=(source, sink), daemon=True).start()


def _pump(source: socket.socket, sink: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)
    with contextlib.suppress(OSError):
        sink.shutdown(socket.SHUT_RDWR)
