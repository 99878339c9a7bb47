"""From receipts to alerts on a real database: order, repeats, poison, leases, parallel workers."""

from __future__ import annotations

import json
import threading
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import OperationalError, connection

from alerts import absorb, services, storing
from alerts.models import Alert, AlertStep, Receipt, Route, Source, Tombstone
from core import clock, outbox
from core.actor import program
from core.models import OutboxTask
from tests.integrations.captured import bodies, body

pytestmark = pytest.mark.django_db(transaction=True)
FIRING = body("alertmanager", "webhook-single-firing")
RESOLVED = body("alertmanager", "webhook-single-resolved")


@pytest.fixture(autouse=True)
def _told_afterwards(monkeypatch: pytest.MonkeyPatch) -> None:
    """These tests look at what this room says, not at what the rooms above make of it at once."""
    later = [replace(one, at_once=False) for one in outbox._by_event["alerts.firing"]]
    monkeypatch.setitem(outbox._by_event, "alerts.firing", later)


@pytest.fixture
def source() -> Source:
    return make_source("prod")


def make_source(slug: str, kind: str = "alertmanager", **more: int) -> Source:
    made, _ = services.save_source(
        slug=slug, name=slug.title(), format=kind, actor=program(), **more
    )
    return made


def receive(source: Source, body: bytes, kind: str = "") -> Receipt:
    return Receipt.objects.create(
        source=source, format=kind or source.format, body=body, state="new"
    )


def alert_body(name: str, status: str = "firing", starts: str = "2026-11-21T02:00:00Z") -> bytes:
    """A delivery of one alert of its own."""
    alert = {
        "status": status,
        "labels": {"alertname": name, "severity": "critical"},
        "annotations": {"summary": f"{name} happened"},
        "startsAt": starts,
        "endsAt": "2026-11-21T03:00:00Z" if status == "resolved" else "0001-01-01T00:00:00Z",
        "fingerprint": name,
    }
    return json.dumps({"version": "4", "status": status, "alerts": [alert]}).encode()


def events(name: str) -> list[dict[str, object]]:
    return list(
        OutboxTask.objects.filter(event=name).order_by("id").values_list("payload", flat=True)
    )


def in_threads(count: int, work: Callable[[], object]) -> None:
    """Run `work` in threads that start together, each with a connection of its own."""
    barrier = threading.Barrier(count)

    def run() -> None:
        barrier.wait()
        try:
            work()
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        for future in [pool.submit(run) for _ in range(count)]:
            future.result(timeout=60)


@pytest.mark.parametrize("kind", ["alertmanager", "grafana", "pagerduty"])
def test_every_captured_delivery_is_read_or_set_aside_with_a_reason(kind: str) -> None:
    source = make_source("captured", kind)
    for captured in bodies(kind).values():
        receive(source, captured)
    absorb.drain()
    rows = list(Receipt.objects.all())
    assert rows
    assert {row.state for row in rows} <= {"done", "set_aside"}
    assert all(bool(row.reason) == (row.state == "set_aside") for row in rows)
    assert not any(row.lease_token or row.lease_until for row in rows)
    assert Alert.objects.exists()


def test_firing_then_resolved_is_one_alert_with_its_trace(source: Source) -> None:
    receive(source, FIRING)
    receive(source, RESOLVED)
    absorb.drain()
    alert = Alert.objects.get()
    assert (alert.status, alert.count) == ("resolved", 1)
    kinds = list(alert.steps.order_by("id").values_list("kind", flat=True))
    assert kinds == ["arrived", "resolved"]


def test_a_hundred_repeats_absorbed_at_once_are_one_alert_and_one_event(source: Source) -> None:
    for _ in range(100):
        receive(source, FIRING)
    in_threads(4, absorb.drain)
    absorb.drain()
    alert = Alert.objects.get()
    assert alert.count == 100
    assert Receipt.objects.filter(state="done").count() == 100
    firing = events("alerts.firing")
    assert [event["alert_ids"] for event in firing] == [[str(alert.pk)]]


