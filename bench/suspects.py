"""Suspects: do they name the change that it was, and what do large graphs cost."""

from __future__ import annotations

from typing import Any

from bench.program import Program
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
        told = program.told("from bench import suspect_graph; suspect_graph.main()")
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
