"""Hints: quick to give, few on the wire, nothing when the broker is gone."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable

import pytest
from django.db import transaction

from core import hints
from core.hints import Sender, hint, hint_on_commit, listen


class Wire:
    """What was sent, and a way to be broken."""

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.error: Exception | None = None
        self.hold = threading.Event()
        self.hold.set()

    def __call__(self, name: str) -> None:
        self.hold.wait(20)
        self.sent.append(name)
        if self.error:
            raise self.error


def until(true: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 20
    while not true() and time.monotonic() < deadline:
        time.sleep(0.002)
    return true()


@pytest.fixture
def deaf(monkeypatch: pytest.MonkeyPatch) -> None:
    """No loop of this process listens."""
    monkeypatch.setattr(hints, "_local", {})


def test_a_hint_is_sent_soon() -> None:
    wire = Wire()
    Sender(wire).add("absorb")
    assert until(lambda: wire.sent == ["absorb"])


def test_thousands_of_hints_become_a_first_and_a_last() -> None:
    wire = Wire()
    wire.hold.clear()
    sender = Sender(wire, gap=0.05)
    sender.add("absorb")
    assert until(lambda: not sender._wanted)
    for _ in range(5_000):
        sender.add("absorb")
    wire.hold.set()
    assert until(lambda: len(wire.sent) == 2)
    time.sleep(0.2)
    assert wire.sent == ["absorb", "absorb"]


def test_a_hint_given_within_the_gap_is_late_but_not_lost() -> None:
    wire = Wire()
    sender = Sender(wire, gap=0.05)
    sender.add("absorb")
    assert until(lambda: len(wire.sent) == 1)
    sender.add("absorb")
    assert until(lambda: len(wire.sent) == 2)


def test_different_hints_do_not_wait_for_each_other() -> None:
    wire = Wire()
    sender = Sender(wire, gap=60)
    for name in ("absorb", "outbox", "step"):
        sender.add(name)
    assert until(lambda: sorted(wire.sent) == ["absorb", "outbox", "step"])


def test_giving_a_hint_does_not_wait_for_a_broker_that_hangs() -> None:
    wire = Wire()
    wire.hold.clear()
    sender = Sender(wire, gap=0.0)
    began = time.monotonic()
    for _ in range(1_000):
        sender.add("absorb")
    assert time.monotonic() - began < 5
    assert wire.sent == []
    wire.hold.set()


def test_a_broker_that_fails_is_left_alone_for_a_while() -> None:
    wire = Wire()
    wire.error = OSError("refused")
    sender = Sender(wire, gap=0.0)
    sender.add("absorb")
    assert until(lambda: len(wire.sent) == 1)
    wire.error = None
    sender.add("outbox")
    time.sleep(0.1)
    assert wire.sent == ["absorb"]


def test_after_the_while_hints_are_sent_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hints, "BREAKER_SECONDS", 0.05)
    wire = Wire()
    wire.error = OSError("refused")
    sender = Sender(wire, gap=0.0)
    sender.add("absorb")
    assert until(lambda: len(wire.sent) == 1)
    wire.error = None
    time.sleep(0.1)
    sender.add("absorb")
    assert until(lambda: len(wire.sent) == 2)


@pytest.mark.parametrize("answers", [False, True], ids=["refused", "hangs"])
def test_a_broker_that_is_gone_is_noticed_within_seconds(
    answers: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        if answers:
            listener.listen(8)
        url = f"redis://127.0.0.1:{listener.getsockname()[1]}/0"
        monkeypatch.setattr(hints.current_app.conf, "broker_url", url)
        monkeypatch.setattr(hints.current_app.conf, "broker_write_url", url)
        began = time.monotonic()
        with pytest.raises(Exception, match=r"refused|Timeout|timed out"):
            hints._Broker().send("absorb")
        assert time.monotonic() - began < 3


def test_inside_the_engine_a_hint_wakes_its_loop(deaf: None) -> None:
    woken = threading.Event()
    listen("absorb", woken.set)
    hint("absorb")
    assert woken.is_set()


@pytest.mark.django_db(transaction=True)
def test_a_hint_on_commit_is_given_after_the_commit_only(deaf: None) -> None:
    given: list[str] = []
    listen("absorb", lambda: given.append("absorb"))
    with transaction.atomic():
        hint_on_commit("absorb")
        assert given == []
    assert given == ["absorb"]
    with transaction.atomic():
        hint_on_commit("absorb")
        transaction.set_rollback(True)
    assert given == ["absorb"]


def test_every_hint_names_a_task_with_a_queue() -> None:
    assert {name: hints._queue(task) for name, task in hints.TASKS.items()} == {
        "absorb": "ingest",
        "outbox": "default",
        "step": "page",
        "deliver": "page",
        "slack": "page",
        "slack-posts": "default",
        "slack-captures": "default",
        "slack-channels": "default",
    }
