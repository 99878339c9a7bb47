"""Slack's requests: how long until each is acknowledged, with the database well, locked and away.

The whole program, a fake Slack, and 50 requests a second at the three addresses, sent when they are
due whether or not earlier ones were answered: as Slack does.
"""

from __future__ import annotations

import http.client
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import count

from bench.program import Program
from bench.report import Result, at_most, percentile
from tests.fakes.slack import FakeSlack

RATE = 50
SECONDS = 10.0
TROUBLE_SECONDS = 4.0
LOCK = "LOCK TABLE integrations_slackrequest IN ACCESS EXCLUSIVE MODE"
PATIENCE_SECONDS = 90.0
CHANNEL = "C0001"
_number = count(1)


@dataclass
class Sent:
    """`kept` are the requests whose acknowledgement promises that they are done."""

    milliseconds: list[float] = field(default_factory=list)
    answers: Counter[str] = field(default_factory=Counter)
    kept: int = 0


def run() -> Result:
    result = Result(
        "slack_ack",
        f"Slack: acknowledging {RATE} requests/s: commands, presses, shortcuts, searches, events",
    )
    with FakeSlack() as slack:
        slack.rates = False
        slack.channels.add(CHANNEL)
        people = [slack.add_user(f"person{n}@example.org") for n in range(5)]
        with Program(env=slack.environment()) as program:
            _phase(result, program, slack, people, "database well", _nothing)
            _phase(result, program, slack, people, "table locked for 4 s", _locked)
            _phase(result, program, slack, people, "PostgreSQL stopped for 4 s", _stopped)
    return result


def _phase(
    result: Result,
    program: Program,
    slack: FakeSlack,
    people: list[str],
    what: str,
    trouble: Callable[[Program], object],
) -> None:
    before = _rows(program)
    sent = Sent()
    bodies = _bodies(slack, people)
    began = time.monotonic()
    with ThreadPoolExecutor(200) as pool:
        pool.submit(_make, trouble, program)
        for number in range(round(RATE * SECONDS)):
            name, body = next(bodies)
            pause = began + number / RATE - time.monotonic()
            if pause > 0:
                time.sleep(pause)
            pool.submit(_send, program.port, slack, name, body, sent)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while _rows(program) - before < sent.kept and time.monotonic() < deadline:
        time.sleep(0.2)
    at_most(result, f"{what}: p99", percentile(sent.milliseconds, 0.99), 500)
    at_most(result, f"{what}: longest", max(sent.milliseconds), 3_000)
    lost = max(0, sent.kept - (_rows(program) - before))
    result.add(f"{what}: acknowledged and lost", str(lost), "0", lost == 0)
    result.add(f"{what}: p50", f"{percentile(sent.milliseconds, 0.5):,.1f} ms")
    result.add(f"{what}: answers", ", ".join(f"{n} {k}" for k, n in sent.answers.most_common()))


def _bodies(slack: FakeSlack, people: list[str]) -> Iterator[tuple[str, bytes]]:
    """A new one each time, of every kind in turn."""
    while True:
        by = people[next(_number) % len(people)]
        yield "commands", slack.command("list", by=by)
        yield "events", slack.event({"type": "app_home_opened", "user": by, "tab": "home"})
        yield "actions", slack.form(slack.shortcut("declare", by=by))
        yield "actions", slack.form(slack.suggestion("field:incident:incident", "a", by=by))
        press = {
            **slack.shortcut("", by=by),
            "type": "block_actions",
            "channel": {"id": CHANNEL},
            "response_url": slack.response_url(by, CHANNEL),
            "actions": [{"action_id": "run", "value": "oncall", "action_ts": slack.stamp()}],
        }
        yield "actions", slack.form(press)


def _send(port: int, slack: FakeSlack, name: str, body: bytes, sent: Sent) -> None:
    began = time.monotonic()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("POST", f"/slack/{name}/", body, slack.sign(body))
        answer = connection.getresponse()
        answer.read()
        status = str(answer.status)
    except OSError as error:
        status = type(error).__name__
    finally:
        connection.close()
    sent.milliseconds.append((time.monotonic() - began) * 1_000)
    sent.answers[status] += 1
    if status == "200" and b"block_suggestion" not in body:
        sent.kept += 1


def _rows(program: Program) -> int:
    with program.database() as database:
        row = database.execute("SELECT count(*) FROM integrations_slackrequest").fetchone()
        return int(row[0]) if row else 0


def _make(trouble: Callable[[Program], object], program: Program) -> None:
    time.sleep(2.0)
    trouble(program)


def _nothing(program: Program) -> None:
    return


def _locked(program: Program) -> None:
    with program.database() as database, database.transaction():
        database.execute(LOCK)
        time.sleep(TROUBLE_SECONDS)


def _stopped(program: Program) -> None:
    with program.suspended("postgres"):
        time.sleep(TROUBLE_SECONDS)