def test_one_source_is_absorbed_in_order_by_any_number_of_workers(source: Source) -> None:
    key = {"routing_key": "k", "dedup_key": "d"}
    payload = {"summary": "s", "source": "x", "severity": "critical"}
    for number in range(30):
        action = "trigger" if number % 2 == 0 else "resolve"
        event = {**key, "event_action": action, "payload": payload}
        receive(source, json.dumps(event).encode(), "pagerduty")
    in_threads(4, lambda: [absorb.absorb_due() for _ in range(8)])
    absorb.drain()
    # Torn apart, two triggers would meet and there would be fewer episodes.
    assert Alert.objects.filter(status="resolved", count=1).count() == 15
    assert Alert.objects.count() == 15


def test_sources_are_absorbed_side_by_side(monkeypatch: pytest.MonkeyPatch) -> None:
    for slug in ("one", "two"):
        receive(make_source(slug), FIRING)
    together = threading.Barrier(2, timeout=20)
    save = storing.Batch.save

    def save_together(batch: storing.Batch) -> None:
        together.wait()
        save(batch)

    monkeypatch.setattr(storing.Batch, "save", save_together)
    in_threads(2, absorb.absorb_due)
    assert Alert.objects.count() == 2


def test_a_source_with_a_backlog_does_not_keep_others_waiting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(absorb, "BATCH", 20)
    loud, quiet = make_source("loud"), make_source("quiet")
    for number in range(absorb.BATCH * 2):
        receive(loud, alert_body(f"a{number}"))
    receive(quiet, FIRING)
    absorb.absorb_due()
    absorb.absorb_due()
    assert Alert.objects.filter(source=quiet).exists()


