"""Keeps processes running: reads their output, starts them again, ends them together.

What they are is decided in `up`. One thread, because orphans are found by the thread that
started them (see `process.spawn`).
"""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from types import FrameType
from typing import IO

from aire_web.runtime.output import Lines, Log
from aire_web.runtime.process import Process, bury_strangers, end, kill_session

FIRST_DELAY_SECONDS = 0.5
LONGEST_DELAY_SECONDS = 30.0
HEALTHY_AFTER_SECONDS = 60.0
# The web process takes five for open requests; with the servers' own seconds it is below ten.
GRACE_SECONDS = 6.0
# The terminal and `make` may both send the first Ctrl-C.
SECOND_CTRL_C_AFTER_SECONDS = 0.5

_Handler = Callable[[int, FrameType | None], None]
Launch = Callable[[int | IO[bytes]], Process]


@dataclass
class Child:
    """One process to keep running. `launch` gets the pipe that its output goes to."""

    name: str
    launch: Launch
    process: Process | None = None
    # A server that others lean on is ended after everything else, by its own `stop`.
    stop: Callable[[Process], None] | None = None
    delay: float = FIRST_DELAY_SECONDS
    started_at: float = field(default_factory=time.monotonic)
    due_at: float | None = None

    def next_delay(self, now: float) -> float:
        """Half a second, doubled up to thirty; from the start again after a healthy minute."""
        if now - self.started_at >= HEALTHY_AFTER_SECONDS:
            self.delay = FIRST_DELAY_SECONDS
        delay = self.delay
        self.delay = min(self.delay * 2, LONGEST_DELAY_SECONDS)
        return delay


class Supervisor:
    """`changed` hears the pids of all children whenever one of them is another."""

    def __init__(self, log: Log, *, changed: Callable[[dict[str, int]], None]) -> None:
        self._log = log
        self._changed = changed
        self._children: list[Child] = []
        self._selector = selectors.DefaultSelector()
        self._wake_read, self._wake_write = socket.socketpair()
        self._wake_read.setblocking(False)
        self._wake_write.setblocking(False)
        self._selector.register(self._wake_read, selectors.EVENT_READ, None)
        self._stop_asked_at: float | None = None
        self._forced = False
        self._notices: list[Callable[[], None]] = []

    def add(self, child: Child) -> None:
        self._children.append(child)
        if child.process is None:
            self._launch(child)
        else:
            self._report()

    def run(self) -> None:
        """Within `listening`; returns when a signal or `stop` asked for the end."""
        while self._stop_asked_at is None:
            self._wait(self._seconds_to_next_start())
            self._run_notices()
            self._restart_the_dead()
            bury_strangers({c.process.pid for c in self._children if c.process is not None})

    def stop(self) -> None:
        self._stop_asked_at = time.monotonic()

    def call_soon(self, notice: Callable[[], None]) -> None:
        """Runs `notice` in the loop; the only method that another thread may call."""
        self._notices.append(notice)
        with contextlib.suppress(BlockingIOError, OSError):
            self._wake_write.send(b"\0")

    def end_all(self) -> None:
        """Ends the programs together, then the servers they lean on, last started first."""
        programs = [child for child in self._children if child.stop is None]
        servers = [child for child in self._children if child.stop is not None]
        for child in programs:
            if child.process is not None and child.process.poll() is None:
                child.process.terminate()
        deadline = time.monotonic() + GRACE_SECONDS
        while (
            any(c.process is not None and c.process.poll() is None for c in programs)
            and time.monotonic() < deadline
            and not self._forced
        ):
            self._wait(0.1)
        for child in programs:
            self._clear(child)
        for child in reversed(servers):
            if child.process is None or child.stop is None:
                continue
            if self._forced:
                # PostgreSQL's immediate shutdown: it gives its shared memory back.
                end(child.process, [(signal.SIGQUIT, 0.5)])
            else:
                child.stop(child.process)
            self._clear(child)
        self._wait(0.0)

    # -- starting --------------------------------------------------------------------------

    def _launch(self, child: Child) -> None:
        read_end, write_end = os.pipe()
        try:
            with os.fdopen(write_end, "wb") as output:
                child.process = child.launch(output)
        except OSError as error:
            os.close(read_end)
            self._say(f"{child.name} cannot be started: {error}")
            child.due_at = time.monotonic() + child.next_delay(time.monotonic())
            return
        os.set_blocking(read_end, False)
        self._selector.register(read_end, selectors.EVENT_READ, Lines(self._log, child.name))
        child.started_at = time.monotonic()
        child.due_at = None
        self._report()

    def _restart_the_dead(self) -> None:
        now = time.monotonic()
        for child in self._children:
            if child.process is not None and child.process.poll() is not None:
                how = _describe_exit(child.process.returncode or 0)
                self._wait(0.0)  # its last words first
                self._clear(child)
                delay = child.next_delay(now)
                child.due_at = now + delay
                self._say(f"{child.name} {how}; starting it again in {delay:g} s")
                self._report()
            elif child.due_at is not None and now >= child.due_at:
                self._launch(child)

    def _clear(self, child: Child) -> None:
        """Also ends what a dead child had started and left behind."""
        if child.process is not None:
            kill_session(child.process)
            child.process = None

    def _report(self) -> None:
        self._changed({c.name: c.process.pid for c in self._children if c.process is not None})

    def _say(self, text: str) -> None:
        self._log.line("aire", text)

    # -- waiting ---------------------------------------------------------------------------

    def _seconds_to_next_start(self) -> float | None:
        due = [child.due_at for child in self._children if child.due_at is not None]
        return max(0.0, min(due) - time.monotonic()) if due else None

    def _wait(self, seconds: float | None) -> None:
        """Until something was written, a signal came (also: a child ended) or time is up."""
        for key, _ in self._selector.select(seconds):
            if key.data is None:
                with contextlib.suppress(BlockingIOError):
                    self._wake_read.recv(4096)
            else:
                self._read(key.fd, key.data)

    def _read(self, fd: int, lines: Lines) -> None:
        data = os.read(fd, 65536)
        if data:
            lines.feed(data)
        else:
            lines.finish()
            self._selector.unregister(fd)
            os.close(fd)

    def _run_notices(self) -> None:
        while self._notices:
            self._notices.pop(0)()

    # -- signals ---------------------------------------------------------------------------

    @contextlib.contextmanager
    def listening(self) -> Iterator[None]:
        """SIGINT, SIGTERM and SIGHUP end `run`; a second Ctrl-C cuts `end_all` short."""
        handlers: dict[int, _Handler] = {
            signal.SIGCHLD: lambda _signum, _frame: None,
            signal.SIGINT: self._on_stop_signal,
            signal.SIGTERM: self._on_stop_signal,
            signal.SIGHUP: self._on_stop_signal,
        }
        # Handlers run between bytecodes; the byte written here is what ends `select`.
        before = signal.set_wakeup_fd(self._wake_write.fileno(), warn_on_full_buffer=False)
        replaced = {signum: signal.signal(signum, handler) for signum, handler in handlers.items()}
        try:
            yield
        finally:
            for signum, handler in replaced.items():
                signal.signal(signum, handler)
            signal.set_wakeup_fd(before)

    def _on_stop_signal(self, signum: int, _frame: FrameType | None) -> None:
        now = time.monotonic()
        if self._stop_asked_at is None:
            self._stop_asked_at = now
        elif signum == signal.SIGINT and now - self._stop_asked_at > SECOND_CTRL_C_AFTER_SECONDS:
            self._forced = True


def _describe_exit(code: int) -> str:
    return f"was ended by signal {-code}" if code < 0 else f"ended with exit code {code}"
