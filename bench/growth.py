"""What absorbing costs when ten thousand, a hundred thousand, a million alerts are stored."""

from __future__ import annotations

import json
import os
import subprocess
import sys

from bench.fill import fill
from bench.program import ROOT, Program
from bench.report import Result

SIZES = [int(n) for n in os.environ.get("BENCH_GROWTH", "10000,100000,1000000").split(",")]
POSTS, A_POST = 20, 100
CODE = """
import json, time
from bench.bodies import delivery, marked
from alerts import absorb
from alerts.models import Receipt, Source
source, template = Source.objects.get(), delivery({a_post})
def took(name):
    Receipt.objects.bulk_create(
        Receipt(source=source, format="alertmanager", body=marked(template, f"{{name}}{{n}}"))
        for n in range({posts}))
    began = time.perf_counter()
    while absorb.absorb_due():
        pass
    return time.perf_counter() - began
took("warm{size}")
print(json.dumps(min(took(f"r{{n}}x{size}") for n in range(3))))
"""


def run() -> Result:
    result = Result("growth", f"Cost of an alert by what is stored, posts of {A_POST}")
    first = 0.0
    with Program() as program, program.suspended("worker", "beat", "engine"):
        for size in SIZES:
            with program.database() as connection:
                connection.execute("DELETE FROM incidents_incidentalert")
                connection.execute("DELETE FROM alerts_alertstep")
                connection.execute(
                    "DELETE FROM alerts_alert WHERE dedup_key NOT LIKE 'condition-%'"
                )
                fill(connection, incidents=1000, alerts=size)
            ms = 1000 * _seconds(program, size) / (POSTS * A_POST)
            first = first or ms
            flat = ms <= 1.2 * first
            result.add(f"{size:,} stored", f"{ms:.3f} ms an alert", "≤ 1.2 × the first", flat)
    result.notes.append("BENCH_GROWTH=10000,100000,1000000,10000000 goes to ten million.")
    return result


def _seconds(program: Program, size: int) -> float:
    code = CODE.format(a_post=A_POST, posts=POSTS, size=size)
    argv = [sys.executable, "manage.py", "shell", "-v", "0", "-c", code]
    done = subprocess.run(argv, cwd=ROOT, env=program.running_env(), capture_output=True,
                          text=True, check=False)  # fmt: skip
    if done.returncode:
        raise RuntimeError(done.stderr[-3000:])
    return float(json.loads(done.stdout.splitlines()[-1]))
