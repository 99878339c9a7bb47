"""`manage.py up`: which processes make up AIRE on one machine, and in which order they come."""

from __future__ import annotations

import contextlib
import errno
import ipaddress
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import IO
from urllib.parse import urlsplit

from aire_web.runtime import server as servers
from aire_web.runtime.forkserver import ForkServer
from aire_web.runtime.home import HomeLock, State, forget_state, make_home
from aire_web.runtime.output import Log
from aire_web.runtime.postgres import PrivatePostgres
from aire_web.runtime.process import (
    Process,
    adopt_orphans,
    birth,
    boot_id,
    end_pids,
    kill_session,
    leftovers,
    spawn,
)
from aire_web.runtime.refusal import Refusal
from aire_web.runtime.supervisor import Child, Launch, Supervisor
from aire_web.runtime.valkey import PrivateValkey

QUEUES = "page,ingest,default,bulk"
WORKER_CONCURRENCY = 2
# Celery warns because pickled messages could run code; AIRE's worker takes only JSON.
QUIET_AS_ROOT = "ignore:You're running the worker with superuser privileges"
LOADED = "aire_web.runtime.loaded"
ALONE = frozenset({"watchdog"})
"""Whoever watches the others has nothing in common with them."""
BACKLOG = 2048
# 108 bytes on Linux, 104 on macOS, for the folder, a slash and the socket's own name.
LONGEST_SOCKET_DIR = 104 - len("/.s.PGSQL.5432.lock")


@dataclass(frozen=True, kw_only=True)
class Options:
    home: Path
    project: Path
    host: str
    port: int
    workers: int

    @property
    def reachable_host(self) -> str:
        """The address to open on this machine; listening on every address is none."""
        with contextlib.suppress(ValueError):
            if ipaddress.ip_address(self.host).is_unspecified:
                return "127.0.0.1"
        return self.host

    @property
    def address(self) -> str:
        host = self.reachable_host
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}"


Programs = Callable[[Options, int], Mapping[str, list[str]]]


def programs(options: Options, listener: int) -> Mapping[str, list[str]]:
    """The command lines of AIRE's own processes; `listener` is the socket the web one serves."""
    python = sys.executable
    celery = [python, "-m", "celery", "--quiet"]
    socket_mode = {"slack": [python, "manage.py", "slack_socket"]} if _has_socket_mode() else {}
    return {
        "web": [
            python, "-m", "aire_web.runtime.web",
            "--fd", str(listener), "--workers", str(options.workers),
        ],
        "worker": [
            *celery, "-A", "aire_web", "worker", "-Q", QUEUES,
            "--pool", "threads", "--concurrency", str(WORKER_CONCURRENCY),
            "-l", "warning", "--without-gossip", "--without-mingle", "--without-heartbeat",
        ],
        "beat": [
            *celery, "-A", "aire_web.beat", "beat", "-l", "warning", "--pidfile", "",
            "-s", str(options.home / "celerybeat-schedule"),
        ],
        "engine": [python, "manage.py", "engine"],
        "watchdog": [python, "-m", "aire_web.watchdog"],
        **socket_mode,
    }  # fmt: skip


def _has_socket_mode() -> bool:
    """Whether Slack is to be called, because it cannot call."""
    return bool(os.environ.get("AIRE_SLACK_APP_TOKEN") and os.environ.get("AIRE_SLACK_BOT_TOKEN"))


def up(options: Options, *, programs: Programs = programs, loaded: str = LOADED) -> int:
    """Runs until it is told to stop; the exit code says whether it ever ran. The module `loaded`
    is what the programs have in common."""
    for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(signum, _interrupt)
    try:
        make_home(options.home)
        lock = HomeLock(options.home)
        lock.acquire(address=options.address)
        try:
            _end_leftovers(options.home)
            with _listen(options.host, options.port) as listener:
                Up(options, programs, listener, loaded).run()
        finally:
            forget_state(options.home)
            lock.release()
    except Refusal as refusal:
        print(refusal, file=sys.stderr)  # noqa: T201  what the person at the terminal reads
        return 1
    except KeyboardInterrupt:
        return 0
    return 0


