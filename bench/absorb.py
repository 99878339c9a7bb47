"""Absorbing: posts of 100 alerts, distinct and repeated, from the first post to the last alert."""

from __future__ import annotations

import http.client
import time

import psycopg

from bench.bodies import delivery, marked
from bench.program import Program
from bench.report import Result
from bench.spent import Spent

POSTS = 300
A_POST = 100
REPEATED_POSTS = 10
LIMIT_ROWS = 50_000
PATIENCE_SECONDS = 60.0


def run() -> Result:
    result = Result("absorb", f"Absorb: {POSTS * A_POST:,} alerts in posts of {A_POST}")
    with Program() as program, program.database() as connection:
        # Alerts of one name are one group and one incident, as in a storm.
        program.manage("apply", str(_quiet_route(program)))
        limit = insert_limit(connection)
        result.add("multi-row INSERT of 1,000 rows, one connection", f"{limit:,.0f} rows/s")
        template = delivery(A_POST)
        _post(program, [marked(template, f"warm{n}") for n in range(5)])
        _until_empty(connection)
        for what, marks, target in (
            ("distinct", [f"d{n}" for n in range(POSTS)], 4_000),
            ("repeats", [f"d{n % REPEATED_POSTS}" for n in range(POSTS)], 8_000),
        ):
            spent, began = Spent(program), time.perf_counter()
            _post(program, [marked(template, mark) for mark in marks])
            _until_empty(connection)
            rate = POSTS * A_POST / (time.perf_counter() - began)
            result.add(what, f"{rate:,.0f} alerts/s", f"≥ {target:,} /s", rate >= target)
            result.add(f"{what} of the INSERT limit", f"{rate / limit:.3f} ×")
            result.add(f"{what}: CPU time of an alert", spent.told(POSTS * A_POST))
        (alerts,) = connection.execute("SELECT count(*) FROM alerts_alert").fetchone() or (0,)
        expected = (POSTS + 5) * A_POST
        result.add("alerts stored", f"{alerts:,}", f"{expected:,}", alerts == expected)
    return result


def _quiet_route(program: Program) -> str:
    path = program.home / "route.yaml"
    path.write_text(
        "apiVersion: aire/v1\nkind: Route\nmetadata: {name: storm}\n"
        "spec: {order: 1, match: ['cluster=eu-central-1'], groupBy: [cluster]}\n"
    )
    return str(path)


def _post(program: Program, bodies: list[bytes]) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", program.port, timeout=30)
    for body in bodies:
        connection.request("POST", f"/in/{program.key}/alertmanager/", body)
        answer = connection.getresponse()
        answer.read()
        if answer.status != 202:
            raise RuntimeError(f"refused with {answer.status}")
    connection.close()


def _until_empty(connection: psycopg.Connection[tuple[object, ...]]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while connection.execute("SELECT 1 FROM alerts_receipt WHERE state = 'new' LIMIT 1").fetchone():
        if time.monotonic() > deadline:
            raise RuntimeError("Receipts still wait.")
        time.sleep(0.01)


def insert_limit(connection: psycopg.Connection[tuple[object, ...]]) -> float:
    connection.execute("CREATE TABLE bench_limit (id int PRIMARY KEY, body text)")
    row = "x" * 1000
    began = time.perf_counter()
    for start in range(0, LIMIT_ROWS, 1_000):
        connection.execute(
            "INSERT INTO bench_limit SELECT n, %s FROM generate_series(%s::int, %s::int) n",
            [row, start, start + 999],
        )
    rate = LIMIT_ROWS / (time.perf_counter() - began)
    connection.execute("DROP TABLE bench_limit")
    return rate
