"""What one alert costs, stage by stage, in CPU time: steady where the wall clock is not."""

from __future__ import annotations

import json
import subprocess
import sys

from bench.pages import Inbox, mail_server
from bench.program import ROOT, Program
from bench.report import Result

ALERTS = 200
PER_SECOND = 50
CORES = 2


def run() -> Result:
    result = Result("cost", f"CPU time of one alert that opens an incident and pages, of {ALERTS}")
    inbox = Inbox()
    with (
        mail_server(inbox) as port,
        Program({"AIRE_EMAIL_URL": f"smtp://127.0.0.1:{port}"}) as program,
        program.suspended("worker", "beat", "engine"),
    ):
        code = f"from bench import stages; stages.main({ALERTS})"
        argv = [sys.executable, "manage.py", "shell", "-v", "0", "-c", code]
        done = subprocess.run(argv, cwd=ROOT, env=program.running_env(), capture_output=True,
                              text=True, check=False)  # fmt: skip
        if done.returncode:
            raise RuntimeError(done.stderr[-3000:])
        stages = json.loads(done.stdout.splitlines()[-1])
    total = 0.0
    for stage in stages:
        python, database, count = stage["python_ms"], stage["database_ms"], stage["count"]
        total += (python + database) / ALERTS
        result.add(
            f"{stage['name']} ({count / ALERTS:.2g} an alert)",
            f"{python / ALERTS:.2f} + {database / ALERTS:.2f} ms",
        )
    most = 1000 * CORES / PER_SECOND
    result.add("all stages", f"{total:.1f} ms", f"≤ {0.7 * most:.0f} ms", total <= 0.7 * most)
    result.notes.append("Python + PostgreSQL, of one alert.")
    result.notes.append(
        f"The target is 70 % of two cores at {PER_SECOND} alerts/s; above {most:.0f} ms an alert "
        "such a load cannot be kept up with on two cores."
    )
    return result