def test_a_poisonous_receipt_is_set_aside_and_its_neighbours_are_absorbed(
    source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    receive(source, alert_body("before"))
    poison = receive(source, alert_body("poison"))
    receive(source, alert_body("after"))
    save = storing.Batch.save

    def fail_on_poison(batch: storing.Batch) -> None:
        save(batch)
        if any(receipt.pk == poison.pk for receipt, _ in batch._items):
            raise ValueError("poison")

    monkeypatch.setattr(storing.Batch, "save", fail_on_poison)
    absorb.drain()
    poison.refresh_from_db()
    assert poison.state == "set_aside"
    assert poison.reason == "It was read but could not be stored (ValueError)."
    assert sorted(Alert.objects.values_list("title", flat=True)) == [
        "after happened",
        "before happened",
    ]
    assert len(events("alerts.receipt_set_aside")) == 1


def test_a_receipt_that_was_set_aside_can_be_replayed_after_mending() -> None:
    source = make_source("own", "alertmanager")
    receipt = receive(source, FIRING, "no-such-format")
    absorb.drain()
    receipt.refresh_from_db()
    assert (receipt.state, receipt.reason) == (
        "set_aside",
        "There is no format named no-such-format.",
    )
    Receipt.objects.filter(pk=receipt.pk).update(format="alertmanager")
    services.replay_receipt(receipt=receipt, actor=program())
    absorb.drain()
    receipt.refresh_from_db()
    assert (receipt.state, receipt.reason) == ("done", "")
    assert Alert.objects.get().status == "firing"


def test_a_late_finisher_changes_nothing(source: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    receive(source, FIRING)
    save = storing.Batch.save

    def lose_the_lease(batch: storing.Batch) -> None:
        save(batch)
        Receipt.objects.update(lease_token=uuid.uuid4())

    monkeypatch.setattr(storing.Batch, "save", lose_the_lease)
    assert absorb.absorb_due() == 1
    assert not Alert.objects.exists()
    assert not OutboxTask.objects.exists()
    monkeypatch.undo()
    Receipt.objects.update(lease_until=clock.now() - timedelta(seconds=1))
    absorb.drain()
    assert Alert.objects.get().count == 1


def test_a_lease_keeps_other_workers_from_the_whole_source(source: Source) -> None:
    first = receive(source, alert_body("a"))
    receive(source, alert_body("b"))
    Receipt.objects.filter(pk=first.pk).update(
        lease_until=clock.now() + timedelta(seconds=60), lease_token=uuid.uuid4()
    )
    assert absorb.absorb_due() == 0


def test_a_receipt_whose_claimer_died_is_claimed_alone(source: Source) -> None:
    suspect = receive(source, alert_body("a"))
    Receipt.objects.filter(pk=suspect.pk).update(attempts=1)
    receive(source, alert_body("b"))
    assert absorb.absorb_due() == 1
    assert absorb.absorb_due() == 1
    assert Alert.objects.count() == 2


def test_a_receipt_claimed_three_times_without_an_outcome_is_set_aside(source: Source) -> None:
    killer = receive(source, FIRING)
    Receipt.objects.filter(pk=killer.pk).update(attempts=absorb.MAX_ATTEMPTS)
    receive(source, alert_body("neighbour"))
    absorb.drain()
    killer.refresh_from_db()
    assert killer.state == "set_aside"
    assert killer.reason.startswith("Absorbing it was tried 3 times")
    assert Alert.objects.get().title == "neighbour happened"


def test_trouble_of_the_database_sets_nothing_aside(
    source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    receive(source, FIRING)

    def deadlock(batch: storing.Batch) -> None:
        raise OperationalError("deadlock detected")

    monkeypatch.setattr(storing.Batch, "save", deadlock)
    with pytest.raises(OperationalError):
        absorb.absorb_due()
    monkeypatch.undo()
    assert absorb.drain() == 1
    assert Receipt.objects.get().state == "done"


def test_a_lot_is_bounded_by_bytes(source: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(absorb, "BATCH_BYTES", 2 * len(alert_body("a0")) + 1)
    for number in range(5):
        receive(source, alert_body(f"a{number}"))
    assert [absorb.absorb_due() for _ in range(4)] == [2, 2, 1, 0]


def test_a_resolve_before_its_trigger_opens_an_alert_that_is_over(source: Source) -> None:
    receive(source, alert_body("a", "resolved"))
    absorb.drain()
    assert Tombstone.objects.count() == 1
    receive(source, alert_body("a"))
    absorb.drain()
    alert = Alert.objects.get()
    assert alert.status == "resolved"
    assert not events("alerts.firing")


def test_two_sources_may_use_the_same_fingerprint() -> None:
    for slug in ("one", "two"):
        receive(make_source(slug), FIRING)
    absorb.drain()
    assert Alert.objects.values("source").distinct().count() == 2


def test_one_event_is_published_for_each_group_of_new_episodes(source: Source) -> None:
    Route.objects.create(slug="by-name", name="By name", group_by=["alertname"])
    many = {"version": "4", "alerts": []}
    for name, number in (("A", 1), ("A", 2), ("B", 3)):
        one = json.loads(alert_body(name))["alerts"][0]
        many["alerts"].append({**one, "fingerprint": str(number)})  # type: ignore[attr-defined]
    receive(source, json.dumps(many).encode())
    receive(source, json.dumps(many).encode())
    absorb.drain()
    assert sorted(len(event["alert_ids"]) for event in events("alerts.firing")) == [1, 2]  # type: ignore[arg-type]


def test_a_test_notification_is_shown_and_opens_nothing() -> None:
    source = make_source("charts", "grafana")
    receive(source, body("grafana", "test-notification"))
    absorb.drain()
    alert = Alert.objects.get()
    assert alert.is_test
    assert not alert.wants_incident
    assert not events("alerts.firing")
    assert alert.steps.filter(kind="test").exists()


def test_an_alert_whose_source_falls_silent_is_resolved_when_its_time_is_over() -> None:
    source = make_source("quiet", auto_resolve_after=60)
    receive(source, FIRING)
    absorb.drain()
    assert services.resolve_silent() == 0
    Alert.objects.update(auto_resolve_at=clock.now() - timedelta(seconds=1))
    assert services.resolve_silent() == 1
    alert = Alert.objects.get()
    assert (alert.status, alert.auto_resolve_at) == ("resolved", None)
    assert AlertStep.objects.filter(alert=alert, kind="resolved").exists()
    assert len(events("alerts.resolved")) == 1


def test_news_of_an_alert_put_its_end_off() -> None:
    source = make_source("quiet", auto_resolve_after=60)
    receive(source, FIRING)
    absorb.drain()
    Alert.objects.update(auto_resolve_at=clock.now() - timedelta(seconds=1))
    receive(source, FIRING)
    absorb.drain()
    assert services.resolve_silent() == 0


def test_absorbing_many_receipts_takes_a_fixed_number_of_queries(
    source: Source, django_assert_max_num_queries: Callable[[int], object]
) -> None:
    for number in range(100):
        receive(source, alert_body(f"a{number}"))
    # So many problems at once are a storm, whose incident is opened on the way.
    with django_assert_max_num_queries(45):  # type: ignore[attr-defined]
        assert absorb.absorb_due() == 100
    assert Alert.objects.count() == 100
