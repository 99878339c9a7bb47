"""`kill -9` while alerts come in: of single processes, of all at once, of `up` itself."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.program.checker import check, settle
from tests.program.harness import Program
from tests.program.payloads import alert, all_captured

pytestmark = pytest.mark.program

SOURCES = ["blue", "green", "red"]
# Two cores, five programs of Python starting anew: generous, and still a bound.
BACK_WITHIN_SECONDS = 30.0


@contextmanager
def posting(program: Program, prefix: str, count: int, *, per_second: float) -> Iterator[None]:
    """Posts in the background at a steady rate, captured deliveries among them as they were."""
    bodies = [alert(f"{prefix}{number:03d}") for number in range(count)]
    bodies[::10] = [
        body for body, _ in zip(_cycle(list(all_captured())), bodies[::10], strict=False)
    ]
    posts = [(SOURCES[n % len(SOURCES)], body) for n, body in enumerate(bodies)]
    began, failures = time.monotonic(), []

    def paced() -> Iterator[tuple[str, bytes]]:
        for number, post in enumerate(posts):
            time.sleep(max(0.0, began + number / per_second - time.monotonic()))
            yield post

    def run() -> None:
        try:
            program.sender.post_all(paced())
        except BaseException as error:
            failures.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        thread.join()
    assert not failures, failures


def _cycle(bodies: list[bytes]) -> Iterator[bytes]:
    while True:
        yield from bodies


def accepted(program: Program, count: int) -> None:
    program.until(lambda: len(program.sender.accepted) >= count, "posts are stuck", seconds=60)


def back(program: Program, names: set[str]) -> float:
    """Waits until `up` has brought them back and web answers; answers how long it took."""
    return program.until(
        lambda: names <= set(program.pids()) and program.status("/readyz") == 200,
        lambda: f"not back: {names - set(program.pids())}",
        seconds=BACK_WITHIN_SECONDS,
    )


def test_kills_in_the_middle_of_200_posts_lose_nothing() -> None:
    """Web, worker, engine, broker and database one after the other, then all of them at once."""
    with Program(sources=SOURCES) as program:
        everything = set(program.pids())
        with posting(program, "Kill", 200, per_second=14):
            for count, name in enumerate(["web", "worker", "engine", "valkey", "postgres"], 1):
                accepted(program, 24 * count)
                program.kill(name)
                back(program, {name})
            accepted(program, 160)
            program.kill(*everything)
            took = back(program, everything)
        assert took < BACK_WITHIN_SECONDS
        assert len(program.sender.accepted) == 200
        assert {refused.status for refused in program.sender.refused} <= {0, 503}
        assert 503 in {refused.status for refused in program.sender.refused}, "the database was up"
        settle(program)
        check(program)


def test_a_kill_of_up_itself_and_a_new_start_lose_nothing_and_leave_nothing() -> None:
    with Program(sources=SOURCES) as program:
        with posting(program, "Before", 60, per_second=20):
            accepted(program, 40)
            program.kill_up()
            orphans = program.left_over()
            program.start()
        program.until(
            lambda: not [p for p in program.left_over() if p in orphans],
            "processes of the first start are still there",
            seconds=10,
        )
        settle(program)
        check(program)
        assert program.stop() < 10
        assert program.left_over() == []