class Up:
    """One run, from the private servers to the last process ended."""

    def __init__(
        self, options: Options, programs: Programs, listener: socket.socket, loaded: str
    ) -> None:
        self._options = options
        self._loaded = loaded
        self._forks: ForkServer | None = None
        self._programs = programs
        self._listener = listener
        self._log = Log()
        self._supervisor = Supervisor(self._log, changed=self._record)
        self._state = State(pid=os.getpid(), address=options.address, boot=boot_id())
        self._env = dict(os.environ)
        self._welcome: list[str] = []
        self._servers: dict[str, servers.Server] = {}
        """The private servers by the variable that their address goes into."""

    def run(self) -> None:
        try:
            self._choose_servers()
            self._set_environment()
            self._begin_to_load()
            self._start_servers()
            self._prepare()
            with self._supervisor.listening():
                self._start_programs()
                threading.Thread(target=self._await_web, daemon=True).start()
                self._supervisor.run()
        finally:
            with self._supervisor.listening():
                self._say("stopping")
                if self._forks is not None:
                    self._forks.stop()
                self._supervisor.end_all()
            self._remove_socket_dir()

    # -- before the programs ---------------------------------------------------------------

    def _choose_servers(self) -> None:
        """Their addresses are known before they answer, so that AIRE can be loaded meanwhile."""
        if not self._env.get("DATABASE_URL"):
            postgres = PrivatePostgres(self._options.home, socket_dir=self._socket_dir())
            self._servers["DATABASE_URL"] = postgres
        if not self._env.get("REDIS_URL"):
            self._servers["REDIS_URL"] = PrivateValkey(self._options.home)
        self._env.update({name: server.url for name, server in self._servers.items()})

    def _start_servers(self) -> None:
        for name, server in self._servers.items():
            self._say(f"starting the private {server.title}")
            self._start_server(server)
            if self._env[name] != server.url:
                # It had to take another port.
                self._env[name] = server.url
                self._begin_to_load()
        # Told to other commands only once they answer there.
        if "DATABASE_URL" in self._servers:
            self._state.database_url = self._env["DATABASE_URL"]
        if "REDIS_URL" in self._servers:
            self._state.redis_url = self._env["REDIS_URL"]
        self._record(self._state.processes)

    def _start_server(self, server: servers.Server) -> None:
        def launch(_output: int | IO[bytes]) -> subprocess.Popen[bytes]:
            return server.launch()

        def stop(process: Process) -> None:
            servers.stop(server, process)

        process = servers.start(server)
        self._supervisor.add(Child(server.name, launch, process=process, stop=stop))

    def _socket_dir(self) -> Path:
        folder = self._options.home / "run"
        if len(os.fsencode(folder)) > LONGEST_SOCKET_DIR:
            folder = Path(tempfile.mkdtemp(prefix="aire-"))
        self._state.socket_dir = str(folder)
        return folder

    def _remove_socket_dir(self) -> None:
        if self._state.socket_dir:
            shutil.rmtree(self._state.socket_dir, ignore_errors=True)

    def _set_environment(self) -> None:
        options = self._options
        self._env.update(
            AIRE_HOME=str(options.home),
            AIRE_PORT=str(options.port),
            PYTHONUNBUFFERED="1",
            # `prepare` has checked; the worker would load every page of the web for it.
            CELERY_SKIP_CHECKS="1",
            PYTHONWARNINGS=",".join(filter(None, [QUIET_AS_ROOT, self._env.get("PYTHONWARNINGS")])),
        )
        self._env.setdefault("AIRE_BASE_URL", options.address)

    def _begin_to_load(self) -> None:
        if adopt_orphans():
            cwd = self._options.project
            self._forks = self._forks or ForkServer(self._loaded, env=self._env, cwd=cwd)
            self._forks.start()

    def _prepare(self) -> None:
        """Migrations and the first start; what that prints is kept for the banner."""
        if self._forks is not None:
            self._forks.wait()
        read_end, write_end = os.pipe()
        with os.fdopen(read_end, "rb") as output:
            with os.fdopen(write_end, "wb") as said:
                argv = [sys.executable, "manage.py", "prepare"]
                process = self._start("prepare", argv, said.fileno(), errors=sys.stderr.fileno())
            try:
                self._welcome = output.read().decode(errors="replace").splitlines()
                code = process.wait()
            except BaseException:
                kill_session(process)
                raise
        if code != 0:
            raise Refusal("\n".join([*self._welcome, "The database could not be prepared."]))

    # -- programs --------------------------------------------------------------------------

    def _start_programs(self) -> None:
        for name, argv in self._programs(self._options, self._listener.fileno()).items():
            self._supervisor.add(Child(name, self._launcher(name, argv)))

    def _launcher(self, name: str, argv: list[str]) -> Launch:
        def launch(output: int | IO[bytes]) -> Process:
            out = output if isinstance(output, int) else output.fileno()
            return self._start(name, argv, out, errors=out)

        return launch

    def _start(self, name: str, argv: list[str], output: int, *, errors: int) -> Process:
        # Nobody else may hold the socket, or the port would outlive the web process and `up`.
        listener = (self._listener.fileno(),) if "--fd" in argv else ()
        if self._forks and name not in ALONE:
            process = self._forks.fork(name, argv, (output, errors, *listener))
            if process is not None:
                return process
        return spawn(
            argv, env=self._env, cwd=self._options.project, output=output, errors=errors,
            pass_fds=listener,
        )  # fmt: skip

    def _await_web(self) -> None:
        """Its own thread: the answer comes when the web process takes the waiting connection."""
        while True:
            if self._web_answers():
                self._supervisor.call_soon(self._print_banner)
                return
            time.sleep(0.2)

    def _web_answers(self) -> bool:
        # By hand: `http.client` loads TLS and mail, a third of what this process weighs.
        options = self._options
        host = urlsplit(self._env["AIRE_BASE_URL"]).netloc
        asked = f"GET /healthz HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
        try:
            with socket.create_connection((options.reachable_host, options.port), 10) as sent:
                sent.sendall(asked.encode())
                with sent.makefile("rb") as answer:
                    return answer.readline(64).split()[1:2] == [b"200"]
        except OSError:
            return False

    def _print_banner(self) -> None:
        for line in [f"AIRE is ready at {self._options.address}", *self._welcome]:
            self._say(line)
        self._say("Ctrl-C stops it.")

    # -- telling ---------------------------------------------------------------------------

    def _record(self, processes: Mapping[str, int]) -> None:
        self._state.processes = dict(processes)
        self._state.births = {
            name: born for name, pid in processes.items() if (born := birth(pid)) is not None
        }
        self._state.write(self._options.home)

    def _say(self, text: str) -> None:
        self._log.line("aire", text)


