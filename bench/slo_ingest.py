"""How many measurements a second are checked, stored and rolled up, in batches."""

from __future__ import annotations

from bench.program import Program
from bench.report import Result
from bench.slo_evaluate import shell

INDICATORS = 20
POINTS = 10_000
TARGET = 20_000


def run() -> Result:
    result = Result("slo_ingest", f"Measurements in batches of {POINTS:,}, one writer")
    with Program() as program, program.suspended("worker", "beat", "engine", "web"):
        found = shell(program, f"slo_stages.main_ingest({INDICATORS}, {POINTS})")
    for name, what in (
        ("new", "new measurements"),
        ("again", "the same again (nothing is written)"),
        ("replaced", "late truth that replaces each of them"),
    ):
        rate = found[name]
        result.add(what, f"{rate:,.0f} /s", f"≥ {TARGET:,} /s", rate >= TARGET)
    hours, seconds = found["rolled_up_hours"], found["rolled_up_seconds"]
    result.add("rolling up afterwards", f"{60 * hours / seconds:,.0f} /s")
    result.notes.append(
        f"{found['stored']:,} measurements of {INDICATORS} indicators; from the parsed body to "
        "the commit: each point checked, overlaps looked up, upserted."
    )
    return result
