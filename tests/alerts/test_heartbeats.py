"""Heartbeats from ping to page: silence, failures, recovery, who may change them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db.models import F
from django.db.models.functions import Now

from accounts.models import User
from alerts.heartbeats import telling
from alerts.heartbeats.services import delete_heartbeat, save_heartbeat
from alerts.models import Alert, Heartbeat, Receipt, Source
from catalog.models import System
from core import clock
from core.errors import Conflict, Invalid
from tests.alerts.scene import deliver, work_off
from tests.cast import TESTER, api_client, sign_in

delivering = pytest.mark.django_db(transaction=True)
storing = pytest.mark.django_db


def make(slug: str = "nightly", **more: Any) -> Heartbeat:
    wanted = {"slug": slug, "name": "Nightly drift", "every": 3600, "grace": 600, "actor": TESTER}
    made, _ = save_heartbeat(**{**wanted, **more})
    return made


def ping(row: Heartbeat, kind: str = "ping", body: bytes = b"", name: str = "") -> Receipt:
    headers = {"x-heartbeat-kind": kind, "x-heartbeat-name": name}
    receipt = Receipt.objects.create(
        source=row.source, format="heartbeat", body=body, headers=headers
    )
    work_off()
    row.refresh_from_db()
    receipt.refresh_from_db()
    return receipt


def fall_due(row: Heartbeat) -> None:
    Heartbeat.objects.filter(pk=row.pk).update(due_at=Now() - timedelta(seconds=1))
    telling.miss_due()
    work_off()
    row.refresh_from_db()


@delivering
def test_one_that_was_never_pinged_expires_and_the_first_ping_resolves(system: System) -> None:
    row = make(system_slug=system.slug, severity="sev1")
    fall_due(row)
    alert = Alert.objects.get()
    assert (alert.status, alert.severity, alert.system) == ("firing", "sev1", system)
    assert alert.title == "Nightly drift was not heard of in time"
    assert alert.annotations["last_ping"] == "never"
    ping(row)
    alert.refresh_from_db()
    assert (row.state, alert.status) == ("watched", "resolved")
    assert row.due_at > clock.now() + timedelta(seconds=4100)


@delivering
def test_silence_is_told_once() -> None:
    row = make()
    fall_due(row)
    telling.miss_due()
    work_off()
    assert Alert.objects.get().count == 1


@delivering
def test_a_ping_that_waits_to_be_read_is_believed_first() -> None:
    row = make()
    Heartbeat.objects.filter(pk=row.pk).update(due_at=Now() - timedelta(seconds=1))
    Receipt.objects.create(source=row.source, format="heartbeat", body=b"",
                           headers={"x-heartbeat-kind": "ping"})  # fmt: skip
    telling.miss_due()
    row.refresh_from_db()
    assert (row.state, row.lease_token) == ("watched", None)
    work_off()
    assert not Alert.objects.exists()


@delivering
def test_a_failure_alerts_at_once_with_what_was_said() -> None:
    row = make()
    ping(row, "fail", b"ValueError: no baseline\x00\xff")
    alert = Alert.objects.get()
    assert alert.annotations["said"].startswith("ValueError: no baseline")
    ping(row)
    alert.refresh_from_db()
    assert alert.status == "resolved"


@delivering
def test_a_ping_leaves_no_body_and_no_alert() -> None:
    receipt = ping(make(), body=b"log of the job")
    assert (receipt.state, receipt.signals, bytes(receipt.body)) == ("done", 0, b"")
    assert not Alert.objects.exists()


@delivering
def test_a_ping_nobody_waits_for_is_said_on_its_receipt() -> None:
    receipt = ping(make(), name="other")
    assert "no heartbeat named other" in receipt.notes[0]


@storing
def test_absence_of_aire_gives_the_grace_again() -> None:
    row = make()
    Heartbeat.objects.filter(pk=row.pk).update(due_at=Now() - timedelta(hours=3))
    telling.forgive_absence()
    assert telling.miss_due() == 0
    assert Heartbeat.objects.filter(due_at__gt=Now()).exists()


@delivering
def test_pausing_and_deleting_end_what_is_down() -> None:
    row = make()
    fall_due(row)
    make(paused=True)
    work_off()
    assert Alert.objects.get().status == "resolved"
    make(paused=False)
    row.refresh_from_db()
    fall_due(row)
    delete_heartbeat(heartbeat=row, actor=TESTER)
    work_off()
    assert not Alert.objects.filter(status="firing").exists()
    assert not Source.objects.get(slug="nightly").enabled


@storing
def test_one_that_was_never_used_goes_with_its_source() -> None:
    delete_heartbeat(heartbeat=make(), actor=TESTER)
    assert not Source.objects.filter(slug="nightly").exists()


@storing
def test_what_cannot_be_is_refused() -> None:
    for wrong in (
        {"every": 5}, {"every": 10**9}, {"grace": -1}, {"severity": "sev9"}, {"name": " "},
        {"slug": "No Slug"}, {"system_slug": "none"}, {"source_slug": "none"},
        {"raw_key": "short"},
    ):  # fmt: skip
        with pytest.raises(Invalid):
            make(**wrong)  # type: ignore[arg-type]
    assert not Heartbeat.objects.exists()


@storing
def test_a_name_is_pinged_once_a_source() -> None:
    source = make().source
    with pytest.raises(Conflict):
        make("second", source_slug=source.slug)
    assert make("third", source_slug=source.slug, ping_name="x").ping_name == "x"


@storing
def test_the_same_state_again_changes_no_due_time() -> None:
    before = make().due_at
    assert make().due_at == before
    assert Heartbeat.objects.filter(due_at=F("due_at")).count() == 1


@storing
def test_pages_and_api_for_owner_and_stranger(owner: User, stranger: User) -> None:
    page = sign_in(owner)
    form = {"name": "Eval run", "every": "1d", "grace": "2h", "severity": "sev2"}
    made = page.post("/alerts/heartbeats/new/", form)
    assert made.status_code == 200
    assert "/heartbeat/aire_" in made.content.decode()
    row = Heartbeat.objects.get()
    assert (row.slug, row.every, row.grace) == ("eval-run", 86400, 7200)
    assert page.post("/alerts/heartbeats/eval-run/", {**form, "every": "soon"}).status_code == 200
    assert page.post("/alerts/heartbeats/eval-run/", {**form, "every": "2d"}).status_code == 302

    other = sign_in(stranger)
    assert "Eval run" in other.get("/alerts/heartbeats/").content.decode()
    assert "Save heartbeat" not in other.get("/alerts/heartbeats/eval-run/").content.decode()
    assert other.post("/alerts/heartbeats/eval-run/", form).status_code == 403
    assert other.post("/alerts/heartbeats/eval-run/delete/").status_code == 403

    script = api_client(owner)
    answer = script.post(
        "/api/v1/heartbeats/",
        {"slug": "api-made", "name": "x", "every_seconds": 60, "grace_seconds": 0},
    )
    assert answer.status_code == 201
    assert answer.json()["key"].startswith("aire_")
    changed = script.patch("/api/v1/heartbeats/api-made/", {"grace_seconds": 30})
    assert (changed.status_code, changed.json()["grace_seconds"]) == (200, 30)
    assert "key" not in changed.json()
    wrong = script.patch("/api/v1/heartbeats/api-made/", {"every_seconds": 1})
    assert (wrong.status_code, list(wrong.json()["errors"])) == (400, ["every_seconds"])
    assert len(api_client(stranger).get("/api/v1/heartbeats/").json()["results"]) == 2
    assert api_client(stranger).delete("/api/v1/heartbeats/api-made/").status_code == 403
    assert script.delete("/api/v1/heartbeats/api-made/").status_code == 204


@delivering
def test_its_source_delivers_nothing_else_by_accident() -> None:
    receipt = deliver(make().source, b"{}", headers={"x-heartbeat-kind": "nonsense"})
    assert receipt.state == "set_aside"
