"""Events: written with what they tell of, heard once or more, never half."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar

import pytest
from django.db import transaction

from core import clock, outbox
from core.models import JobRun, OutboxTask
from core.outbox import Event

pytestmark = pytest.mark.django_db(transaction=True)
SLOT = clock.now()


@dataclass(frozen=True, slots=True)
class Said(Event):
    name: ClassVar[str] = "tests.said"
    text: str


class Ear:
    def __init__(self) -> None:
        self.heard: list[str] = []
        self.then: Callable[[str], None] = lambda text: None

    def __call__(self, event: Said) -> None:
        self.heard.append(event.text)
        self.then(event.text)


@pytest.fixture
def ears(monkeypatch: pytest.MonkeyPatch) -> tuple[Ear, Ear]:
    """Two subscribers and nobody else."""
    monkeypatch.setattr(outbox, "_by_event", {})
    monkeypatch.setattr(outbox, "_by_name", {})
    left, right = Ear(), Ear()
    outbox.subscribe(Said, left, name="left")
    outbox.subscribe(Said, right, name="right")
    return left, right


def say(*texts: str) -> None:
    with transaction.atomic():
        outbox.publish(*(Said(text) for text in texts))


def make_due() -> None:
    OutboxTask.objects.filter(state="pending").update(due_at=clock.now() - timedelta(seconds=1))


def test_each_subscriber_hears_each_event(ears: tuple[Ear, Ear]) -> None:
    say("one", "two")
    assert outbox.run_due() == 4
    assert ears[0].heard == ears[1].heard == ["one", "two"]
    assert outbox.run_due() == 0


def test_an_event_of_a_transaction_that_is_undone_is_never_heard(ears: tuple[Ear, Ear]) -> None:
    with transaction.atomic():
        outbox.publish(Said("one"))
        transaction.set_rollback(True)
    assert outbox.run_due() == 0


def test_publishing_outside_a_transaction_is_refused(ears: tuple[Ear, Ear]) -> None:
    with pytest.raises(RuntimeError, match=r"tests\.said was published outside"):
        outbox.publish(Said("one"))


def test_an_event_that_nobody_hears_leaves_no_row(ears: tuple[Ear, Ear], monkeypatch: Any) -> None:
    monkeypatch.setattr(outbox, "_by_event", {})
    say("one")
    assert not OutboxTask.objects.exists()


def test_one_failing_subscriber_does_not_keep_the_other_from_hearing(
    ears: tuple[Ear, Ear],
) -> None:
    def fail(text: str) -> None:
        raise ValueError("no")

    ears[0].then = fail
    say("one")
    outbox.run_due()
    failed = OutboxTask.objects.get(subscriber="left")
    assert ears[1].heard == ["one"]
    assert (failed.state, failed.error, failed.attempts) == ("pending", "ValueError: no", 1)
    assert failed.due_at > clock.now()


def test_what_a_failing_subscriber_wrote_is_undone_and_it_hears_again(
    ears: tuple[Ear, Ear],
) -> None:
    def write_and_fail_first(text: str) -> None:
        JobRun.objects.create(job="x", slot=SLOT)
        if len(ears[0].heard) == 1:
            raise ValueError("no")

    ears[0].then = write_and_fail_first
    say("one")
    outbox.run_due()
    assert not JobRun.objects.exists()
    make_due()
    outbox.run_due()
    assert ears[0].heard == ["one", "one"]
    assert JobRun.objects.count() == 1
    assert set(OutboxTask.objects.values_list("state", flat=True)) == {"done"}


def test_a_handler_that_broke_its_transaction_is_tried_again(ears: tuple[Ear, Ear]) -> None:
    def break_it(text: str) -> None:
        JobRun.objects.create(job="x", slot=SLOT)
        JobRun.objects.create(job="x", slot=SLOT)

    ears[0].then = break_it
    say("one")
    outbox.run_due()
    failed = OutboxTask.objects.get(subscriber="left")
    assert failed.state == "pending"
    assert failed.error.startswith("IntegrityError")


def test_it_gives_up_in_the_end_and_says_so(ears: tuple[Ear, Ear]) -> None:
    def fail(text: str) -> None:
        raise ValueError("never")

    ears[0].then = fail
    say("one")
    OutboxTask.objects.update(attempts=outbox.MAX_ATTEMPTS - 1)
    outbox.run_due()
    assert OutboxTask.objects.get(subscriber="left").state == "failed"
    make_due()
    outbox.run_due()
    assert ears[0].heard == ["one"]


def test_a_late_finisher_has_its_work_undone(ears: tuple[Ear, Ear]) -> None:
    def lose_the_lease(text: str) -> None:
        JobRun.objects.create(job="x", slot=SLOT)
        OutboxTask.objects.filter(subscriber="left").update(lease_token=None)

    ears[0].then = lose_the_lease
    say("one")
    outbox.run_due()
    assert not JobRun.objects.exists()
    assert OutboxTask.objects.get(subscriber="left").state == "pending"


def test_an_event_for_a_subscriber_this_release_does_not_know_is_left_alone(
    ears: tuple[Ear, Ear],
) -> None:
    OutboxTask.objects.create(event="tests.said", subscriber="newer", payload={"text": "x"})
    assert outbox.run_due() == 0
    assert OutboxTask.objects.get().attempts == 0


def test_a_name_is_subscribed_once(ears: tuple[Ear, Ear]) -> None:
    with pytest.raises(ValueError, match="'left' is registered twice"):
        outbox.subscribe(Said, ears[0], name="left")


def test_who_hears_at_once_does_so_in_the_transaction_that_publishes(ears: tuple[Ear, Ear]) -> None:
    now = Ear()
    outbox.subscribe(Said, now, name="now", at_once=True)
    with transaction.atomic():
        outbox.publish(Said("one"), Said("two"))
        assert now.heard == ["one", "two"]
    assert not OutboxTask.objects.filter(subscriber="now").exists()


def test_what_fails_at_once_is_undone_and_heard_afterwards(ears: tuple[Ear, Ear]) -> None:
    def fail(text: str) -> None:
        JobRun.objects.create(job=text, slot=SLOT)
        raise ValueError(text)

    now = Ear()
    now.then = fail
    outbox.subscribe(Said, now, name="now", at_once=True)
    say("one")
    assert not JobRun.objects.exists()
    now.then = lambda text: None
    assert outbox.run_due() == 3
    assert now.heard == ["one", "one"]


def test_nothing_is_heard_at_once_where_a_past_is_written_down(ears: tuple[Ear, Ear]) -> None:
    now = Ear()
    outbox.subscribe(Said, now, name="now", at_once=True)
    with outbox.told_later():
        say("one")
    assert now.heard == []
    assert OutboxTask.objects.filter(subscriber="now").exists()
