"""Loads AIRE once and forks its processes from that: they start in a moment and share its memory.

`ForkServer` is the side of `manage.py up`; `python -m aire_web.runtime.forkserver` is the process
itself, which does nothing but wait. What it forks is made a child of `up`, not its own: it may
die and nobody dies with it. Linux only; elsewhere, and whenever something here does not answer,
`up` starts the program by its command line as if there were no fork server.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import runpy
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from setproctitle import setproctitle

from aire_web.runtime.process import Adopted, Process, die_with, spawn

GO = b"\0"
LOAD_SECONDS = 60.0
FORK_SECONDS = 5.0
MESSAGE_BYTES = 65536
MAX_FDS = 4


class ForkServer:
    """Starts command lines of Python by forking; `loading` is the module to import beforehand."""

    def __init__(self, loading: str, *, env: Mapping[str, str], cwd: Path) -> None:
        self._loading, self._env, self._cwd = loading, env, cwd
        self._process: subprocess.Popen[bytes] | None = None
        self._channel: socket.socket | None = None
        self._ready = False

    def start(self) -> None:
        """Begin to load; does not wait."""
        self.stop()
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            argv = [sys.executable, "-m", __name__, str(theirs.fileno()), self._loading]
            # Whatever it complains of, the programs will say themselves when started without it.
            self._process = spawn(
                argv, env=self._env, cwd=self._cwd, output=subprocess.DEVNULL,
                pass_fds=(theirs.fileno(),),
            )  # fmt: skip
        self._channel, self._ready = ours, False

    def fork(self, name: str, argv: Sequence[str], fds: Sequence[int]) -> Process | None:
        """The process, with `fds` as its output, its errors and perhaps the socket to serve; or
        None when it has to be started in the ordinary way."""
        if self._channel is None or not self._is_ready(self._channel):
            return None
        order = json.dumps({"name": name, "argv": list(argv)}).encode()
        # It begins when it is told to: one whose pid came too late must not run beside the one
        # that was started in its place.
        waits, go = os.pipe()
        try:
            socket.send_fds(self._channel, [order], [waits, *fds])
            self._channel.settimeout(FORK_SECONDS)
            answer = self._channel.recv(MESSAGE_BYTES)
            if answer:
                os.write(go, GO)
        except OSError:
            answer = b""
        finally:
            os.close(waits)
            os.close(go)
        if not answer:
            self.start()
            return None
        return Adopted(int(answer))

    def wait(self) -> None:
        """Until it has loaded, or will not."""
        if self._channel is not None:
            self._is_ready(self._channel, LOAD_SECONDS)

    def stop(self) -> None:
        channel, self._channel = self._channel, None
        process, self._process = self._process, None
        if channel is not None:
            channel.close()
        if process is not None:
            process.kill()
            process.wait()

    def _is_ready(self, channel: socket.socket, seconds: float = 0.0) -> bool:
        if not self._ready:
            channel.settimeout(seconds)
            try:
                self._ready = bool(channel.recv(MESSAGE_BYTES))
            except (BlockingIOError, TimeoutError):
                return False
            except OSError:
                self._ready = False
            if not self._ready:
                self.stop()
        return self._ready


# -- the process itself -------------------------------------------------------------------------


@dataclass(frozen=True)
class Order:
    """A command line to become: `python -m module …` or `python file.py …`."""

    name: str
    argv: Sequence[str]
    fds: Sequence[int]

    def become(self) -> None:
        """Run it as Python would have; returns or raises as the program does."""
        waits, output, errors, *listener = self.fds
        if os.read(waits, 1) != GO:
            os._exit(0)
        os.close(waits)
        os.dup2(output, 1)
        os.dup2(errors, 2)
        os.close(output)
        os.close(errors)
        argv = list(self.argv[1:])
        if listener:
            argv[argv.index("--fd") + 1] = str(listener[0])
        setproctitle(f"aire: {self.name} ({' '.join(argv)})")
        if argv[0] == "-m":
            sys.argv = argv[1:]
            runpy.run_module(argv[1], run_name="__main__", alter_sys=True)
        else:
            sys.argv = argv
            runpy.run_path(argv[0], run_name="__main__")


def main(arguments: Sequence[str]) -> Order | None:
    """Serve until `up` hangs up. Returns an order in each process that was forked for one."""
    channel = socket.socket(fileno=int(arguments[0]))
    setproctitle("aire: fork server")
    if arguments[1]:
        importlib.import_module(arguments[1]).load()
    gc.collect()
    # Out of the collector's sight, which would write to every object and so unshare its page.
    gc.freeze()
    up = os.getppid()
    channel.send(b"ready")
    while True:
        message, fds, _, _ = socket.recv_fds(channel, MESSAGE_BYTES, MAX_FDS)
        if not message:
            return None
        pid = _fork_for(up)
        if pid == 0:
            channel.close()
            return Order(fds=fds, **json.loads(message))
        for fd in fds:
            os.close(fd)
        channel.send(str(pid).encode())


def _fork_for(up: int) -> int:
    """Answers 0 in a process that is a child of `up` and leads a session of its own; here its
    pid. The process in between ends at once, so that the kernel gives its child to `up`, which
    has asked for orphans."""
    read_end, write_end = os.pipe()
    between = os.fork()
    if between:
        os.close(write_end)
        with os.fdopen(read_end, "rb") as answer:
            pid = int(answer.read())
        os.waitpid(between, 0)
        return pid
    between = os.getpid()
    if pid := os.fork():
        os.write(write_end, str(pid).encode())
        os._exit(0)
    os.close(read_end)
    os.close(write_end)
    os.setsid()
    while os.getppid() == between:
        time.sleep(0.001)
    die_with(up, signal.SIGTERM)
    return 0


if __name__ == "__main__":
    order = main(sys.argv[1:])
    if order:
        order.become()
