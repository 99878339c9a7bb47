"""Single alerts, one a post, at a steady rate: accepted, absorbed, in an incident, told."""

from __future__ import annotations

import os
import time

import psycopg

from bench.load import run_load
from bench.program import Program
from bench.report import Result, at_most
from bench.spent import Spent

RATE = float(os.environ.get("BENCH_SINGLES_RATE", "1500"))
SECONDS = float(os.environ.get("BENCH_SINGLES_SECONDS", "60"))
CLIENTS = 16
AFTER_SECONDS = 10.0
"""Nothing may be pending so long after the last post."""

PATIENCE_SECONDS = 90.0
PENDING = "SELECT count(*) FROM alerts_receipt WHERE state = 'new'"
ALERTMANAGER = 3_500
"""What Alertmanager 0.25 takes of a burst on such a machine, in memory: a yardstick."""


def run() -> Result:
    result = Result("singles", f"Single alerts at {RATE:,.0f}/s for {SECONDS:.0f} s, end to end")
    with Program() as program, program.database() as connection:
        path = f"/in/{program.key}/alertmanager/"
        run_load(program.port, path, seconds=2, clients=CLIENTS, keep_alive=True, rate=50)
        _until_empty(connection)
        known = _number(connection, "SELECT count(*) FROM alerts_alert")
        spent, began = Spent(program), time.perf_counter()
        load = run_load(program.port, path, seconds=SECONDS, clients=CLIENTS, keep_alive=True,
                        rate=RATE)  # fmt: skip
        waiting = _number(connection, PENDING)
        drained = _until_empty(connection, AFTER_SECONDS)
        pending = _number(connection, PENDING)
        if pending:
            drained = _until_empty(connection)
        stored = _number(connection, "SELECT count(*) FROM alerts_alert") - known
        linked = _number(connection, "SELECT count(*) FROM incidents_incidentalert") - known
        accepted = load.statuses.get("202", 0)
        refused = sum(load.statuses.values()) - accepted
        result.add("accepted", f"{accepted / SECONDS:,.0f} /s", f"≥ {RATE:,.0f} /s",
                   accepted >= 0.99 * RATE * SECONDS)  # fmt: skip
        result.add("refused", str(refused), "0", refused == 0)
        at_most(result, "answer p99", load.p99_ms, 1_000)
        result.add("waiting at the last post", f"{waiting:,}")
        result.add(f"waiting {AFTER_SECONDS:.0f} s later", f"{pending:,}", "0", pending == 0)
        rate = stored / (drained - began)
        result.add("absorbed, from the first post to the last alert", f"{rate:,.0f} /s")
        result.add("of Alertmanager's burst", f"{rate / ALERTMANAGER:.2f} ×")
        # The load generator may have been cut off between a commit and its answer.
        lost = max(0, accepted - stored)
        result.add("accepted and not stored", str(lost), "0", lost == 0)
        result.add("alerts in an incident", f"{linked:,}", f"{stored:,}", linked == stored)
        result.add("CPU time of an alert", spent.told(max(stored, 1)))
    result.notes.append(
        "The load generator runs beside it on the same cores. Above 50 new alerts a second it is a "
        "storm: most join one incident."
    )
    return result


def _number(connection: psycopg.Connection[tuple[object, ...]], sql: str) -> int:
    row = connection.execute(sql.encode()).fetchone()
    return int(str(row[0])) if row else 0


def _until_empty(
    connection: psycopg.Connection[tuple[object, ...]], seconds: float = PATIENCE_SECONDS
) -> float:
    """When nothing waited any more, by the clock of `perf_counter`, or the time was over."""
    deadline = time.perf_counter() + seconds
    while _number(connection, PENDING) and time.perf_counter() < deadline:
        time.sleep(0.1)
    return time.perf_counter()
