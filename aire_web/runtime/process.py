"""Starting, recognising and ending processes. What the processes are for is not known here."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO, Protocol

import psutil  # type: ignore[import-untyped]  # it ships no types

_PR_SET_PDEATHSIG, _PR_SET_CHILD_SUBREAPER = 1, 36  # <linux/prctl.h>
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


@dataclass(frozen=True)
class Account:
    """The system user that a process runs as."""

    uid: int
    gid: int


class Process(Protocol):
    """A child, as `subprocess.Popen` has it; `returncode` is minus the signal that ended it."""

    pid: int

    @property
    def returncode(self) -> int | None: ...

    def poll(self) -> int | None: ...

    def wait(self, timeout: float | None = None) -> int: ...

    def send_signal(self, sig: int) -> None: ...

    def terminate(self) -> None: ...


class Adopted:
    """A child that somebody else had started and the kernel gave to us."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None

    def poll(self) -> int | None:
        if self.returncode is None:
            self._ask(os.WNOHANG)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        deadline = None if timeout is None else time.monotonic() + timeout
        while self.returncode is None:
            self._ask(0 if deadline is None else os.WNOHANG)
            if self.returncode is None and deadline is not None:
                if time.monotonic() >= deadline:
                    raise subprocess.TimeoutExpired(str(self.pid), timeout or 0.0)
                time.sleep(0.02)
        return self.returncode

    def send_signal(self, sig: int) -> None:
        # Not once it was waited for: the number may be another's by now.
        if self.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, sig)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def _ask(self, options: int) -> None:
        try:
            pid, status = os.waitpid(self.pid, options)
        except ChildProcessError:
            self.returncode = 1
            return
        if pid:
            self.returncode = os.waitstatus_to_exitcode(status)


def adopt_orphans() -> bool:
    """Have the kernel give processes to us whose parent among our descendants has ended; says
    whether it will. Linux only."""
    return _libc is not None and _libc.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0


def bury_strangers(known: Collection[int]) -> None:
    """Wait for children that ended and are nobody's: orphans that were given to us."""
    with contextlib.suppress(ChildProcessError):
        while found := os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT):
            if found.si_pid in known:
                # Its owner asks for it soon, and then we are called again.
                return
            os.waitpid(found.si_pid, 0)


def die_with(parent: int, signum: signal.Signals) -> None:
    """Have the kernel send us `signum` when our parent ends; ends at once when it has already."""
    if _libc is not None:
        _libc.prctl(_PR_SET_PDEATHSIG, int(signum))
    if os.getppid() != parent:
        os._exit(1)


def spawn(
    argv: Sequence[str],
    *,
    env: Mapping[str, str],
    cwd: Path,
    output: int | IO[bytes],
    account: Account | None = None,
    pass_fds: Sequence[int] = (),
    read_input: bool = False,
    errors: int = subprocess.STDOUT,
    signal_on_parent_death: signal.Signals = signal.SIGTERM,
) -> subprocess.Popen[bytes]:
    """Starts a process as leader of its own session, so that Ctrl-C reaches only `up`.

    On Linux the kernel sends `signal_on_parent_death` when the spawning *thread* ends, so
    this is called from the main thread only. Elsewhere such orphans are ended by the next
    start, through `leftovers`.
    """
    return subprocess.Popen(  # noqa: S603  the runtime's own command lines, no shell
        argv,
        env=env,
        cwd=cwd,
        stdin=subprocess.PIPE if read_input else subprocess.DEVNULL,
        stdout=output,
        stderr=errors,
        pass_fds=pass_fds,
        start_new_session=True,
        umask=0o077 if account else -1,
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
        preexec_fn=_die_with_parent(signal_on_parent_death),
    )


def run(
    argv: Sequence[str], *, env: Mapping[str, str], account: Account | None = None, text: str = ""
) -> tuple[int, str]:
    """Runs to its end; returns the exit code and what was written to either output."""
    result = subprocess.run(  # noqa: S603  as above
        argv,
        input=text.encode(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=env,
        cwd="/",
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
        start_new_session=True,
        preexec_fn=_die_with_parent(signal.SIGTERM),
        check=False,
    )
    return result.returncode, result.stdout.decode(errors="replace").strip()


def _die_with_parent(signum: signal.Signals) -> Callable[[], None] | None:
    if _libc is None:
        return None
    # Asked for after the change of user, which would clear it again: prctl(2).
    return partial(die_with, os.getpid(), signum)


def end(process: Process, steps: Sequence[tuple[signal.Signals, float]]) -> None:
    """Sends each signal in turn and waits so many seconds; at last kills the whole session."""
    for signum, seconds in steps:
        if process.poll() is not None:
            break
        process.send_signal(signum)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(seconds)
    kill_session(process)


def kill_session(process: Process) -> None:
    """Kills a process and whatever it started; the number stays reserved for the session."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def birth(pid: int) -> float | None:
    """When the process started, or None when there is none; zombies are none."""
    try:
        process = psutil.Process(pid)
        return None if process.status() == psutil.STATUS_ZOMBIE else float(process.create_time())
    except psutil.Error:
        return None


def boot_id() -> str:
    """Tells one start of the machine from another."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return str(int(psutil.boot_time()))


def command_line(pid: int) -> list[str]:
    try:
        return list(psutil.Process(pid).cmdline())
    except psutil.Error:
        return []


def interpreter(pid: int) -> str:
    try:
        return str(psutil.Process(pid).exe())
    except psutil.Error:
        return ""


def leftovers(processes: Mapping[str, int], births: Mapping[str, float]) -> list[int]:
    """Pids that are still alive of recorded processes and of the sessions they led.

    A recorded pid that another process has now is never among them. Members of a session
    whose leader is gone must run this very interpreter, as all of AIRE's own do.
    """
    sessions: set[int] = set()
    for name, pid in processes.items():
        born = birth(pid)
        if born is None or born == births.get(name):
            sessions.add(pid)
    # By what the kernel runs: a process may call itself what it likes.
    own, found = interpreter(os.getpid()), []
    for candidate in psutil.pids():
        try:
            session = os.getsid(candidate)
        except OSError:
            continue
        if session not in sessions or birth(candidate) is None:
            continue
        if candidate == session or interpreter(candidate) == own:
            found.append(candidate)
    return found


def end_pids(pids: Sequence[int], steps: Sequence[tuple[signal.Signals, float]]) -> None:
    """As `end`, for processes that are not our children; the last step should be SIGKILL."""
    alive = list(pids)
    for signum, seconds in steps:
        for pid in alive:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signum)
        deadline = time.monotonic() + seconds
        while (alive := [pid for pid in alive if birth(pid) is not None]) and (
            time.monotonic() < deadline
        ):
            time.sleep(0.05)
        if not alive:
            return
