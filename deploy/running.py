"""The program in a home of its own, for what looks at it from outside."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
READY_WITHIN_SECONDS = 120


@contextmanager
def program(**settings: str) -> Iterator[tuple[str, Mapping[str, str]]]:
    """(its address, its environment) on a free port; it ends with the block and leaves nothing.
    What the caller's shell says about AIRE is not handed on."""
    home = Path(tempfile.mkdtemp(prefix="aire-running-"))
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    own = {name: value for name, value in os.environ.items() if not name.startswith("AIRE_")}
    own.pop("DATABASE_URL", None)
    own.pop("REDIS_URL", None)
    environment = {**own, "AIRE_HOME": str(home), "AIRE_BASE_URL": address, **settings}
    command = [sys.executable, str(ROOT / "manage.py"), "up", "--port", str(port)]
    running = subprocess.Popen(command, env=environment, cwd=ROOT)  # noqa: S603 - our own
    try:
        wait_until_ready(running, address)
        yield address, environment
    finally:
        running.terminate()
        running.wait(timeout=60)
        shutil.rmtree(home, ignore_errors=True)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_ready(running: subprocess.Popen[bytes], address: str, path: str = "/readyz") -> None:
    end = time.monotonic() + READY_WITHIN_SECONDS
    while time.monotonic() < end and running.poll() is None:
        with suppress(OSError), urllib.request.urlopen(f"{address}{path}", timeout=2) as answer:  # noqa: S310
            if answer.status == 200:
                return
        time.sleep(0.5)
    raise SystemExit("The program did not start.")
