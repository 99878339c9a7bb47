"""Redaction on the way of an alert: nothing kept that must not be, revealed only with a reason."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client

from accounts.models import AuditEntry, User
from aire_web.config.export import export_yaml
from alerts import services
from alerts.models import Alert, RawBody, Receipt
from alerts.redaction.storing import forget_raw_bodies
from core import clock
from tests.aire_web.documents import apply, refused, verbs
from tests.alerts.scene import deliver, make_source, work_off
from tests.cast import TESTER, api_client, sign_in

pytestmark = pytest.mark.django_db(transaction=True)
KEY = "AKIAQWERTYUIOPASDFGH"
BODY = {
    "title": f"Call with {KEY} failed", "key": f"k-{KEY}", "severity": "warning",
    "labels": {"password": "hunter2xyz", "team": "search"}, "description": "ask ana@example.org",
}  # fmt: skip


def everything_stored() -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT string_agg(a::text, ' ') FROM alerts_alert a)"
            " || (SELECT string_agg(s::text, ' ') FROM alerts_alertstep s)"
            " || (SELECT string_agg(encode(body, 'escape') || notes::text, ' ')"
            "     FROM alerts_receipt)"
            " || (SELECT string_agg(title, ' ') FROM incidents_incident)"
            " || (SELECT string_agg(text, ' ') FROM incidents_incidentevent)"
        )
        return str(cursor.fetchone()[0])


def test_a_key_is_kept_nowhere_but_encrypted() -> None:
    receipt = deliver(make_source(), BODY)
    stored = everything_stored()
    assert KEY not in stored
    assert "hunter2xyz" not in stored
    assert "ana@example.org" in stored  # personal data stays unless it is asked for
    assert "[redacted aws-key" in Alert.objects.get().title
    assert Alert.objects.get().labels["team"] == "search"
    assert "Redacted before it was stored" in receipt.notes[0]
    assert RawBody.objects.get().receipt_id == receipt.pk
    assert KEY not in RawBody.objects.get().sealed


def test_the_same_condition_stays_one_alert() -> None:
    source = make_source()
    deliver(source, BODY)
    deliver(source, BODY)
    assert Alert.objects.get().count == 2


def test_a_source_chooses_what_goes_and_for_how_long_it_is_kept() -> None:
    source = make_source()
    services.save_redaction(
        source=source, level="personal", own=["search"], keep_hours=0, actor=TESTER
    )
    deliver(source, BODY)
    assert "ana@example.org" not in everything_stored()
    assert "search" not in Alert.objects.get().labels["team"].replace("redacted", "")
    assert not RawBody.objects.exists()
    services.save_redaction(source=source, level="off", own=[], keep_hours=72, actor=TESTER)
    deliver(source, {**BODY, "key": "other"})
    assert KEY in everything_stored()


def test_what_could_not_be_read_is_redacted_too() -> None:
    receipt = deliver(make_source(), f"no json, but {KEY}".encode())
    assert receipt.state == Receipt.State.SET_ASIDE
    assert KEY.encode() not in bytes(receipt.body)
    assert KEY not in receipt.reason


def test_a_manager_reveals_it_with_a_reason_that_is_written_down(
    as_role: Callable[[str], Client], teammate: User
) -> None:
    receipt = deliver(make_source(), BODY)
    address = f"/alerts/receipts/{receipt.pk}/reveal/"
    assert sign_in(teammate).post(address, {"reason": "I want to see it"}).status_code == 403
    manager = as_role("manager")
    assert "Reveal with a reason" in manager.get(f"/alerts/receipts/{receipt.pk}/").content.decode()
    assert KEY not in manager.post(address, {"reason": "why"}).content.decode()
    assert not AuditEntry.objects.filter(action="receipt.reveal").exists()
    response = manager.post(address, {"reason": "The key must be revoked at once"})
    assert KEY in response.content.decode()
    assert "no-store" in response["Cache-Control"]
    line = AuditEntry.objects.get(action="receipt.reveal")
    assert line.detail["reason"] == "The key must be revoked at once"


def test_raw_bytes_go_when_their_time_is_over(as_role: Callable[[str], Client]) -> None:
    receipt = deliver(make_source(), BODY)
    RawBody.objects.update(delete_at=clock.now() - timedelta(seconds=1))
    manager = as_role("manager")
    reason = {"reason": "The key must be revoked at once"}
    answer = manager.post(f"/alerts/receipts/{receipt.pk}/reveal/", reason)
    assert KEY not in answer.content.decode()
    assert forget_raw_bodies() == 1


def test_the_page_of_a_source_says_and_changes_what_is_redacted(
    as_role: Callable[[str], Client],
) -> None:
    make_source()
    manager = as_role("manager")
    form = {"level": "personal", "own": "cust-[0-9]+", "keep_hours": "24"}
    tried = manager.post(
        "/alerts/sources/evals/redaction/",
        {**form, "action": "preview", "sample": "cust-17 ana@example.org"},
    ).content.decode()
    assert "[redacted own-pattern" in tried
    assert "[redacted e-mail" in tried
    manager.post("/alerts/sources/evals/redaction/", form)
    page = manager.get("/alerts/sources/evals/").content.decode()
    assert "personal data and 1 pattern of your own" in page
    refused = manager.post("/alerts/sources/evals/redaction/", {**form, "own": "(?=x)"})
    assert refused.context["form"].errors["own"]


def test_it_is_set_in_the_api_and_by_documents(owner: User) -> None:
    make_source()
    client, address = api_client(owner), "/api/v1/sources/evals/redaction/"
    assert client.get(address).json() == {"level": "keys", "patterns": [], "keep_hours": 72}
    body = {"level": "personal", "patterns": ["case-[0-9]+"], "keep_hours": 5}
    assert client.put(address, body, format="json").json() == body
    told = client.put(address, {**body, "patterns": ["("]}, format="json")
    assert (told.status_code, list(told.json()["errors"])) == (400, ["patterns"])
    document = export_yaml(only="Source")
    assert "keepHours: 5" in document
    assert set(verbs(apply(document)).values()) == {"unchanged"}
    assert "patterns" in refused(document.replace("case-[0-9]+", "("))[0]
    without = document.partition("  redaction:")[0]
    assert set(verbs(apply(without)).values()) == {"unchanged"}
    assert client.get(address).json() == body


def test_what_was_redacted_is_read_again_from_its_raw_bytes_while_they_are_kept() -> None:
    source = make_source()
    receipt = deliver(source, BODY)
    services.save_redaction(source=source, level="off", own=[], keep_hours=72, actor=TESTER)
    for kept, title in ((True, f"Call with {KEY} failed"), (False, "[redacted aws-key")):
        Alert.objects.all().delete()
        if not kept:
            RawBody.objects.update(delete_at=clock.now())
        services.replay_receipt(receipt=receipt, actor=TESTER)
        work_off()
        receipt.refresh_from_db()
        assert title in Alert.objects.get().title
        assert KEY.encode() not in bytes(receipt.body)
