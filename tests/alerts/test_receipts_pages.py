"""Pages of receipts: how a delivery was read, what was set aside, reading it again."""

from __future__ import annotations

import pytest

from accounts.models import AuditEntry, User
from alerts import services
from alerts.models import Alert, Receipt, Source
from tests.alerts.scene import deliver, make_alert, make_source, work_off
from tests.cast import TESTER, sign_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def source() -> Source:
    return make_source()


def test_a_receipt_shows_its_signals_and_links_their_alerts(source: Source, stranger: User) -> None:
    receipt = deliver(source, [{"title": "One", "key": "1"}, {"title": "Two", "key": "2"}])
    page = sign_in(stranger).get(f"/alerts/receipts/{receipt.pk}/").content.decode()
    assert "2 signals" in page
    for alert in Alert.objects.all():
        assert f'href="/alerts/{alert.pk}/">{alert.title}</a>' in page


def test_a_receipt_that_was_set_aside_says_why_and_what_arrived(
    source: Source, stranger: User
) -> None:
    receipt = deliver(source, b'{"title": "cut of', headers={"user-agent": "evalbot/2"})
    page = sign_in(stranger).get(f"/alerts/receipts/{receipt.pk}/").content.decode()
    assert "It could not be read and was set aside" in page
    assert "ends in the middle of its JSON document" in page
    assert "{&quot;title&quot;: &quot;cut of" in page
    assert "evalbot/2" in page
    assert "Read it again" not in page


@pytest.mark.parametrize(
    "body", [b"", b"\x00\xff\xfe", b"[" * 100_000, b'"' + b"x" * 400_000, b"\xed\xa0\x80"]
)
def test_whatever_arrived_its_page_can_be_drawn(
    body: bytes, source: Source, stranger: User
) -> None:
    receipt = deliver(source, body)
    assert receipt.state == "set_aside"
    assert sign_in(stranger).get(f"/alerts/receipts/{receipt.pk}/").status_code == 200


def test_a_mended_mapping_and_a_replay_make_an_alert_of_it(source: Source, teammate: User) -> None:
    services.save_source(
        slug="evals", name="Evals", format="generic", options={"alerts": "nowhere"}, actor=TESTER
    )
    receipt = deliver(source, {"title": "Late", "key": "late"})
    assert receipt.state == "set_aside"
    services.save_source(slug="evals", name="Evals", format="generic", actor=TESTER)
    client = sign_in(teammate)
    page = client.get(f"/alerts/receipts/{receipt.pk}/").content.decode()
    assert "How it would be read now" in page
    response = client.post(f"/alerts/receipts/{receipt.pk}/replay/", follow=True)
    assert b"It is being read again" in response.content
    work_off()
    assert Alert.objects.get().title == "Late"
    assert AuditEntry.objects.filter(action="receipt.replay", actor=teammate).count() == 1


def test_a_receipt_that_was_read_is_read_again_and_counted_once_more(
    source: Source, teammate: User
) -> None:
    alert = make_alert(source)
    receipt = Receipt.objects.get(pk=alert.last_receipt_id)
    client = sign_in(teammate)
    page = client.get(f"/alerts/receipts/{receipt.pk}/").content.decode()
    assert "Read this delivery again" in page
    client.post(f"/alerts/receipts/{receipt.pk}/replay/")
    work_off()
    alert.refresh_from_db()
    assert (alert.count, Alert.objects.count()) == (2, 1)


def test_a_receipt_that_waits_or_is_empty_is_not_replayed(source: Source, teammate: User) -> None:
    receipt = deliver(source, {"title": "Recall is low"})
    client = sign_in(teammate)
    for changes in ({"body": b""}, {"state": "new"}):
        Receipt.objects.filter(pk=receipt.pk).update(**changes)
        response = client.post(f"/alerts/receipts/{receipt.pk}/replay/", follow=True)
        assert b"waiting to be read already" in response.content


def test_a_viewer_reads_receipts_and_replays_none(source: Source, stranger: User) -> None:
    receipt = deliver(source, b"{")
    client = sign_in(stranger)
    assert client.post(f"/alerts/receipts/{receipt.pk}/replay/").status_code == 403
    assert client.post("/alerts/set-aside/").status_code == 403
    receipt.refresh_from_db()
    assert receipt.state == "set_aside"


def test_what_was_set_aside_is_listed_with_its_reason(source: Source, stranger: User) -> None:
    deliver(source, {"title": "Good", "key": "good"})
    receipt = deliver(source, b"not json")
    page = sign_in(stranger).get("/alerts/set-aside/").content.decode()
    assert f"/alerts/receipts/{receipt.pk}/" in page
    assert "The body is not JSON" in page
    assert "Good" not in page
    assert "Read all again" not in page


def test_an_empty_list_is_good_news(stranger: User) -> None:
    assert b"Nothing is set aside" in sign_in(stranger).get("/alerts/set-aside/").content


def test_all_that_was_set_aside_is_read_again_at_once(source: Source, teammate: User) -> None:
    for _ in range(3):
        deliver(source, b"{")
    response = sign_in(teammate).post("/alerts/set-aside/", follow=True)
    assert b"being read again: 3." in response.content
    assert Receipt.objects.filter(state="new").count() == 3
    entry = AuditEntry.objects.get(action="receipt.replay_all")
    assert entry.detail == {"receipts": 3}


def test_one_call_replays_only_so_many(
    source: Source, teammate: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("alerts.services.receipts.MAX_REPLAYED", 2)
    oldest = [deliver(source, b"{").pk for _ in range(3)]
    assert services.replay_set_aside(actor=TESTER, source=source) == 2
    assert list(Receipt.objects.filter(state="set_aside").values_list("pk", flat=True)) == [
        oldest[2]
    ]
