"""What is thrown away, and that it is done once an hour however many try."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection

from core import clock, housekeeping
from core.models import JobRun, OutboxTask

pytestmark = pytest.mark.django_db


def event(state: str, *, days: int) -> OutboxTask:
    task = OutboxTask.objects.create(event="e", subscriber="s", payload={}, state=state)
    OutboxTask.objects.filter(pk=task.pk).update(created_at=clock.now() - timedelta(days=days))
    return task


def test_done_events_go_after_a_day_and_failed_ones_stay() -> None:
    old, fresh, failed = event("done", days=2), event("done", days=0), event("failed", days=9)
    assert housekeeping.forget_done_events() == 1
    left = set(OutboxTask.objects.values_list("pk", flat=True))
    assert left == {fresh.pk, failed.pk}
    assert old.pk not in left


def test_the_house_is_kept_once_an_hour() -> None:
    event("done", days=2)
    housekeeping.keep_house()
    later = event("done", days=2)
    housekeeping.keep_house()
    assert OutboxTask.objects.filter(pk=later.pk).exists()
    assert JobRun.objects.filter(job="housekeeping").count() == 1


def test_beats_of_the_dead_go_after_an_hour() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO core_enginebeat (process, kind, at) VALUES "
            "('gone', 'absorb', now() - interval '2 hours'), ('here', 'absorb', now())"
        )
    assert housekeeping.forget_dead_beats() == 1
