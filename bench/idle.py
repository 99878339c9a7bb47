"""What the whole program costs while nothing happens."""

from __future__ import annotations

import time

import psutil

from bench.program import Program, users_python
from bench.report import Result, at_most

SETTLE_SECONDS = 45.0
"""Past the first message of beat, which loads the client of the broker: that happens once."""
SECONDS = 30.0


def run() -> Result:
    result = Result("idle", f"Idle: all processes over {SECONDS:.0f} s")
    with users_python() as python, Program(python=python) as program:
        time.sleep(SETTLE_SECONDS)
        named = {pid: name for name, pid in program.pids().items()}
        root = psutil.Process(program.pids()["up"])
        family = [root, *root.children(recursive=True)]
        before = {process.pid: _cpu(process) for process in family}
        time.sleep(SECONDS)
        memory: dict[str, float] = {}
        cpu: dict[str, float] = {}
        for process in family:
            name = _name(process, named)
            memory[name] = memory.get(name, 0.0) + _mib(process)
            used = _cpu(process) - before[process.pid]
            cpu[name] = cpu.get(name, 0.0) + 100 * used / SECONDS
    for name, mib in memory.items():
        result.add(name, f"{mib:.0f} MiB, {cpu[name]:.2f} %")
    at_most(result, "resident, shared pages counted once", sum(memory.values()), 450, "MiB")
    at_most(result, "of one core", sum(cpu.values()), 3, "%")
    return result


def _name(process: psutil.Process, named: dict[int, str]) -> str:
    """The name of the child of `up` that it is or belongs to."""
    while process.pid not in named:
        parent = process.parent()
        if parent is None:
            return "other"
        process = parent
    return named[process.pid]


def _cpu(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


def _mib(process: psutil.Process) -> float:
    # Proportional: pages that processes share are divided between them.
    return float(process.memory_full_info().pss) / 2**20
