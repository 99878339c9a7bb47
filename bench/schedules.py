"""The page of a schedule with 100 people over 12 weeks, time off and public holidays."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

from bench.program import ROOT, Program
from bench.report import Result, at_most

TARGET_MS = 150.0


def run() -> Result:
    result = Result("schedules", "A schedule of 100 people, 12 weeks drawn, p95 of 20 visits")
    with Program() as program, program.suspended("worker", "beat", "engine"):
        found = _visits(program)
    for path, visit in found.items():
        if visit["status"] != 200:
            result.notes.append(f"{path} answered {visit['status']}.")
        what = f"{path} ({visit['queries']} queries)"
        at_most(result, what, visit["p95_ms"], TARGET_MS)
        result.add(f"{path}, processor, median", f"{visit['python_ms']:.0f} ms")
    return result


def _visits(program: Program) -> dict[str, dict[str, Any]]:
    code = "from bench import schedule_visits; schedule_visits.main()"
    done = subprocess.run(
        [sys.executable, "manage.py", "shell", "-v", "0", "-c", code],
        cwd=ROOT, env=program.running_env(), capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(done.stderr[-3000:])
    pages: dict[str, dict[str, Any]] = json.loads(done.stdout.splitlines()[-1])
    return pages
