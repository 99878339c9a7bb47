"""The page of a schedule with 100 people over 12 weeks, time off and public holidays."""

from __future__ import annotations

from bench.program import Program
from bench.report import Result, at_most

TARGET_MS = 150.0


def run() -> Result:
    result = Result("schedules", "A schedule of 100 people, 12 weeks drawn, p95 of 20 visits")
    with Program() as program, program.suspended("worker", "beat", "engine"):
        found = program.told("from bench import schedule_visits; schedule_visits.main()")
    for path, visit in found.items():
        if visit["status"] != 200:
            result.notes.append(f"{path} answered {visit['status']}.")
        what = f"{path} ({visit['queries']} queries)"
        at_most(result, what, visit["p95_ms"], TARGET_MS)
        result.add(f"{path}, processor, median", f"{visit['python_ms']:.0f} ms")
    return result
