"""What one alert costs, stage by stage, in CPU time: steady where the wall clock is not."""

from __future__ import annotations

from bench.pages import Inbox, mail_server
from bench.program import Program
from bench.report import Result
from bench.visible import NO_STORM

ALERTS = 200
PER_SECOND = 50
CORES = 2


def run() -> Result:
    result = Result("cost", f"CPU time of one alert that opens an incident and pages, of {ALERTS}")
    inbox = Inbox()
    with (
        mail_server(inbox) as port,
        # All at once they would be a storm, of which most join one incident.
        Program({"AIRE_EMAIL_URL": f"smtp://127.0.0.1:{port}", **NO_STORM}) as program,
        program.suspended("worker", "beat", "engine"),
    ):
        stages = program.told(f"from bench import stages; stages.main({ALERTS})")
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
