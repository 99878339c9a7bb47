"""Receipts in a table a day: made ahead, dropped whole, never refusing anything."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import date, timedelta
from importlib import import_module

import pytest
from django.db import connection

from alerts import absorb, partitions
from alerts.models import Receipt, Source
from core import clock, obligations
from tests.alerts.scene import make_source

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def source() -> Source:
    return make_source()


@pytest.fixture
def far() -> Iterator[date]:
    """A day that has no table, and has none afterwards."""
    day = clock.now().date() + timedelta(days=40)
    yield day
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS alerts_receipt_d{day:%Y%m%d}")


def receive(source: Source, **more: object) -> Receipt:
    fields = {"source": source, "format": source.format, "body": b'{"title": "Drift"}'}
    return Receipt.objects.create(**{**fields, **more})


def id_on(day: date) -> uuid.UUID:
    return uuid.UUID(int=partitions.boundary(day).int + (7 << 76) + 1)


def lies_in(receipt: Receipt) -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tableoid::regclass::text FROM alerts_receipt WHERE id = %s", [receipt.pk]
        )
        return str(cursor.fetchone()[0])


def test_what_has_no_table_of_its_day_is_taken_all_the_same_and_moves_there_later(
    source: Source, far: date
) -> None:
    receipt = receive(source, pk=id_on(far))
    assert lies_in(receipt) == partitions.DEFAULT
    assert partitions.make_partition(far)
    assert not partitions.make_partition(far)
    assert lies_in(receipt) == f"alerts_receipt_d{far:%Y%m%d}"


def test_the_tables_of_the_coming_days_are_made_ahead(source: Source) -> None:
    partitions.keep_partitions()
    for ahead in range(1, partitions.AHEAD):
        receipt = receive(source, pk=id_on(clock.now().date() + timedelta(days=ahead)))
        assert lies_in(receipt) != partitions.DEFAULT


def test_a_day_out_of_retention_goes_whole_but_not_while_something_in_it_waits(
    source: Source, far: date, monkeypatch: pytest.MonkeyPatch
) -> None:
    partitions.make_partition(far)
    receipt = receive(source, pk=id_on(far))
    later = clock.now() + timedelta(days=100)
    monkeypatch.setattr(partitions.clock, "now", lambda: later)
    monkeypatch.setattr(partitions, "AHEAD", 0)
    monkeypatch.setattr(partitions, "_over", lambda limit: [f"alerts_receipt_d{far:%Y%m%d}"])
    partitions.keep_partitions()
    assert Receipt.objects.filter(pk=receipt.pk).exists()
    Receipt.objects.update(state="done")
    partitions.keep_partitions()
    assert not Receipt.objects.filter(pk=receipt.pk).exists()


def test_only_days_that_are_over_are_out_of_retention(far: date) -> None:
    partitions.make_partition(far)
    name = f"alerts_receipt_d{far:%Y%m%d}"
    assert name not in partitions._over(partitions.boundary(far))
    assert name in partitions._over(partitions.boundary(far + timedelta(days=1)))


def test_ids_without_a_time_lie_in_the_default_table_until_they_are_old(source: Source) -> None:
    receipt = receive(source, pk=uuid.UUID(int=2**128 - 1), state="done")
    assert lies_in(receipt) == partitions.DEFAULT
    assert partitions.forget_strays() == 0
    Receipt.objects.update(received_at=clock.now() - timedelta(days=31))
    assert partitions.forget_strays() == 1


def test_a_delivery_of_long_ago_that_is_read_again_is_found(
    source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = receive(source, pk=id_on(clock.now().date() - timedelta(days=9)))
    monkeypatch.setattr(absorb, "_looked_at", float("-inf"))
    absorb.drain()
    old.refresh_from_db()
    assert old.state == "done"


def test_existing_receipts_stay_readable_when_the_tables_are_split(source: Source) -> None:
    migration = import_module("alerts.migrations.0005_receipt_partitions")
    obligations.drop_view()
    with connection.schema_editor() as editor:
        migration.back(None, editor)
    ids = (id_on(clock.now().date()), id_on(date(2026, 1, 5)), uuid.UUID(int=2**128 - 1))
    with connection.cursor() as cursor:
        for receipt_id in ids:
            cursor.execute(
                "INSERT INTO alerts_receipt (id, source_id, format, body, attempts) "
                "VALUES (%s, %s, 'generic', '{\"title\": \"Drift\"}', 0)",
                [receipt_id, source.pk],
            )
    with connection.schema_editor() as editor:
        migration.forward(None, editor)
    obligations.make_view()
    assert Receipt.objects.count() == 3
    absorb._looked_at = float("-inf")
    absorb.drain()
    assert set(Receipt.objects.values_list("state", flat=True)) == {"done"}
    partitions.keep_partitions()
    assert lies_in(receive(source)) == "alerts_receipt_before"
