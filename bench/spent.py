"""The CPU time of the whole program by process: steady where the wall clock is not."""

from __future__ import annotations

import contextlib
import sys
import time
from collections import defaultdict

import psutil

from bench.program import Program


class Spent:
    """CPU seconds since it was made, by the name of the child of `up`."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._before = self._now()

    def seconds(self) -> dict[str, float]:
        return {name: now - self._before.get(name, 0.0) for name, now in self._now().items()}

    def told(self, alerts: int) -> str:
        """What an alert cost, for a table: `210 µs (postgres 90, web 40, engine 80)`."""
        spent = self.seconds()
        most = sorted(spent.items(), key=lambda item: -item[1])
        parts = [f"{name} {1e6 * used / alerts:,.0f}" for name, used in most if used > 0.05]
        return f"{1e6 * sum(spent.values()) / alerts:,.0f} µs ({', '.join(parts)})"

    def _now(self) -> dict[str, float]:
        pids = self._program.pids()
        named = {pid: name for name, pid in pids.items()}
        root = psutil.Process(pids["up"])
        spent: defaultdict[str, float] = defaultdict(float)
        for process in [root, *root.children(recursive=True)]:
            with contextlib.suppress(psutil.NoSuchProcess):
                spent[name_of(process, named)] += cpu_of(process)
        return spent


def name_of(process: psutil.Process, named: dict[int, str]) -> str:
    """The name of the child of `up` that it is or belongs to."""
    while process.pid not in named:
        parent = process.parent()
        if parent is None:
            return "other"
        process = parent
    return named[process.pid]


def cpu_of(process: psutil.Process) -> float:
    """Seconds of a process, with its threads that are over. Linux tells them to the nanosecond;
    elsewhere they are guessed from ticks, which miss most of a process that works for less than
    one at a time."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            # As clock_getcpuclockid(3) makes the number of a process's clock.
            return time.clock_gettime((~process.pid << 3) | 2)
    times = process.cpu_times()
    return float(times.user + times.system)
