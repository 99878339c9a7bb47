"""Server time and query counts of lists and pages, small and at a million alerts."""

from __future__ import annotations

import time
from typing import Any

from bench.fill import fill
from bench.program import Program
from bench.report import Result, at_most

SMALL = {"incidents": 100, "alerts": 2_000}
LARGE = {"incidents": 50_000, "alerts": 1_000_000}
TARGET_MS = 50.0


def run() -> Result:
    incidents, alerts = LARGE["incidents"], LARGE["alerts"]
    result = Result("lists", f"Server time at {incidents:,} incidents and {alerts:,} alerts")
    with Program() as program, program.suspended("worker", "beat", "engine"):
        with program.database() as connection:
            fill(connection, **SMALL)
            small = _visit(program)
            began = time.monotonic()
            fill(connection, **LARGE)
            result.notes.append(f"Filling took {time.monotonic() - began:.0f} s.")
        for path, page in _visit(program).items():
            before = small[path]
            at_most(result, f"{path} p95", page["p95_ms"], TARGET_MS)
            result.add(f"{path} Python CPU time, p50", f"{page['python_ms']:.1f} ms")
            same = page["queries"] <= before["queries"]
            result.add(f"{path} queries", f"{before['queries']} → {page['queries']}",
                       "do not grow", same)  # fmt: skip
            if {before["status"], page["status"]} != {200}:
                result.notes.append(f"{path} answered {before['status']}, {page['status']}.")
    return result


def _visit(program: Program) -> dict[str, dict[str, Any]]:
    pages: dict[str, dict[str, Any]] = program.told("from bench import visits; visits.main()")
    return pages
