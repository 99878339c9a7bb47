"""A storm: 1,000 posts of 100 distinct alerts within 60 s, and one SEV1 of another system."""

from __future__ import annotations

import http.client
import os
import threading
import time

from bench.absorb import insert_limit
from bench.bodies import delivery, marked
from bench.pages import Inbox, mail_server
from bench.program import Program
from bench.report import Result, at_most
from bench.spent import Spent

SECONDS = float(os.environ.get("BENCH_STORM_SECONDS", "60"))
POSTS, A_POST = round(1_000 * SECONDS / 60), 100
SENDERS = 4
DRAIN_SECONDS = 60.0
PATIENCE_SECONDS = 90.0
MARK = "warm0-0"
"""A name that the inbox of the pages benchmark looks for."""


class Sender(threading.Thread):
    """Posts its share at the moments that are due, on one connection."""

    def __init__(self, program: Program, number: int, began: float) -> None:
        super().__init__(daemon=True)
        self.program, self.number, self.began = program, number, began
        self.refused = 0
        self.slowest = 0.0

    def run(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.program.port, timeout=30)
        template = delivery(A_POST).replace('"critical"', '"warning"')
        for number in range(self.number, POSTS, SENDERS):
            due = self.began + number * SECONDS / POSTS
            time.sleep(max(0.0, due - time.perf_counter()))
            at = time.perf_counter()
            status = post(connection, self.program, marked(template, f"storm{number}"))
            self.slowest = max(self.slowest, time.perf_counter() - at)
            self.refused += status != 202
        connection.close()


def post(connection: http.client.HTTPConnection, program: Program, body: bytes) -> int:
    connection.request("POST", f"/in/{program.key}/alertmanager/", body)
    answer = connection.getresponse()
    answer.read()
    return answer.status


def run() -> Result:
    result = Result("storm", f"Storm: {POSTS:,} posts of {A_POST} alerts in {SECONDS:.0f} s")
    inbox = Inbox()
    with (
        mail_server(inbox) as port,
        Program({"AIRE_EMAIL_URL": f"smtp://127.0.0.1:{port}"}) as program,
    ):
        _measure(result, program, inbox)
    return result


def _measure(result: Result, program: Program, inbox: Inbox) -> None:
    spent, began = Spent(program), time.perf_counter()
    senders = [Sender(program, number, began) for number in range(SENDERS)]
    for sender in senders:
        sender.start()
    time.sleep(SECONDS / 2)
    sent_at = _second_fire(program)
    for sender in senders:
        sender.join()
    over = time.perf_counter()
    with program.database() as connection:
        pending = "SELECT 1 FROM alerts_receipt WHERE state = 'new' LIMIT 1"
        while (
            connection.execute(pending).fetchone() and time.perf_counter() - over < PATIENCE_SECONDS
        ):
            time.sleep(0.05)
        drained = time.perf_counter() - over
        told = spent.told(POSTS * A_POST)
        rate = POSTS * A_POST / (time.perf_counter() - began)
        limit = insert_limit(connection)
        (alerts,) = connection.execute("SELECT count(*) FROM alerts_alert").fetchone() or (0,)
        (linked,) = connection.execute(
            "SELECT count(*) FROM incidents_incidentalert"
        ).fetchone() or (0,)
        (incidents,) = connection.execute("SELECT count(*) FROM incidents_incident").fetchone() or (
            0,
        )
        (most,) = connection.execute(
            "SELECT max(n) FROM (SELECT count(*) AS n FROM oncall_page GROUP BY user_id) given"
        ).fetchone() or (0,)
    while MARK not in inbox.at and time.perf_counter() - sent_at < 60:
        time.sleep(0.05)
    expected = POSTS * A_POST + 1
    refused = sum(sender.refused for sender in senders)
    result.add("posts refused", str(refused), "0", refused == 0)
    at_most(result, "slowest answer", 1000 * max(s.slowest for s in senders), 1_000.0)
    at_most(result, "drained after the last post", drained, DRAIN_SECONDS, "s")
    result.add("alerts stored", f"{alerts:,}", f"{expected:,}", alerts == expected)
    result.add("alerts in an incident", f"{linked:,}", f"{expected:,}", linked == expected)
    at_most(result, "incidents", incidents, 50, "")
    at_most(
        result, "SEV1 of another system paged after", inbox.at.get(MARK, 1e9) - sent_at, 30, "s"
    )
    result.add("pages to one person", str(most))
    result.add("alerts of the INSERT limit", f"{rate / limit:.3f} ×")
    result.add("CPU time of an alert", told)


def _second_fire(program: Program) -> float:
    """A SEV1 of a system that the storm is not about, in the middle of it; when it was sent."""
    lone = delivery(1).replace("support-assistant", "another-system")
    connection = http.client.HTTPConnection("127.0.0.1", program.port, timeout=30)
    at = time.perf_counter()
    status = post(connection, program, marked(lone, "warm0"))
    connection.close()
    if status != 202:
        raise RuntimeError(f"the SEV1 was refused with {status}")
    return at
