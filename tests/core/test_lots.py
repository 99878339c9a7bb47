"""Many rows' worth of work at once: new rows wait and are written together, reads are kept."""

from __future__ import annotations

import pytest
from django.db import DataError, IntegrityError, transaction
from django.db.models.functions import Now

from core import clock
from core.inserts import insert, insert_once
from core.lots import flush, kept, together
from core.models import JobRun, OutboxTask

pytestmark = pytest.mark.django_db


def task(name: str, **more: object) -> OutboxTask:
    return OutboxTask(event="e", subscriber=name, payload={"name": name, "n": [1, "é\\"]}, **more)


def names() -> list[str]:
    return list(OutboxTask.objects.order_by("id").values_list("subscriber", flat=True))


def test_new_rows_wait_until_the_lot_ends_and_then_stand_in_their_order() -> None:
    with together():
        for name in "abcde":
            insert(task(name))
        assert names() == []
    assert names() == list("abcde")
    assert OutboxTask.objects.get(subscriber="c").payload == {"name": "c", "n": [1, "é\\"]}
    assert OutboxTask.objects.get(subscriber="c").due_at <= clock.now()


def test_what_is_to_be_read_is_written_by_a_flush() -> None:
    with together():
        insert(task("a"))
        flush()
        assert names() == ["a"]
        insert(task("b"))
    assert names() == ["a", "b"]


def fail_with(name: str) -> None:
    with transaction.atomic(), together():
        insert(task(name))
        raise ValueError(name)


def test_a_lot_that_fails_writes_nothing_and_leaves_the_outer_one_its_rows() -> None:
    with together():
        insert(task("outer"))
        with pytest.raises(ValueError, match="inner"):
            fail_with("inner")
    assert names() == ["outer"]


def test_rows_that_differ_in_what_the_database_works_out_are_written_right() -> None:
    when = clock.now().replace(year=2031)
    with together():
        insert(task("now", due_at=Now()), task("later", due_at=when), task("default"))
    due = dict(OutboxTask.objects.values_list("subscriber", "due_at"))
    assert due["later"] == when
    assert due["now"] == due["default"]


def test_what_is_there_already_is_left_out_also_within_one_lot() -> None:
    slot = clock.now()
    with together():
        for _ in range(5):
            insert_once(JobRun(job="x", slot=slot))
    insert_once(JobRun(job="x", slot=slot))
    assert JobRun.objects.count() == 1


def test_reads_are_kept_for_a_lot_and_no_longer() -> None:
    answers = iter(range(9))
    with together():
        assert [kept("k", lambda: next(answers)) for _ in range(3)] == [0, 0, 0]
        with together():
            assert kept("k", lambda: next(answers)) == 0
    assert [kept("k", lambda: next(answers)) for _ in range(2)] == [1, 2]


def write_twice() -> None:
    slot = clock.now()
    with transaction.atomic(), together():
        insert(task("before"))
        insert(*(JobRun(job="x", slot=slot) for _ in range(3)))


def test_what_fails_when_a_lot_is_written_is_raised_and_undone_with_its_savepoint() -> None:
    with pytest.raises(IntegrityError):
        write_twice()
    assert names() == []
    insert(task("after"))
    assert names() == ["after"]


def test_columns_that_are_the_same_in_all_rows_are_held_to_their_limits_too() -> None:
    with pytest.raises(DataError), transaction.atomic():
        insert(*(task("x" * 500) for _ in range(3)))
    when = clock.now()
    insert(*(task("same", due_at=when) for _ in range(3)))
    assert list(OutboxTask.objects.values_list("subscriber", "due_at")) == [("same", when)] * 3
