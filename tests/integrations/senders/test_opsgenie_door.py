"""Opsgenie's Alert API as its clients use it: captured calls end in alerts, and are read back."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from django.test import Client

from alerts import absorb
from alerts.ingest.app import Ingest
from alerts.models import Alert, Heartbeat, Receipt
from alerts.services import save_source
from core.actor import program
from tests.bad_input.runner import send
from tests.integrations.senders.deliveries import delivery

pytestmark = pytest.mark.django_db(transaction=True)
KEY = "11111111-2222-3333-4444-555555555555"
HEADERS = {"authorization": f"GenieKey {KEY}", "content-type": "application/json"}


@pytest.fixture(autouse=True)
def _source() -> None:
    save_source(
        slug="old-opsgenie", name="Opsgenie", format="opsgenie", raw_key=KEY, actor=program()
    )


def call(*calls: tuple[str, str, object]) -> list[tuple[int, Any]]:
    """Calls one after the other through the ingest doors, then absorbed."""

    async def all_of_them() -> list[tuple[int, bytes]]:
        app = Ingest()
        answers = []
        for method, path, body in calls:
            given = body if isinstance(body, bytes) else json.dumps(body).encode()
            answers.append(await send(app, method, path, given, HEADERS))
        await app.committer.close()
        return answers

    answers = asyncio.run(all_of_them())
    while absorb.absorb_due():
        pass
    return [(status, json.loads(body)) for status, body in answers]


def get(path: str) -> tuple[int, Any]:
    answer = Client().get(path, headers={"authorization": f"GenieKey {KEY}"})
    return answer.status_code, answer.json()


def test_what_the_sdk_sends_opens_acknowledges_and_closes() -> None:
    created = delivery("opsgenie", "client-create").body
    ((status, answer),) = call(("POST", "/v2/alerts", created))
    assert (status, answer["result"]) == (202, "Request will be processed")
    alert = Alert.objects.get()
    assert (alert.dedup_key, alert.severity, alert.status) == ("kv-helpdesk", "sev2", "firing")

    call(("POST", "/v2/alerts/kv-helpdesk/acknowledge?identifierType=alias",
          delivery("opsgenie", "client-acknowledge").body))  # fmt: skip
    status, found = get("/v2/alerts/kv-helpdesk?identifierType=alias")
    assert (status, found["data"]["status"], found["data"]["acknowledged"]) == (200, "open", True)

    call(("POST", f"/v2/alerts/{found['data']['id']}/close",
          delivery("opsgenie", "client-close").body))  # fmt: skip
    assert Alert.objects.get().status == "resolved"
    status, outcome = get(f"/v2/alerts/requests/{answer['requestId']}")
    assert (status, outcome["data"]["isSuccess"]) == (200, True)
    assert outcome["data"]["alias"] == "kv-helpdesk"
    assert len(get("/v2/alerts")[1]["data"]) == 1
    assert get("/v2/alerts?query=status:open")[1]["data"] == []


def test_what_is_said_of_an_alert_is_in_its_trace_and_opens_nothing() -> None:
    base = "/v2/alerts/a%2Fb"
    call(
        ("POST", "/v2/alerts", {"message": "m", "alias": "a/b", "priority": "P3"}),
        ("POST", f"{base}/notes?identifierType=alias", {"note": "look at the cache"}),
        ("POST", f"{base}/snooze?identifierType=alias", {"endTime": "2026-12-01T00:00:00Z"}),
        ("POST", f"{base}/tags?identifierType=alias", {"tags": ["x"]}),
        ("POST", f"{base}/details?identifierType=alias", {"details": {"run": "7"}}),
        ("POST", f"{base}/assign?identifierType=alias", {"owner": {"username": "ada"}}),
        ("POST", f"{base}/escalate?identifierType=alias", {"escalation": {"name": "ml"}}),
        ("PUT", f"{base}/message?identifierType=alias", {"message": "new title"}),
        ("PUT", f"{base}/priority?identifierType=alias", {"priority": "P1"}),
        ("POST", f"{base}/acknowledge?identifierType=alias", b""),
        ("POST", f"{base}/unacknowledge?identifierType=alias", b""),
        ("POST", "/v2/alerts/unknown/notes?identifierType=alias", {"note": "nobody"}),
    )
    alert = Alert.objects.get()
    assert (alert.title, alert.severity, alert.acknowledged_at) == ("new title", "sev1", None)
    assert alert.annotations["run"] == "7"
    said = " ".join(step.text for step in alert.steps.all())
    for words in ("look at the cache", "until 2026-12-01", "assigned", "Escalated", "x."):
        assert words.lower() in said.lower()


@pytest.mark.parametrize(
    ("case", "status", "field"),
    [
        ("documented-invalid-no-message", 422, "message"),
        ("documented-invalid-priority", 422, "priority"),
        ("documented-invalid-tags-string", 422, "tags"),
    ],
)
def test_what_opsgenie_refuses_is_refused_in_its_form(case: str, status: int, field: str) -> None:
    ((given, answer),) = call(("POST", "/v2/alerts", delivery("opsgenie", case).body))
    assert given == status
    assert field in answer["errors"]
    assert not Receipt.objects.exists()


def test_alertmanagers_updates_change_the_alert_that_fires() -> None:
    alias = "e3e0af5f66dcd0957b1f436ea19f3263a1408181d3f6c5b563ac1a7f3f2bffcc"
    update = delivery("opsgenie", "opsgenie-update-2-message").body
    call(
        ("POST", "/v2/alerts", {"message": "first", "alias": alias}),
        ("PUT", f"/v2/alerts/{alias}/message?identifierType=alias", update),
    )
    assert Alert.objects.get().title.startswith("[FIRING:3] GpuXidError")


def test_a_heartbeat_is_made_pinged_and_read() -> None:
    headers = {"authorization": f"GenieKey {KEY}"}
    body = {"name": "nightly-drift-job", "interval": 1, "intervalUnit": "days", "enabled": True}
    made = Client().post("/v2/heartbeats", body, content_type="application/json", headers=headers)
    assert (made.status_code, made.json()["data"]["expired"]) == (201, False)
    ((status, answer),) = call(("GET", "/v2/heartbeats/nightly-drift-job/ping", b""))
    assert (status, answer["result"]) == (202, "PONG - Heartbeat received")
    assert Heartbeat.objects.get().last_ping_at is not None
    assert get("/v2/heartbeats/nightly-drift-job")[1]["data"]["intervalUnit"] == "days"
    assert get("/v2/heartbeats/other")[0] == 404


def test_a_key_reads_only_the_alerts_of_its_own_source() -> None:
    call(("POST", "/v2/alerts", {"message": "m", "alias": "mine"}))
    other = "99999999-2222-3333-4444-555555555555"
    save_source(slug="other", name="Other", format="opsgenie", raw_key=other, actor=program())
    for path in ("/v2/alerts/mine?identifierType=alias", "/v2/alerts"):
        answer = Client().get(path, headers={"authorization": f"GenieKey {other}"})
        assert "mine" not in answer.content.decode()
    for wrong in ({}, {"authorization": "GenieKey "}, {"authorization": "GenieKey wrong"}):
        assert Client().get("/v2/alerts", headers=wrong).status_code == 401


def test_a_tiny_id_means_an_alert_that_is_open() -> None:
    for alias in ("first", "second"):
        call(("POST", "/v2/alerts", {"message": "m", "alias": alias}))
    listed = {one["alias"]: one["tinyId"] for one in get("/v2/alerts")[1]["data"]}
    tiny = listed["second"]
    assert get(f"/v2/alerts/{tiny}?identifierType=tiny")[1]["data"]["alias"] == "second"
    ((status, _),) = call(("POST", f"/v2/alerts/{tiny}/close?identifierType=tiny", {}))
    assert status == 202
    states = dict(Alert.objects.values_list("dedup_key", "status"))
    assert states == {"first": "firing", "second": "resolved"}
    assert get(f"/v2/alerts/{tiny}?identifierType=tiny")[0] == 404
    ((status, _),) = call(("POST", "/v2/alerts/none/close?identifierType=tiny", {}))
    assert status == 422
    call(("POST", "/v2/alerts/1/close?identifierType=tiny", {}))
    assert dict(Alert.objects.values_list("dedup_key", "status")) == states
