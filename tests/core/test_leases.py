"""Claiming due rows: who gets what, for how long, and who may finish it."""

from __future__ import annotations

import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, transaction

from core import clock
from core.leases import Claim, any_due, claim_due, finish
from core.models import OutboxTask

pytestmark = pytest.mark.django_db(transaction=True)


def make(count: int = 1, *, late: float = 1.0, **more: object) -> list[OutboxTask]:
    """Rows that were due `late` seconds ago, each one a second later than the one before."""
    start = clock.now() - timedelta(seconds=late)
    return [
        OutboxTask.objects.create(
            event="x", subscriber="x", payload={}, due_at=start + timedelta(seconds=number), **more
        )
        for number in range(count)
    ]


def claim(limit: int = 10, *, lease: int = 30, **more: object) -> Claim[OutboxTask]:
    return claim_due(OutboxTask, pending="pending", limit=limit, lease_seconds=lease, **more)  # type: ignore[arg-type]


def test_due_rows_come_oldest_first_up_to_the_limit() -> None:
    rows = make(5, late=60)
    assert [row.pk for row in claim(3).rows] == [row.pk for row in rows[:3]]
    assert [row.pk for row in claim(3).rows] == [row.pk for row in rows[3:]]
    assert claim(3).rows == []


def test_what_is_not_due_or_not_pending_is_left_alone() -> None:
    make(late=-60)
    make(state=OutboxTask.State.DONE)
    assert claim().rows == []


def test_a_look_sees_what_a_claim_would_get() -> None:
    make(late=-60)
    make(state=OutboxTask.State.DONE)
    assert not any_due(OutboxTask, pending="pending")
    make()
    assert any_due(OutboxTask, pending="pending")
    claim(lease=30)
    assert not any_due(OutboxTask, pending="pending")


def test_a_claim_counts_the_attempt_before_the_work_starts() -> None:
    make()
    assert claim().rows[0].attempts == 1
    assert OutboxTask.objects.get().attempts == 1


def test_a_lease_that_ran_out_is_claimed_by_another() -> None:
    make()
    first = claim(lease=0)
    second = claim()
    assert [row.pk for row in second.rows] == [row.pk for row in first.rows]
    assert second.token != first.token
    assert second.rows[0].attempts == 2


def test_only_the_holder_of_the_token_finishes() -> None:
    make()
    late, holder = claim(lease=0), claim()
    pk = holder.rows[0].pk
    assert not finish(OutboxTask, pk=pk, token=late.token, state="failed")
    assert not finish(OutboxTask, pk=pk, token=uuid.uuid4(), state="failed")
    assert finish(OutboxTask, pk=pk, token=holder.token, state="done")
    row = OutboxTask.objects.get()
    assert (row.state, row.lease_token, row.lease_until) == ("done", None, None)
    assert not finish(OutboxTask, pk=pk, token=holder.token, state="failed")


def test_a_row_that_somebody_holds_locked_is_skipped_without_waiting() -> None:
    locked, free = make(2, late=60)
    ready, done = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            OutboxTask.objects.select_for_update().get(pk=locked.pk)
            ready.set()
            done.wait(20)
        connection.close()

    with ThreadPoolExecutor(1) as pool:
        holding = pool.submit(hold)
        assert ready.wait(20)
        assert [row.pk for row in claim().rows] == [free.pk]
        done.set()
        holding.result(20)


def test_many_claimers_at_once_get_every_row_exactly_once() -> None:
    make(200, late=500)
    barrier = threading.Barrier(4)

    def take() -> list[int]:
        barrier.wait()
        taken: list[int] = []
        while rows := claim(7).rows:
            taken += [row.pk for row in rows]
        connection.close()
        return taken

    with ThreadPoolExecutor(4) as pool:
        results = [future.result(60) for future in [pool.submit(take) for _ in range(4)]]
    taken = [pk for result in results for pk in result]
    assert len(taken) == len(set(taken)) == 200


def test_a_condition_narrows_the_claim() -> None:
    make(late=60)
    mine = make(late=30)[0]
    OutboxTask.objects.filter(pk=mine.pk).update(subscriber="mine")
    rows = claim(extra="AND subscriber = ANY(%s)", params=(["mine"],)).rows
    assert [row.pk for row in rows] == [mine.pk]
