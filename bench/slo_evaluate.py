"""How long it takes to evaluate 10,000 objectives of 28 days with one-minute measurements."""

from __future__ import annotations

from typing import Any

from bench.program import Program
from bench.report import Result, at_most, percentile

OBJECTIVES = 10_000
TARGET_SECONDS = 5.0


def run() -> Result:
    result = Result("slo_evaluate", f"Evaluating {OBJECTIVES:,} objectives over 28 days")
    with Program() as program, program.suspended("worker", "beat", "engine", "web"):
        found = shell(program, f"slo_stages.main_evaluate({OBJECTIVES})")
    walls = [wall for wall, _ in found["rounds"]]
    at_most(result, "one evaluation, median", percentile(walls, 0.5), TARGET_SECONDS, "s")
    at_most(result, "one evaluation, slowest", max(walls), TARGET_SECONDS, "s")
    python = percentile([cpu for _, cpu in found["rounds"]], 0.5)
    result.add("of it Python CPU time, median", f"{python:.1f} s")
    for table, rows in found["rows"].items():
        result.add(f"rows in {table}", f"{rows:,}")
    result.notes.append(
        "Four burn rules each, seven windows. 403 million measurements would be too many to keep "
        "as rows here: the roll-ups of 28 days are there as ingest leaves them, and the "
        "measurements of the last eight hours, which is all that an evaluation reads of them."
    )
    result.notes.append(f"Filling took {found['filled']:.0f} s.")
    return result


def shell(program: Program, call: str) -> dict[str, Any]:
    """Run a function of `bench.slo_stages` inside the program; its last line is its answer."""
    answer: dict[str, Any] = program.told(f"from bench import slo_stages; {call}")
    return answer
