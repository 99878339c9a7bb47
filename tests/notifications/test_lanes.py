"""Lanes: a channel that hangs holds up nobody but itself."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator

import pytest
from django.db import connection

from accounts.models import User
from notifications import lanes, services
from notifications.channels import channels
from notifications.message import Message
from notifications.models import Delivery
from tests.fakes.channel import FakeChannel

pytestmark = pytest.mark.django_db(transaction=True)
MESSAGE = Message(kind="page", headline="SEV1", title="It burns")


@pytest.fixture
def hung(
    pigeon: FakeChannel, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[FakeChannel, threading.Event]]:
    """A second channel whose provider answers only when the test lets it."""
    made: dict[str, lanes.Lane] = {}
    monkeypatch.setattr(lanes, "_lanes", made)
    snail, go = FakeChannel(name="snail"), threading.Event()
    snail.outcomes.extend((lambda: go.wait(10) and None) for _ in range(50))
    channels._items["snail"] = snail
    yield snail, go
    go.set()
    for lane in made.values():
        together = threading.Barrier(lanes.THREADS)
        for _ in range(lanes.THREADS):
            lane._pool.submit(leave, together)
        lane._pool.shutdown(wait=True)


def leave(together: threading.Barrier) -> None:
    """In every thread of a lane: the database of the test must be let go."""
    connection.close()
    together.wait(5)


def wait_for(condition: Callable[[], bool]) -> None:
    until = time.monotonic() + 5
    while not condition():
        assert time.monotonic() < until, "It did not happen in time."
        time.sleep(0.01)


def test_a_hanging_channel_delays_no_other(
    person: Callable[..., User], pigeon: FakeChannel, hung: tuple[FakeChannel, threading.Event]
) -> None:
    snail, go = hung
    ana = person("Ana")
    for number in range(10):
        services.notify(
            user=ana, message=MESSAGE, kind="page", origin="x", obligation_key=f"page:{number}"
        )

    def sent_by_pigeon() -> bool:
        lanes.deliver_in_lanes()
        return Delivery.objects.filter(channel="pigeon", state="sent").count() == 10

    wait_for(sent_by_pigeon)
    assert snail.taken == []
    claimed = Delivery.objects.filter(channel="snail", lease_token__isnull=False).count()
    assert claimed == lanes.THREADS
    go.set()

    def all_sent() -> bool:
        lanes.deliver_in_lanes()
        return not Delivery.objects.filter(state="pending").exists()

    wait_for(all_sent)
    assert len(snail.taken) == 10


def test_a_connection_that_died_between_two_pages_delays_none(
    person: Callable[..., User], hung: tuple[FakeChannel, threading.Event]
) -> None:
    _, go = hung
    go.set()
    ana = person("Ana")

    def notify_and_send(key: str) -> None:
        services.notify(
            user=ana, message=MESSAGE, kind="page", origin="x", obligation_key=f"page:{key}"
        )

        def all_sent() -> bool:
            lanes.deliver_in_lanes()
            return not Delivery.objects.filter(state="pending").exists()

        wait_for(all_sent)

    for number in range(lanes.THREADS):
        notify_and_send(f"before:{number}")  # every thread has a connection now
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    for number in range(lanes.THREADS):
        notify_and_send(f"after:{number}")
    assert set(Delivery.objects.values_list("attempts", flat=True)) == {1}
