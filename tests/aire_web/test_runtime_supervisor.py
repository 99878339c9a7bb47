"""Back-off and the common log, without processes of AIRE's own."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import IO

import pytest

from aire_web.runtime.output import LINE_LIMIT_BYTES, Lines, Log
from aire_web.runtime.process import spawn
from aire_web.runtime.supervisor import Child, Supervisor


def never(_output: int | IO[bytes]) -> subprocess.Popen[bytes]:
    raise OSError("no such program")


def test_each_death_doubles_the_wait_up_to_half_a_minute() -> None:
    child = Child("web", never, started_at=0.0)
    delays = [child.next_delay(now=1.0) for _ in range(9)]
    assert delays == [0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0, 30.0]


def test_a_healthy_minute_is_forgiven() -> None:
    child = Child("web", never, started_at=0.0)
    for _ in range(5):
        child.next_delay(now=1.0)
    child.started_at = 100.0
    assert child.next_delay(now=160.0) == 0.5


def test_each_line_is_named_and_plain_without_a_terminal(
    capfdbinary: pytest.CaptureFixture[bytes],
) -> None:
    log = Log()
    web, worker = Lines(log, "web"), Lines(log, "worker")
    web.feed(b"one\ntw")
    worker.feed(b"\xff not text\r\n")
    web.feed(b"o\n\nlast")
    web.finish()
    assert capfdbinary.readouterr().out == (
        b"web     | one\nworker  | \xff not text\nweb     | two\nweb     | \nweb     | last\n"
    )


def test_names_have_colours_of_their_own_on_a_terminal(
    capfdbinary: pytest.CaptureFixture[bytes],
) -> None:
    log = Log(colour=True)
    log.line("web", "a")
    log.line("worker", "b")
    first, second = capfdbinary.readouterr().out.splitlines()
    assert first == b"\x1b[36mweb     | \x1b[0ma"
    assert second == b"\x1b[33mworker  | \x1b[0mb"


def test_a_line_without_end_is_cut(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    lines = Lines(Log(), "web")
    lines.feed(b"x" * (LINE_LIMIT_BYTES + 1))
    assert capfdbinary.readouterr().out.endswith(b"x\n")


def test_what_a_child_said_before_it_died_is_not_lost(
    tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    def launch(output: int | IO[bytes]) -> subprocess.Popen[bytes]:
        return spawn(
            [sys.executable, "-c", "print('last words'); raise SystemExit(3)"],
            env={},
            cwd=tmp_path,
            output=output,
        )

    reports: list[dict[str, int]] = []
    supervisor = Supervisor(Log(), changed=reports.append)
    stopper = threading.Thread(target=_stop_after_restart, args=(supervisor, reports))
    with supervisor.listening():
        supervisor.add(Child("web", launch))
        first = reports[-1]["web"]
        stopper.start()
        supervisor.run()
        supervisor.end_all()
    stopper.join()
    said = capfdbinary.readouterr().out.decode()
    assert said.index("last words") < said.index("web ended with exit code 3; starting it again")
    assert reports[1] == {}
    assert reports[2]["web"] != first


def _stop_after_restart(supervisor: Supervisor, reports: list[dict[str, int]]) -> None:
    deadline = time.monotonic() + 30
    while len(reports) < 3 and time.monotonic() < deadline:
        time.sleep(0.05)
    supervisor.call_soon(supervisor.stop)
