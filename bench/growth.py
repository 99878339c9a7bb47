"""What absorbing costs when ten thousand, a hundred thousand, a million alerts are stored."""

from __future__ import annotations

import os

from bench.fill import fill
from bench.program import Program
from bench.report import Result

SIZES = [int(n) for n in os.environ.get("BENCH_GROWTH", "10000,100000,1000000").split(",")]
POSTS, A_POST = 20, 100
ROUNDS = 5
CODE = """
import json
from core.collector import look_less_often
from django.db import connection
from bench.stages import Meter
from bench.bodies import delivery, marked
from alerts import absorb
from alerts.models import Receipt, Source
source, template = Source.objects.get(), delivery({a_post})
def took(name):
    Receipt.objects.bulk_create(
        Receipt(source=source, format="alertmanager", body=marked(template, f"{{name}}{{n}}"))
        for n in range({posts}))
    meter.stages.clear()
    meter.measure(name, absorb.absorb_due)
    return [meter.stages[0]["python_ms"], meter.stages[0]["database_ms"]]
look_less_often()
with connection.cursor() as cursor:
    cursor.execute("SELECT pg_backend_pid()")
    meter = Meter(cursor.fetchone()[0])
took("warm{size}")
print(json.dumps(min((took(f"r{{n}}x{size}") for n in range({rounds})), key=sum)))
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
            python, database = (1000 * ms / (POSTS * A_POST) for ms in _cpu_ms(program, size))
            first = first or python + database
            ratio = (python + database) / first
            result.add(f"{size:,} stored", f"{python:.0f} + {database:.0f} µs an alert")
            result.add(f"{size:,} of {SIZES[0]:,}", f"{ratio:.2f} ×", "≤ 1.2 ×", ratio <= 1.2)
    result.notes.append(f"CPU time of Python + PostgreSQL, the least of {ROUNDS} rounds.")
    result.notes.append("BENCH_GROWTH=10000,100000,1000000,10000000 goes to ten million.")
    return result


def _cpu_ms(program: Program, size: int) -> tuple[float, float]:
    """Of one round, in Python and in the database's server process."""
    code = CODE.format(a_post=A_POST, posts=POSTS, size=size, rounds=ROUNDS)
    python, database = program.told(code)
    return float(python), float(database)
