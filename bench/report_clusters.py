"""Reports by people: what their clusters cost when there are many."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

from bench.program import ROOT, Program
from bench.report import Result, at_most

REPORTS, CLUSTERS = 100_000, 2_000
TARGET_MS = 200.0
NAMES = {
    "list_ms": "clusters, the latest page",
    "search_ms": "clusters, by the words of their reports",
    "one_ms": "one cluster with its latest reports",
    "take_ms": "one more report, put to its cluster",
}


def run() -> Result:
    result = Result("report_clusters", "Reports by people")
    with Program() as program, program.suspended("worker", "beat", "engine"):
        told = _inside(program)
    for name, what in NAMES.items():
        at_most(result, f"{what}, {REPORTS:,} reports, p95", told[name], TARGET_MS)
    result.notes.append(
        f"{CLUSTERS:,} clusters of 5 systems; pages as a signed-in person gets them."
    )
    return result


def _inside(program: Program) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "manage.py", "shell", "-v", "0", "-c",
         "from bench import report_clusters_fill; report_clusters_fill.main()"],
        cwd=ROOT, env=program.running_env(), capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(done.stderr[-3000:])
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told
