"""The addresses of other systems: their own calls, replayed, end where they should."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping

import pytest

from alerts import absorb
from alerts.heartbeats.services import save_heartbeat
from alerts.ingest.app import Ingest
from alerts.models import Alert, Receipt
from alerts.services import save_source
from catalog.models import Change
from core.actor import program
from tests.bad_input.runner import send
from tests.cast import TESTER, make_system
from tests.integrations.captured import body
from tests.integrations.senders.deliveries import delivery

pytestmark = pytest.mark.django_db(transaction=True)
ROUTING_KEY = "0123456789abcdef0123456789abcdef"
NONE: Mapping[str, str] = {}
Sent = list[tuple[int, bytes]]


def made_source(kind: str) -> str:
    _, key = save_source(slug=f"s-{kind}", name=kind, format=kind, actor=program())
    assert key is not None
    return key


def calls(*given: tuple[str, str, bytes, Mapping[str, str]]) -> Sent:
    """One after the other through the doors; then everything is absorbed."""

    async def all_of_them() -> Sent:
        app = Ingest()
        answers = [await send(app, *one) for one in given]
        await app.committer.close()
        return answers

    answers = asyncio.run(all_of_them())
    while absorb.absorb_due():
        pass
    return answers


def test_who_sent_to_grafana_oncall_changes_only_the_host() -> None:
    keys = {kind: made_source(kind) for kind in ("alertmanager", "grafana", "generic", "oncall")}
    formatted = {"alert_uid": "u", "title": "Hot", "state": "alerting", "message": "87"}
    base = "/integrations/v1"
    answers = calls(
        ("POST", f"{base}/alertmanager/{keys['alertmanager']}/",
         body("alertmanager", "webhook-single-firing"), NONE),
        ("POST", f"{base}/grafana_alerting/{keys['grafana']}", body("grafana", "firing"), NONE),
        ("POST", f"{base}/webhook/{keys['generic']}/", b'{"title": "t", "key": "k"}', NONE),
        ("POST", f"{base}/formatted_webhook/{keys['oncall']}/", json.dumps(formatted).encode(),
         NONE),
        ("POST", f"{base}/alertmanager/wrong/", b"{}", NONE),
        ("GET", f"{base}/alertmanager/{keys['alertmanager']}/", b"", NONE),
    )  # fmt: skip
    assert [status for status, _ in answers] == [202, 202, 202, 202, 401, 405]
    assert set(Alert.objects.values_list("source__format", flat=True)) == set(keys)


def test_pagerdutys_client_is_answered_and_its_change_is_a_change() -> None:
    make_system("support-assistant")
    save_source(slug="pd", name="PD", format="pagerduty", raw_key=ROUTING_KEY, actor=program(),
                options={"systems": {"support-assistant-answer": "support-assistant"}})  # fmt: skip
    change = body("pagerduty", "client-change-event")
    answers = calls(
        ("POST", "/v2/change/enqueue", change, NONE),
        ("POST", "/v2/change/enqueue", change, NONE),
        ("POST", "/v2/enqueue", body("pagerduty", "client-events-v2-trigger"), NONE),
        ("POST", "/v2/change/enqueue", b'{"routing_key": "wrong", "payload": {"summary": "x"}}',
         NONE),
        ("POST", "/v2/change/enqueue", b'{"routing_key": "x", "payload": {}}', NONE),
        ("POST", "/v2/change/enqueue", b"nonsense", NONE),
        ("GET", "/v2/change/enqueue", b"", NONE),
    )  # fmt: skip
    assert [status for status, _ in answers] == [202, 202, 202, 401, 400, 400, 405]
    assert json.loads(answers[0][1])["message"] == "Change event processed"
    assert json.loads(answers[4][1])["errors"]
    assert Change.objects.get().system.slug == "support-assistant"
    assert Alert.objects.count() == 1


def test_event_grid_greets_before_it_sends() -> None:
    path = f"/in/{made_source('azureml')}/azureml/"
    ask = delivery("azureml", "cloudevents-options-handshake").headers
    validation = {"data": {"validationCode": "512d38b6"}}
    typed = {"aeg-event-type": "SubscriptionValidation"}
    answers = calls(
        ("OPTIONS", path, b"", ask),
        ("OPTIONS", path, b"", {"webhook-request-origin": "evil.example"}),
        ("OPTIONS", "/in/wrong/azureml/", b"", ask),
        ("POST", path, json.dumps([validation]).encode(), typed),
        ("POST", path, b"nonsense", typed),
    )
    assert [status for status, _ in answers] == [200, 400, 401, 200, 202]
    assert json.loads(answers[3][1]) == {"validationResponse": "512d38b6"}
    assert Receipt.objects.count() == 1


def test_a_heartbeat_is_pinged_in_every_way() -> None:
    row, key = save_heartbeat(slug="nightly", name="Nightly", every=3600, grace=60, actor=TESTER)
    pings: list[tuple[str, str, str]] = [
        ("GET", "/", "watched"), ("POST", "", "watched"), ("HEAD", "/", "watched"),
        ("GET", "/start", "watched"), ("POST", "/fail", "failed"), ("GET", "/0", "watched"),
        ("GET", "/137", "failed"), ("PUT", "/", "watched"),
    ]  # fmt: skip
    for method, end, state in pings:
        ((status, _),) = calls((method, f"/heartbeat/{key}{end}", b"", NONE))
        row.refresh_from_db()
        assert (status, row.state) == (200, state), end
    refused = calls(
        ("GET", "/heartbeat/wrong/", b"", NONE),
        ("DELETE", f"/heartbeat/{key}/", b"", NONE),
        ("POST", f"/heartbeat/{key}/", b"x" * 70_000, NONE),
    )
    assert [status for status, _ in refused] == [401, 405, 413]


def test_reading_is_left_to_pages_only_where_there_are_some() -> None:
    app = Ingest()
    for path, answered in (
        ("/v2/alerts", False), ("/v2/alerts/x/close", False), ("/api/v2/alerts", False),
        ("/v2/heartbeats/x/ping", True), ("/v2/enqueue", True), ("/v1/logs", True),
    ):  # fmt: skip
        assert app.handles(path, "POST")
        assert app.handles(path, "GET") is answered


def test_a_source_that_is_saved_again_keeps_its_signing_secret() -> None:
    source, _ = save_source(
        slug="repo", name="Repo", format="github", actor=program(),
        signing_secret="a-long-secret\nanother-secret",
    )  # fmt: skip
    source.refresh_from_db()
    assert source.signing_secret == "a-long-secret\nanother-secret"
    save_source(slug="repo", name="Repo", format="github", actor=program())
    source.refresh_from_db()
    assert source.signing_secret
