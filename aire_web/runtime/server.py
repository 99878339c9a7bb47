"""What the private servers have in common: starting until ready, stopping, their log file."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from signal import Signals
from typing import IO, Protocol

from aire_web.runtime.process import Process, end
from aire_web.runtime.refusal import Refusal

# Nothing of AIRE's own environment: it holds secrets that a database has no use for.
SERVER_ENV = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"}
LOG_LIMIT_BYTES = 5_000_000


class Server(Protocol):
    """A private server; `launch` may be called again when it died, at the same address."""

    name: str
    title: str
    log: Path
    patience_seconds: float

    @property
    def stop_steps(self) -> Sequence[tuple[Signals, float]]: ...

    @property
    def url(self) -> str: ...

    def prepare(self) -> None: ...

    def launch(self) -> subprocess.Popen[bytes]: ...

    def is_ready(self, pid: int) -> bool: ...

    def repair(self) -> bool: ...


def start(server: Server) -> subprocess.Popen[bytes]:
    """Returns when the server answers; refuses with the end of its log when it does not."""
    server.prepare()
    process = server.launch()
    if _becomes_ready(server, process):
        return process
    stop(server, process)
    if server.repair():
        process = server.launch()
        if _becomes_ready(server, process):
            return process
        stop(server, process)
    raise Refusal(f"The private {server.name} does not start. {server.log} ends:\n{_tail(server)}")


def stop(server: Server, process: Process) -> None:
    end(process, server.stop_steps)


def open_log(path: Path) -> IO[bytes]:
    """Appends, private because errors quote data; one grown large is kept once beside it."""
    if path.exists() and path.stat().st_size > LOG_LIMIT_BYTES:
        path.replace(path.with_suffix(".log.1"))
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab")


def _becomes_ready(server: Server, process: subprocess.Popen[bytes]) -> bool:
    deadline = time.monotonic() + server.patience_seconds
    while process.poll() is None and time.monotonic() < deadline:
        if server.is_ready(process.pid):
            return True
        time.sleep(0.02)
    return False


def _tail(server: Server) -> str:
    return "\n".join(server.log.read_text(errors="replace").splitlines()[-8:])
