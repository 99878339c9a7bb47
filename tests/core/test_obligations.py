"""The one health query: empty when all is well, and it names what is late."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection

from core import clock, obligations
from core.models import EngineBeat, OutboxTask

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def view() -> None:
    obligations.drop_view()
    obligations.make_view()


def task(late: float, **more: object) -> OutboxTask:
    due = clock.now() - timedelta(seconds=late)
    return OutboxTask.objects.create(event="x", subscriber="x", payload={}, due_at=due, **more)


def test_nothing_late_is_an_empty_view_with_every_kind_at_zero() -> None:
    task(late=1)
    task(late=3600, state=OutboxTask.State.DONE)
    assert obligations.overdue() == []
    counts = obligations.overdue_counts()
    assert set(counts) == set(obligations.sources.names())
    assert set(counts.values()) == {0}


def test_the_latest_comes_first_with_how_late_it_is() -> None:
    task(late=60)
    worst = task(late=600, attempts=3)
    first = obligations.overdue()[0]
    assert (first.kind, first.id, first.attempts) == ("outbox", str(worst.pk), 3)
    assert first.late_by > timedelta(seconds=599)
    assert obligations.overdue_counts()["outbox"] == 2
    assert len(obligations.overdue(limit=1)) == 1


def test_a_loop_that_fell_silent_is_late() -> None:
    silent = clock.now() - timedelta(seconds=60)
    EngineBeat.objects.create(process="host:1", kind="absorb", at=silent)
    EngineBeat.objects.create(process="host:1", kind="step", at=clock.now())
    assert obligations.overdue_counts()["engine"] == 1


def test_a_loop_that_hangs_in_a_living_engine_is_late() -> None:
    now = clock.now()
    EngineBeat.objects.create(process="host:1", kind="absorb", at=now - timedelta(seconds=60))
    EngineBeat.objects.create(process="host:1", kind="outbox", at=now)
    assert obligations.overdue_counts()["engine"] == 1


def test_a_loop_that_the_next_version_of_the_engine_does_not_have_is_not_late() -> None:
    now = clock.now()
    EngineBeat.objects.create(process="host:1", kind="renamed", at=now - timedelta(seconds=60))
    EngineBeat.objects.create(process="host:2", kind="outbox", at=now)
    assert obligations.overdue_counts()["engine"] == 0


def test_a_loop_that_another_engine_runs_is_not_late() -> None:
    silent = clock.now() - timedelta(seconds=60)
    EngineBeat.objects.create(process="host:1", kind="absorb", at=silent)
    EngineBeat.objects.create(process="host:2", kind="absorb", at=clock.now())
    assert obligations.overdue_counts()["engine"] == 0


def test_the_view_can_be_made_twice() -> None:
    obligations.make_view()
    assert obligations.overdue() == []


def test_every_source_has_a_plan_without_scanning_what_is_done() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET enable_seqscan = off")
        cursor.execute(f"EXPLAIN SELECT * FROM {obligations.VIEW} WHERE kind = 'outbox'")
        plan = "\n".join(line for (line,) in cursor.fetchall())
        cursor.execute("RESET enable_seqscan")
    assert "outbox_pending" in plan
