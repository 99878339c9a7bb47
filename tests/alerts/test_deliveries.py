"""A delivery that its sender repeats, and names as the same, counts once and pages once."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from datetime import timedelta

import pytest

from alerts import absorb
from alerts.deliveries import KEPT, forget_repeats, key_of
from alerts.ingest.app import Ingest, _kept
from alerts.ingest.doors import manners_of
from alerts.models import Alert, Delivered, Receipt, Source
from alerts.services import replay_receipt, save_source
from core import clock
from core.actor import program
from incidents.models import Incident
from tests.alerts.scene import make_source, work_off
from tests.bad_input.runner import send
from tests.cast import TESTER
from tests.integrations.senders.deliveries import delivery

delivering = pytest.mark.django_db(transaction=True)
NAMED = [
    ("sentry", "metric-alert-critical"),
    ("github", "deployment-status-success"),
    ("mlflow", "budget-policy-exceeded"),
    ("langfuse", "monitor-alert"),
    ("opik", "guardrails-triggered"),
    ("datadog", "recovered"),
    ("pagerduty", "v3-incident-triggered"),
    ("cloudwatch", "notification-alarm"),
    ("azureml", "dataset-drift-detected"),
    ("sagemaker", "eventbridge-cloudwatch-alarm-state-change"),
]
NAMELESS = [
    ("pagerduty", "events-v2-trigger-minimal"),
    ("sagemaker", "constraint-violations"),
    ("grafana", "firing-hmac"),
]
GENERIC = {"title": "Recall is low", "key": "recall", "severity": "critical"}


def receipt_of(source: Source, folder: str, case: str) -> Receipt:
    """A captured delivery as the ingest address keeps it, not yet stored."""
    found = delivery(folder, case)
    headers = _kept(found.headers, manners_of(folder).headers)
    return Receipt(source=source, format=folder, headers=headers, body=found.body, drill=False)


def came(source: Source, body: object, **headers: str) -> Receipt:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    row: Receipt = Receipt.objects.create(
        source=source, format=source.format, headers=named, body=data
    )
    return row


def sentry(action: str) -> tuple[bytes, dict[str, str]]:
    """An issue that comes or is over; each with an id of its own, as Sentry gives it."""
    issue = {"id": "7", "title": "Answers fail", "web_url": "https://sentry.example/7"}
    body = {"action": action, "data": {"issue": issue}}
    headers = {"request_id": f"id-{action}", "sentry_hook_resource": "issue"}
    return json.dumps(body).encode(), headers


@pytest.mark.parametrize(("folder", "case"), NAMED)
def test_who_names_deliveries_is_understood(folder: str, case: str) -> None:
    first = receipt_of(Source(slug="s", format=folder), folder, case)
    assert key_of(first)
    again = receipt_of(Source(slug="other", format=folder), folder, case)
    assert key_of(again) == key_of(first)
    other = receipt_of(Source(slug="s", format=folder), folder, case)
    other.body = bytes(first.body) + b" "
    assert key_of(other) != key_of(first)


@pytest.mark.parametrize(("folder", "case"), NAMELESS)
def test_who_names_none_may_say_the_same_twice(folder: str, case: str) -> None:
    assert key_of(receipt_of(Source(slug="s", format=folder), folder, case)) is None


@delivering
def test_a_late_repeat_of_what_is_over_pages_nobody() -> None:
    """Sentry gives no start: without the id this would be the next episode."""
    source = make_source("crashes", format="sentry")
    for action in ("created", "resolved"):
        body, headers = sentry(action)
        came(source, body, **headers)
        work_off()
    body, headers = sentry("created")
    again = came(source, body, **headers)
    work_off()
    again.refresh_from_db()
    assert "delivered this before" in again.notes[0]
    assert (again.state, again.signals) == ("done", 0)
    alert = Alert.objects.get()
    assert (alert.status, alert.count) == ("resolved", 1)
    assert Incident.objects.count() == 1
    came(source, body, **{**headers, "request_id": "another"})
    work_off()
    assert Alert.objects.filter(status="firing").count() == 1


@delivering
def test_repeats_in_one_lot_count_once_and_the_first_is_the_one() -> None:
    source = make_source("crashes", format="sentry")
    body, headers = sentry("created")
    rows = [came(source, body, **headers) for _ in range(3)]
    absorb.drain()
    assert Alert.objects.get().count == 1
    signals = [Receipt.objects.get(pk=row.pk).signals for row in rows]
    assert signals == [1, 0, 0]


@delivering
@pytest.mark.parametrize("header", ["webhook_id", "svix_id"])
def test_names_of_standard_webhooks_hold_for_every_format(header: str) -> None:
    source = make_source()
    for _ in range(2):
        came(source, GENERIC, **{header: "msg_1"})
        work_off()
    assert Alert.objects.get().count == 1
    came(source, GENERIC, **{header: "msg_2"})
    came(source, GENERIC)
    came(source, GENERIC)
    work_off()
    assert Alert.objects.get().count == 4


@delivering
@pytest.mark.parametrize("name", ["always-the-same", "\ufffd" * 1000, " "])
def test_a_sender_with_one_name_for_everything_loses_nothing(name: str) -> None:
    source = make_source()
    for number in range(5):
        came(source, {**GENERIC, "key": f"k{number}"}, webhook_id=name)
    work_off()
    assert Alert.objects.count() == 5


@delivering
def test_a_name_is_of_one_source_and_one_format_only() -> None:
    for slug in ("one", "two"):
        came(make_source(slug), GENERIC, webhook_id="msg_1")
    work_off()
    assert Alert.objects.count() == 2


@delivering
def test_what_could_not_be_read_is_not_the_first_of_its_name() -> None:
    source = make_source("crashes", format="sentry")
    first = came(source, b"{", webhook_id="m")
    work_off()
    first.refresh_from_db()
    assert first.state == "set_aside"
    assert not Delivered.objects.exists()


@delivering
def test_reading_a_receipt_again_is_no_repeat() -> None:
    source = make_source()
    first = came(source, GENERIC, webhook_id="m")
    work_off()
    first.refresh_from_db()
    replay_receipt(receipt=first, actor=TESTER)
    work_off()
    first.refresh_from_db()
    assert (first.signals, first.notes) == (1, [])


@delivering
def test_names_are_forgotten_when_nobody_repeats_them_any_more() -> None:
    came(make_source(), GENERIC, webhook_id="m")
    work_off()
    assert forget_repeats() == 0
    Delivered.objects.update(recorded_at=clock.now() - KEPT - timedelta(minutes=1))
    assert forget_repeats() == 1
    assert not Delivered.objects.exists()


@delivering
def test_at_the_address_the_name_is_kept_and_the_repeat_is_accepted() -> None:
    """A sender whose repeat were refused would go on repeating it."""
    source, key = save_source(slug="hooks", name="Hooks", format="generic", actor=program())

    async def twice(headers: Mapping[str, str]) -> list[int]:
        app = Ingest()
        body = json.dumps(GENERIC).encode()
        answers = [await send(app, "POST", f"/in/{key}/generic/", body, headers) for _ in "ab"]
        await app.committer.close()
        return [status for status, _ in answers]

    assert asyncio.run(twice({"webhook-id": "msg_9", "webhook-signature": "v1,x"})) == [202, 202]
    work_off()
    assert Alert.objects.get(source=source).count == 1
    kept = Receipt.objects.values_list("headers", flat=True)
    assert all(headers == {"webhook-id": "msg_9"} for headers in kept)
