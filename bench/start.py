"""`manage.py up` from the command to /healthz and to the first page, new and again."""

from __future__ import annotations

import time

from bench.program import Program
from bench.report import Result, at_most


def run() -> Result:
    result = Result("start", "Start: `manage.py up` to the first page")
    program = Program(configure=False)
    try:
        for which, most in (("first start, with the demo", 90.0), ("later start", 10.0)):
            program.env["DEMO"] = "1"
            began = time.perf_counter()
            program.start()
            result.add(f"{which}: /healthz", f"{time.perf_counter() - began:.1f} s")
            status, _ = program.get("/accounts/login/")
            took = time.perf_counter() - began
            at_most(result, f"{which}: first page", took, most, "s")
            result.add(f"{which}: it answers", str(status), "200", status == 200)
            began = time.perf_counter()
            program.stop()
            at_most(result, f"{which}: stopped", time.perf_counter() - began, 10.0, "s")
    finally:
        program.__exit__()
    result.notes.append("Installing the packages (`make run` on a new machine) is not in it.")
    return result
