"""What the whole program costs while nothing happens."""

from __future__ import annotations

import time

import psutil

from bench.program import Program, users_python
from bench.report import Result, at_most
from bench.spent import cpu_of, name_of

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
        before = {process.pid: cpu_of(process) for process in family}
        time.sleep(SECONDS)
        memory: dict[str, float] = {}
        cpu: dict[str, float] = {}
        for process in family:
            name = name_of(process, named)
            memory[name] = memory.get(name, 0.0) + _mib(process)
            used = cpu_of(process) - before[process.pid]
            cpu[name] = cpu.get(name, 0.0) + 100 * used / SECONDS
    for name, mib in memory.items():
        result.add(name, f"{mib:.0f} MiB, {cpu[name]:.2f} %")
    at_most(result, "resident, shared pages counted once", sum(memory.values()), 450, "MiB")
    at_most(result, "of one core", sum(cpu.values()), 3, "%")
    return result


def _mib(process: psutil.Process) -> float:
    # Proportional: pages that processes share are divided between them.
    return float(process.memory_full_info().pss) / 2**20
