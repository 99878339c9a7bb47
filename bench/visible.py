"""From the start of a post until a SELECT sees the incident that the alert opened."""

from __future__ import annotations

import http.client
import threading
import time

from bench.bodies import delivery, marked
from bench.program import Program
from bench.report import Result, at_most, percentile

RATES = ((5, 10.0, 25.0, 60.0), (50, 8.0, 60.0, 250.0), (150, 8.0, 150.0, 1000.0))
"""Alerts a second, seconds, the most for p50 and p99 in ms."""

NO_STORM = {"AIRE_STORM_PER_SECOND": "100000", "AIRE_STORM_GROUPS": "100000"}
"""Each alert shall open an incident of its own, however many there are."""

SEEN = """
    SELECT l.id, a.dedup_key FROM incidents_incidentalert l
      JOIN alerts_alert a ON a.id = l.alert_id WHERE l.id > %s"""
LOOK_BACK = 200
"""Numbers are given before the commit: a lower one may become visible after a higher one."""


class Watch(threading.Thread):
    """Looks all the time; notes when each alert's incident is first seen."""

    def __init__(self, program: Program) -> None:
        super().__init__(daemon=True)
        self.program = program
        self.seen: dict[str, float] = {}
        self.over = threading.Event()

    def run(self) -> None:
        highest = 0
        with self.program.database() as connection:
            while not self.over.is_set():
                rows = connection.execute(SEEN, [max(0, highest - LOOK_BACK)]).fetchall()
                now = time.perf_counter()
                for number, key in rows:
                    self.seen.setdefault(key, now)
                    highest = max(highest, number)
                self.over.wait(0.002)


class Poster:
    """Posts one distinct alert at each due moment, on a connection that stays open."""

    def __init__(self, program: Program, name: str) -> None:
        self.program = program
        self.name = name
        self.template = delivery()
        self.sent: dict[str, float] = {}
        self.refused = 0

    def post_for(self, seconds: float, rate: float) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.program.port, timeout=30)
        path = f"/in/{self.program.key}/alertmanager/"
        began = time.perf_counter()
        for number in range(int(seconds * rate)):
            time.sleep(max(0.0, began + number / rate - time.perf_counter()))
            mark = f"{self.name}{number}"
            body = marked(self.template, mark)
            at = time.perf_counter()
            connection.request("POST", path, body)
            answer = connection.getresponse()
            answer.read()
            if answer.status == 202:
                self.sent[f"{mark}-0"] = at
            else:
                self.refused += 1
        connection.close()


def run() -> Result:
    result = Result("visible", "Alert to incident visible")
    with Program(NO_STORM) as program:
        _measure(program, 5, 2.0, "warm")
        for rate, seconds, p50, p99 in RATES:
            took, lost = _measure(program, rate, seconds, f"r{rate}x")
            at_most(result, f"{rate}/s p50", percentile(took, 0.5), p50)
            at_most(result, f"{rate}/s p99", percentile(took, 0.99), p99)
            result.add(f"{rate}/s alerts", f"{len(took)}", "all seen", lost == 0)
    return result


def _measure(program: Program, rate: float, seconds: float, name: str) -> tuple[list[float], int]:
    """Milliseconds of each alert that was seen, and how many were not within ten seconds."""
    watch, poster = Watch(program), Poster(program, name)
    watch.start()
    poster.post_for(seconds, rate)
    deadline = time.monotonic() + 10
    while not poster.sent.keys() <= watch.seen.keys() and time.monotonic() < deadline:
        time.sleep(0.05)
    watch.over.set()
    watch.join()
    took = [1000 * (watch.seen[k] - at) for k, at in poster.sent.items() if k in watch.seen]
    return took, len(poster.sent) - len(took) + poster.refused