def _listen(host: str, port: int) -> socket.socket:
    """Binds before anything is started, and holds the port for every later web process."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except (OSError, OverflowError):
        raise Refusal(f"{host} port {port} is not an address of this machine.") from None
    listener = socket.socket(family, kind, protocol)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(BACKLOG)
    except PermissionError:
        listener.close()
        raise Refusal(
            f"Port {port} is reserved for root. Choose one above 1023 with --port (or AIRE_PORT)."
        ) from None
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise Refusal(
                f"Port {port} is in use by another program. "
                "Stop it, or choose another with --port (or AIRE_PORT)."
            ) from None
        raise Refusal(f"{host} port {port} cannot be listened on: {error.strerror}.") from None
    return listener


def _end_leftovers(home: Path) -> None:
    """After a `kill -9` of `up`: ends what it had started and could not end itself."""
    state = State.read(home)
    if state is None:
        return
    if state.boot == boot_id():
        programs = {name: pid for name, pid in state.processes.items() if name != "postgres"}
        end_pids(leftovers(programs, state.births), [(signal.SIGTERM, 5.0), (signal.SIGKILL, 5.0)])
    socket_dir = Path(state.socket_dir)
    if state.socket_dir and socket_dir.parent == Path(tempfile.gettempdir()):
        shutil.rmtree(socket_dir, ignore_errors=True)
    forget_state(home)


def _interrupt(_signum: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
