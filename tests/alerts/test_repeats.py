"""A repeat is written in its row's page and nowhere else; lists follow within minutes."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from django.db import connection

from alerts.models import Alert, Receipt
from core import clock
from tests.alerts.scene import deliver, make_alert, make_source, work_off

pytestmark = pytest.mark.django_db(transaction=True)


def written() -> tuple[int, int]:
    """Rows of alerts that were written anew so far, and those of them that touched no index."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_force_next_flush()")
        cursor.execute("SELECT n_tup_upd, n_tup_hot_upd FROM pg_stat_user_tables"
                       " WHERE relname = 'alerts_alert'")  # fmt: skip
        found: tuple[int, int] = cursor.fetchone()
    return found


def test_repeats_touch_no_index() -> None:
    source = make_source()
    make_alert(source)
    before = written()
    for number in range(20):
        body = {"title": "Recall is low", "key": "Recall is low", "value": number}
        deliver(source, {**body, "severity": "warning"})
    assert Alert.objects.get().count == 21
    deadline = time.monotonic() + 10
    while (now := written())[0] < before[0] + 20:
        assert time.monotonic() < deadline, "the counts were not flushed"
        time.sleep(0.1)
    assert now[0] - before[0] == now[1] - before[1] == 20


def heard_again(minutes: int) -> Alert:
    alert = make_alert(make_source())
    past = clock.now() - timedelta(minutes=minutes)
    Alert.objects.update(last_seen_at=past, listed_at=past)
    Receipt.objects.create(
        source=alert.source, format="generic", body=b'{"title": "Recall is low", "key": '
        b'"Recall is low", "severity": "warning"}',
    )  # fmt: skip
    work_off()
    alert.refresh_from_db()
    return alert


def test_lists_follow_what_is_heard_within_minutes() -> None:
    alert = heard_again(minutes=4)
    assert alert.last_seen_at > alert.listed_at + timedelta(minutes=3)


def test_what_was_not_heard_for_a_while_goes_to_the_top() -> None:
    alert = heard_again(minutes=6)
    assert alert.listed_at == alert.last_seen_at


def test_what_more_than_repeats_goes_to_the_top_at_once() -> None:
    source = make_source()
    alert = make_alert(source)
    past = clock.now() - timedelta(minutes=4)
    Alert.objects.update(last_seen_at=past, listed_at=past)
    deliver(source, {"title": "Recall is low", "key": "Recall is low", "status": "resolved"})
    alert.refresh_from_db()
    assert (alert.status, alert.listed_at) == ("resolved", alert.last_seen_at)
