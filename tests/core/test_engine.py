"""The engine's loops: they run without hints, survive errors, beat, and stop."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.db import OperationalError, connection

from core import engine, hints
from core.engine import Engine, Loop
from core.models import EngineBeat
from core.registry import Registry

pytestmark = pytest.mark.django_db(transaction=True)


class Work:
    """Answers what it was told to, in turn; nothing afterwards."""

    def __init__(self, *answers: int | Exception) -> None:
        self.answers = list(answers)
        self.calls = 0

    def __call__(self) -> int:
        self.calls += 1
        answer = self.answers.pop(0) if self.answers else 0
        if isinstance(answer, Exception):
            raise answer
        return answer


def until(true: Callable[[], bool], seconds: float = 20.0) -> bool:
    deadline = time.monotonic() + seconds
    while not true() and time.monotonic() < deadline:
        time.sleep(0.005)
    return true()


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Engine]]:
    """`run(loop, …)` starts an engine with just these loops; it is stopped afterwards."""
    monkeypatch.setattr(hints, "_local", {})
    with _engines(monkeypatch) as start:
        yield start


@contextmanager
def _engines(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Engine]]:
    started: list[tuple[Engine, threading.Thread]] = []

    def start(*loops: Loop) -> Engine:
        registry: Registry[Loop] = Registry("engine loop")
        for loop in loops:
            registry.add(loop.name, loop)
        monkeypatch.setattr(engine, "loops", registry)
        made = Engine()
        thread = threading.Thread(target=made.run, daemon=True)
        thread.start()
        started.append((made, thread))
        return made

    yield start
    for made, thread in started:
        made.stop()
        thread.join(20)
        assert not thread.is_alive()


def test_a_loop_works_again_at_once_while_there_is_work(run: Callable[..., Engine]) -> None:
    work = Work(5, 5, 5)
    run(Loop("busy", work, every=60))
    assert until(lambda: work.calls == 4)


def test_loops_of_a_lane_take_turns_in_one_thread(run: Callable[..., Engine]) -> None:
    busy, calm = Work(5, ValueError("broken"), 5), Work()
    run(
        Loop("busy", busy, every=0.01, lane="shared"), Loop("calm", calm, every=0.01, lane="shared")
    )
    assert until(lambda: busy.calls > 4 and calm.calls > 4)
    assert until(lambda: set(EngineBeat.objects.values_list("kind", flat=True)) == {"shared"})


def test_a_hint_wakes_only_its_loop_of_a_lane(run: Callable[..., Engine]) -> None:
    hinted, patient = Work(), Work()
    run(Loop("hinted", hinted, every=60, hint="now", lane="shared"),
        Loop("patient", patient, every=60, lane="shared"))  # fmt: skip
    assert until(lambda: hinted.calls == 1 and patient.calls == 1)
    hints.hint("now")
    assert until(lambda: hinted.calls == 2)
    assert patient.calls == 1


def test_a_loop_without_work_looks_again_after_its_pause(run: Callable[..., Engine]) -> None:
    work = Work()
    run(Loop("idle", work, every=0.01))
    assert until(lambda: work.calls > 5)


def test_a_hint_cuts_the_pause_short(run: Callable[..., Engine]) -> None:
    work = Work()
    run(Loop("hinted", work, every=60, hint="absorb"))
    assert until(lambda: work.calls == 1)
    hints.hint("absorb")
    assert until(lambda: work.calls == 2)


@pytest.mark.parametrize("error", [ValueError("bug"), OperationalError("gone")])
def test_a_loop_survives_an_error(run: Callable[..., Engine], error: Exception) -> None:
    work = Work(error, error, 1)
    run(Loop("shaky", work, every=0.01))
    assert until(lambda: work.calls > 3)


def test_a_loop_that_fails_or_hangs_does_not_stop_the_others(run: Callable[..., Engine]) -> None:
    released = threading.Event()

    def hang() -> int:
        released.wait(20)
        return 0

    good = Work()
    run(Loop("hangs", hang, every=0.01), Loop("good", good, every=0.01))
    assert until(lambda: good.calls > 5)
    released.set()


def test_every_loop_beats(run: Callable[..., Engine]) -> None:
    run(Loop("one", Work(), every=0.01), Loop("two", Work(), every=0.01))
    assert until(lambda: set(EngineBeat.objects.values_list("kind", flat=True)) == {"one", "two"})


def test_a_thread_that_hangs_is_the_only_one_whose_sign_of_life_grows_old(
    run: Callable[..., Engine], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "BEAT_SECONDS", 0.05)
    released = threading.Event()
    run(Loop("hangs", lambda: int(released.wait(20)), every=60), Loop("good", Work(), every=0.01))

    def apart() -> bool:
        at = dict(EngineBeat.objects.values_list("kind", "at"))
        return "hangs" in at and (at["good"] - at["hangs"]).total_seconds() > 0.5

    assert until(apart)
    released.set()


def test_only_the_first_thread_of_a_loop_looks_by_itself(run: Callable[..., Engine]) -> None:
    looked: list[str] = []
    there = Work()

    def look() -> int:
        looked.append(threading.current_thread().name)
        return there()

    run(Loop("many", look, every=0.01, threads=3))
    assert until(lambda: len(looked) > 5)
    assert set(looked) == {"many"}
    there.answers = [1, 1, 1]
    assert until(lambda: set(looked) == {"many", "many-1", "many-2"})


def test_a_loop_comes_back_after_its_connection_was_cut(run: Callable[..., Engine]) -> None:
    def look() -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        work()
        return 0

    work = Work()
    run(Loop("cut", look, every=0.01))
    assert until(lambda: work.calls > 2)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    seen = work.calls
    assert until(lambda: work.calls > seen + 2)


def test_stopping_does_not_wait_for_a_long_pause(run: Callable[..., Engine]) -> None:
    work = Work()
    made = run(Loop("slow", work, every=600), Loop("slower", work, every=600))
    assert until(lambda: work.calls == 2)
    began = time.monotonic()
    made.stop()
    assert until(lambda: not any(thread.is_alive() for thread in made._threads))
    assert time.monotonic() - began < 5
