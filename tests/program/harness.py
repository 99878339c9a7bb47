"""The whole program as `manage.py up` starts it, in a home of its own, with fake inboxes."""

from __future__ import annotations

import http.client
import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Self

import psutil
import psycopg

from aire_web.runtime.home import runtime_urls
from tests.program.inboxes import Inboxes
from tests.program.ports import free_port
from tests.program.senders import Sender
from tests.servers import bare_environment, memory_folder

ROOT = Path(__file__).resolve().parents[2]
CONFIG = Path(__file__).parent / "config" / "acme.yaml"
# Far above what is ever needed on two cores: only a hang should reach it.
START_SECONDS = 90.0
ADMIN = "admin@example.org"
PASSWORD = "a-long-enough-passphrase-7"


class Program:
    """`with Program() as program:` starts and configures it, and leaves nothing behind.

    `crash_at` names labels of crash points; each makes one process die once. `env` is added
    to the environment, or takes away from it where a value is None.
    """

    def __init__(
        self,
        *,
        sources: Iterable[str] = ("prod",),
        crash_at: Iterable[str] = (),
        env: dict[str, str] | None = None,
    ) -> None:
        self.home = Path(tempfile.mkdtemp(prefix="aire-program-", dir=memory_folder()))
        self.port = free_port()
        self.inboxes = Inboxes()
        self.ana = self.inboxes.slack.add_user("ana@example.org")
        self.ben = self.inboxes.slack.add_user("ben@example.org")
        self.inboxes.slack.add_user(ADMIN)
        self.api_key = f"aire_{secrets.token_urlsafe(32)}"
        self.keys = {name: secrets.token_urlsafe(32) for name in sources}
        self.sender = Sender(self.port, self.keys)
        self.markers = {label: self.home / label.replace(":", "-") for label in crash_at}
        self._given = env or {}
        self._up: subprocess.Popen[bytes] | None = None
        self._family: dict[int, psutil.Process] = {}
        self._log = self.home / "up.log"

    def __enter__(self) -> Self:
        try:
            self.inboxes.start()
            self.start()
            self.configure()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        try:
            if self._up is not None and self._up.poll() is None:
                self.remember_family()
                self._up.terminate()
                try:
                    self._up.wait(15)
                except subprocess.TimeoutExpired:
                    self._up.kill()
            self._kill_leftovers()
        finally:
            self.inboxes.stop()
            shutil.rmtree(self.home, ignore_errors=True)

    # -- starting and stopping -------------------------------------------------------------

    @property
    def environment(self) -> dict[str, str]:
        crash_at = ";".join(f"{label}:{marker}" for label, marker in self.markers.items())
        return {
            **bare_environment(),
            **self.inboxes.environment(),
            "AIRE_HOME": str(self.home),
            "AIRE_ADMIN_EMAIL": ADMIN,
            "AIRE_ADMIN_PASSWORD": PASSWORD,
            "AIRE_ALLOW_PRIVATE_NETWORK": "127.0.0.1",
            "AIRE_CRASH_AT": crash_at,
            "DEMO": "0",
            "TEST_API_KEY": self.api_key,
            **self._given,
        }

    def start(self) -> None:
        """Starts `up` on the home, again if there was one before, and waits until it is ready."""
        with self._log.open("ab") as log:
            self._up = subprocess.Popen(
                [sys.executable, "manage.py", "up", "--port", str(self.port)],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        # `up` writes a new pid first of all: until then the file may be of an earlier start.
        self.until(
            lambda: {"web", "engine"} <= set(self.pids()) and self.status("/readyz") == 200,
            f"did not become ready:\n{self.said()}",
            seconds=START_SECONDS,
        )
        self.remember_family()

    def stop(self) -> float:
        """Asks it to stop as an operator does; answers how many seconds that took."""
        assert self._up is not None
        assert self._up.poll() is None, f"it has ended by itself:\n{self.said()}"
        self.remember_family()
        began = time.monotonic()
        self._up.send_signal(signal.SIGTERM)
        assert self._up.wait(60) == 0, self.said()
        return time.monotonic() - began

    def manage(self, *arguments: str, text: str = "") -> str:
        """A management command, as somebody in a second terminal gives it."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env={**self.environment, "AIRE_CRASH_AT": ""},
            input=text,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, f"{arguments}: {done.stdout}\n{done.stderr}"
        return done.stdout

    def configure(self) -> None:
        """People, schedule, policies and systems as documents; one source for each key."""
        documents = [CONFIG.read_text()]
        for name in self.keys:
            documents.append(
                "apiVersion: aire/v1\nkind: Source\n"
                f"metadata: {{name: {name}}}\n"
                f"spec: {{format: alertmanager, key: '${{{_variable(name)}}}'}}\n"
            )
        os_env = {_variable(name): key for name, key in self.keys.items()}
        self._given = {**self._given, **os_env}
        self.manage("apply", "-", text="---\n".join(documents))

    # -- killing ---------------------------------------------------------------------------

    def pids(self) -> dict[str, int]:
        """The children that run now, by name, as `up` has written them down."""
        try:
            state: dict[str, Any] = json.loads((self.home / "runtime.json").read_bytes())
        except (OSError, ValueError):
            return {}
        return dict(state["processes"])

    def kill(self, *names: str) -> None:
        """`kill -9`, all of them as nearly at once as it goes."""
        self.remember_family()
        pids = self.pids()
        for name in names:
            os.kill(pids[name], signal.SIGKILL)

    def kill_up(self) -> None:
        assert self._up is not None
        self.remember_family()
        self._up.kill()
        self._up.wait()

    def remember_family(self) -> None:
        """Everything that `up` has started so far, so that what is left over can be found."""
        assert self._up is not None
        try:
            for process in psutil.Process(self._up.pid).children(recursive=True):
                self._family.setdefault(process.pid, process)
        except psutil.Error:
            return

    def left_over(self) -> list[psutil.Process]:
        return [process for process in self._family.values() if _alive(process)]

    def _kill_leftovers(self) -> None:
        for process in self.left_over():
            try:
                process.kill()
            except psutil.Error:
                continue

    # -- looking ---------------------------------------------------------------------------

    def said(self) -> str:
        """The end of what `up` has printed."""
        lines = self._log.read_text(errors="replace").splitlines()
        # Without the traces that Celery writes of a child that was killed.
        return "\n".join([line for line in lines if "|     " not in line][-60:])

    def status(self, path: str) -> int:
        return self.request("GET", path)[0]

    def request(
        self, method: str, path: str, body: bytes | None = None, **headers: str
    ) -> tuple[int, bytes]:
        """The answer's status and body; 0 when there is none. Header names take `_` for `-`."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request(method, path, body, named)
            answer = connection.getresponse()
            return answer.status, answer.read()
        except (OSError, http.client.HTTPException):
            return 0, b""
        finally:
            connection.close()

    def api(self, method: str, path: str, document: object = None) -> tuple[int, Any]:
        body = None if document is None else json.dumps(document).encode()
        status, said = self.request(
            method,
            f"/api/v1/{path}",
            body,
            Authorization=f"Bearer {self.api_key}",
            Content_Type="application/json",
        )
        return status, json.loads(said or b"null")

    def rows(self, sql: str, parameters: Iterable[object] = ()) -> list[tuple[Any, ...]]:
        """Reads the program's own database, past the program."""
        url = self._given.get("DATABASE_URL") or runtime_urls(self.home)[0]
        assert url is not None, "the private PostgreSQL does not run"
        with psycopg.connect(url, connect_timeout=3) as connection:
            return connection.execute(sql, list(parameters)).fetchall()  # type: ignore[arg-type]

    def until(
        self, fact: Callable[[], bool], otherwise: str | Callable[[], str], *, seconds: float
    ) -> float:
        """Waits for it; answers how many seconds that took."""
        began = time.monotonic()
        while True:
            try:
                if fact():
                    return time.monotonic() - began
            except psycopg.OperationalError:
                pass  # the database may be the one that was killed
            if time.monotonic() - began > seconds:
                words = otherwise if isinstance(otherwise, str) else otherwise()
                raise AssertionError(f"{words}\n{self.said()}")
            time.sleep(0.1)


def _alive(process: psutil.Process) -> bool:
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.Error:
        return False


def _variable(source: str) -> str:
    return f"TEST_KEY_{source.upper().replace('-', '_')}"
