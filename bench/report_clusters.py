"""Reports by people: what their clusters cost when there are many."""

from __future__ import annotations

from bench.program import Program
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
        told = program.told("from bench import report_clusters_fill; report_clusters_fill.main()")
    for name, what in NAMES.items():
        at_most(result, f"{what}, {REPORTS:,} reports, p95", told[name], TARGET_MS)
    result.notes.append(
        f"{CLUSTERS:,} clusters of 5 systems; pages as a signed-in person gets them."
    )
    return result
