"""Suspects: do they name the change that it was, and what do large graphs cost."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

from bench.program import ROOT, Program
from bench.report import Result, at_most
from incidents.suspecting import rank_suspects
from tests.incidents.replayed import CASES, mixed, place_of, scene_of

SEEDS = 200
AMONG = 3
HIT_PERCENT = 90.0
PAGE_MS, SUSPECTS_MS = 150.0, 200.0
CHANGES, AROUND, SYSTEMS = 500, 200, 5_000


def run() -> Result:
    result = Result("suspects", "The change behind an incident")
    hits = [_hits(case) for case in CASES]
    found = 100 * sum(hits) / (SEEDS * len(CASES))
    result.add(f"{len(CASES)} public incidents, 50 other changes: among the first {AMONG}",
               f"{found:.1f} %", f"≥ {HIT_PERCENT:.0f} %", found >= HIT_PERCENT)  # fmt: skip
    worst, count = min(zip(CASES, hits, strict=True), key=lambda pair: pair[1])
    result.add("the hardest of them", f"{100 * count / SEEDS:.0f} %, {worst.name}")
    with Program() as program, program.suspended("worker", "beat", "engine"):
        told = _inside(program)
    at_most(result, f"incident page, {CHANGES} changes, {AROUND} systems around, p95",
            told["page_ms"], PAGE_MS)  # fmt: skip
    at_most(result, f"suspects, {SYSTEMS:,} systems upstream, p95", told["suspects_ms"],
            SUSPECTS_MS)  # fmt: skip
    result.notes.append(
        f"{SEEDS} seeds a case; changes as published, what monitors would have said is ours."
    )
    return result


def _hits(case: Any) -> int:
    scene = scene_of(case)
    return sum(
        place_of(rank_suspects(mixed(case, seed=seed), scene)) <= AMONG for seed in range(SEEDS)
    )


def _inside(program: Program) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "manage.py", "shell", "-v", "0", "-c",
         "from bench import suspect_graph; suspect_graph.main()"],
        cwd=ROOT, env=program.running_env(), capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(done.stderr[-3000:])
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told
