"""The whole program as `manage.py up` starts it, in a home of its own on the ordinary disk."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Self

import psutil
import psycopg

from aire_web.runtime.home import runtime_urls

ROOT = Path(__file__).resolve().parents[1]
CONFIG = Path(__file__).parent / "config.yaml"
ADMIN = "admin@example.org"
PASSWORD = "a-long-enough-passphrase-7"
DROPPED = ("AIRE_", "DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Program:
    """`with Program() as program:` has it running and configured with one source."""

    def __init__(
        self,
        env: Mapping[str, str] | None = None,
        *,
        configure: bool = True,
        python: str = sys.executable,
    ) -> None:
        self.python = python
        self.home = Path(tempfile.mkdtemp(prefix="aire-bench-"))
        self.port = free_port()
        self.key = secrets.token_urlsafe(32)
        self.env = {
            **{n: v for n, v in os.environ.items() if not n.startswith(DROPPED)},
            "AIRE_HOME": str(self.home),
            "AIRE_ADMIN_EMAIL": ADMIN,
            "AIRE_ADMIN_PASSWORD": PASSWORD,
            "AIRE_ALLOW_PRIVATE_NETWORK": "127.0.0.1",
            "AIRE_LOG_LEVEL": "WARNING",
            "BENCH_KEY": self.key,
            "DEMO": "0",
            **(env or {}),
        }
        self._configure = configure
        self._up: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        # Told to end, a benchmark still ends what it has started.
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
        try:
            self.start()
            if self._configure:
                self.manage("apply", str(CONFIG))
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        shutil.rmtree(self.home, ignore_errors=True)

    def start(self) -> None:
        """Returns at the first 200 of /healthz."""
        with (self.home / "up.log").open("ab") as log:
            self._up = subprocess.Popen(
                [self.python, "manage.py", "up", "--port", str(self.port)],
                cwd=ROOT, env=self.env, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                start_new_session=True,
            )  # fmt: skip
        deadline = time.monotonic() + 300
        while self.get("/healthz")[0] != 200:
            if self._up.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError((self.home / "up.log").read_text(errors="replace")[-3000:])
            time.sleep(0.01)

    def stop(self) -> None:
        if self._up is None:
            return
        self._up.send_signal(signal.SIGTERM)
        try:
            self._up.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(self._up.pid, signal.SIGKILL)
            self._up.wait()
        self._up = None

    def manage(self, *arguments: str, timeout: float | None = 300) -> str:
        done = subprocess.run(
            [self.python, "manage.py", *arguments], cwd=ROOT, env=self.running_env(),
            capture_output=True, text=True, timeout=timeout, check=False,
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(f"{arguments}: {done.stdout[-2000:]}\n{done.stderr[-2000:]}")
        return done.stdout

    def told(self, code: str) -> Any:
        """Run it in a Django shell of this program; the last line it prints is the JSON answered
        here. It takes as long as it takes."""
        printed = self.manage("shell", "-v", "0", "-c", code, timeout=None)
        return json.loads(printed.splitlines()[-1])

    def running_env(self) -> dict[str, str]:
        """The environment of a further process of this program."""
        database, redis = runtime_urls(self.home)
        return {**self.env, "DATABASE_URL": database or "", "REDIS_URL": redis or ""}

    @contextlib.contextmanager
    def suspended(self, *names: str) -> Iterator[None]:
        """Within it these do nothing, so that something else is measured alone."""
        root = {name: psutil.Process(self.pids()[name]) for name in names}
        family = [p for process in root.values()
                  for p in (process, *process.children(recursive=True))]  # fmt: skip
        for process in family:
            process.suspend()
        try:
            yield
        finally:
            for process in family:
                process.resume()

    def database(self) -> psycopg.Connection[Any]:
        url, _ = runtime_urls(self.home)
        return psycopg.connect(url or "", autocommit=True)

    def pids(self) -> dict[str, int]:
        state = json.loads((self.home / "runtime.json").read_bytes())
        return {"up": self._up.pid if self._up else 0, **state["processes"]}

    def get(self, path: str) -> tuple[int, bytes]:
        """Status and body; 0 when nobody answers."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read()
        except (OSError, http.client.HTTPException):
            return 0, b""
        finally:
            connection.close()


@contextlib.contextmanager
def users_python() -> Iterator[str]:
    """An interpreter with `requirements.txt` alone, as `make run` has it: libraries load more
    where the tools of the tests are installed."""
    with tempfile.TemporaryDirectory(prefix="aire-bench-venv-") as folder:
        uv = [str(Path(sys.executable).with_name("uv"))]
        python = str(Path(folder) / "bin" / "python")
        quiet = ["--quiet", "--python"]
        subprocess.run([*uv, "venv", *quiet, sys.executable, folder], check=True)
        subprocess.run(
            [*uv, "pip", "install", *quiet, python, "--require-hashes", "-r", "requirements.txt"],
            cwd=ROOT, check=True,
        )  # fmt: skip
        yield python
