"""Memory over time: 24 alerts/s, each opening and closing, for BENCH_SOAK_SECONDS (120)."""

from __future__ import annotations

import os
import time

import psutil

from bench.program import Program
from bench.report import Result, at_most
from bench.visible import Poster

SECONDS = float(os.environ.get("BENCH_SOAK_SECONDS", "120"))
PER_SECOND = 24.0
WATCHED = ("web", "worker", "engine")


def run() -> Result:
    result = Result("soak", f"{PER_SECOND:.0f} alerts/s for {SECONDS:.0f} s: memory")
    with Program() as program:
        # What is loaded and reserved at first use is no growth.
        Poster(program, "warm").post_for(SECONDS / 4, PER_SECOND)
        time.sleep(5)
        before = _resident(program)
        poster = Poster(program, "soak")
        poster.post_for(SECONDS, PER_SECOND)
        time.sleep(5)
        after = _resident(program)
    for name in WATCHED:
        result.add(name, f"{before[name]:.1f} → {after[name]:.1f} MiB")
    growth = 100 * (sum(after.values()) / sum(before.values()) - 1)
    at_most(result, "growth", growth, 5.0, "%")
    result.add("refused", str(poster.refused), "0", poster.refused == 0)
    return result


def _resident(program: Program) -> dict[str, float]:
    found = {}
    for name in WATCHED:
        root = psutil.Process(program.pids()[name])
        family = [root, *root.children(recursive=True)]
        found[name] = sum(process.memory_info().rss for process in family) / 2**20
    return found
