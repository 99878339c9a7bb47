"""A worker's round: one message, several stages."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from core import hints, rounds
from core.registry import Registry


@pytest.fixture
def did(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    return []


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    names: list[str] = []
    monkeypatch.setattr(hints._sender, "add", names.append)
    monkeypatch.setattr(hints.settings, "AIRE_HINTS", True)
    return names


def stages(monkeypatch: pytest.MonkeyPatch, **work: Callable[[], int]) -> None:
    known: Registry[Callable[[], int]] = Registry("stage of a test")
    for name, one in work.items():
        known.add(name, one)
    monkeypatch.setattr(rounds, "stages", known)


def once(did: list[str], name: str, *then: str) -> Callable[[], int]:
    def work() -> int:
        if name in did:
            return 0
        did.append(name)
        for other in then:
            hints.hint(other)
        return 1

    return work


def test_what_a_stage_wakes_follows_without_a_message(
    monkeypatch: pytest.MonkeyPatch, did: list[str], sent: list[str]
) -> None:
    stages(
        monkeypatch,
        step=once(did, "step", "deliver"),
        outbox=once(did, "outbox", "step"),
        absorb=once(did, "absorb", "outbox"),
    )
    rounds.work_off("absorb")
    assert did == ["absorb", "outbox", "step"]
    assert sent == ["deliver"]


def test_what_pages_has_its_turn_before_more_is_absorbed(
    monkeypatch: pytest.MonkeyPatch, did: list[str], sent: list[str]
) -> None:
    left = [2]

    def absorb() -> int:
        if not left[0]:
            return 0
        left[0] -= 1
        did.append("absorb")
        hints.hint("step")
        return 1

    def step() -> int:
        did.append("step")
        return 0

    stages(monkeypatch, step=step, absorb=absorb)
    rounds.work_off("absorb")
    assert did == ["absorb", "step", "absorb", "step"]
    assert sent == []


def test_a_round_ends_and_hints_at_what_is_left(
    monkeypatch: pytest.MonkeyPatch, sent: list[str]
) -> None:
    stages(monkeypatch, absorb=lambda: 1)
    monkeypatch.setattr(rounds, "MAX_SECONDS", 0.01)
    rounds.work_off("absorb")
    assert sent == ["absorb"]


def test_after_a_fault_hints_are_messages_again(
    monkeypatch: pytest.MonkeyPatch, sent: list[str]
) -> None:
    def fail() -> int:
        raise RuntimeError("down")

    stages(monkeypatch, absorb=fail)
    with pytest.raises(RuntimeError):
        rounds.work_off("absorb")
    hints.hint("absorb")
    assert sent == ["absorb"]
