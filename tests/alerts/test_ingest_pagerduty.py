"""PagerDuty's door on the wire: it answers as PagerDuty answers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from alerts import absorb
from alerts.models import Alert, Receipt
from tests.alerts.ingest_server import (
    Reply,
    WebProcess,
    database_url,
    made_source,
    send,
    web_process,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module")
def web(django_db_setup: None, django_db_blocker: object) -> Iterator[WebProcess]:
    with web_process(database_url()) as process:
        yield process


@pytest.fixture
def key() -> str:
    return made_source("pager", "pagerduty")[1]


def event(key: object, action: str = "trigger", **more: Any) -> dict[str, Any]:
    payload = {"summary": "Grounding is down", "source": "evals", "severity": "critical"}
    return {"routing_key": key, "event_action": action, "payload": payload, **more}


def enqueue(web: WebProcess, given: object, path: str = "/v2/enqueue") -> Reply:
    return send(web.port, "POST", path, json.dumps(given).encode())


def absorbed() -> Alert:
    while absorb.absorb_due():
        pass
    return Alert.objects.get()


@pytest.mark.parametrize("path", ["/v2/enqueue", "/v2/enqueue/"])
def test_an_event_is_answered_with_its_key(web: WebProcess, key: str, path: str) -> None:
    reply = enqueue(web, event(key, dedup_key="grounding"), path)
    assert reply.status == 202
    assert reply.json == {
        "status": "success",
        "message": "Event processed",
        "dedup_key": "grounding",
    }


@pytest.mark.parametrize("blank", [None, "", "  ", "\t\n"])
def test_the_key_that_is_made_is_the_key_that_resolves(
    web: WebProcess, key: str, blank: str | None
) -> None:
    made = enqueue(web, event(key, dedup_key=blank)).json["dedup_key"]
    alert = absorbed()
    assert (alert.dedup_key, alert.status) == (made, "firing")
    assert enqueue(web, event(key, "resolve", dedup_key=made)).status == 202
    assert absorbed().status == "resolved"


def test_two_events_without_a_key_are_two_alerts(web: WebProcess, key: str) -> None:
    first = enqueue(web, event(key)).json["dedup_key"]
    second = enqueue(web, event(key)).json["dedup_key"]
    assert first != second


def test_a_resolve_that_matches_nothing_is_accepted(web: WebProcess, key: str) -> None:
    assert enqueue(web, event(key, "resolve", dedup_key="unknown")).status == 202


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"event_action": "explode"}, "'event_action' is invalid"),
        ({"event_action": None}, "'event_action' is missing or blank"),
        ({"routing_key": ""}, "'routing_key' is missing or blank"),
        ({"payload": {}}, "'payload.summary' is missing or blank"),
        ({"payload": []}, "'payload' must be an object"),
        ({"dedup_key": 7}, "'dedup_key' must be a string"),
        ({"dedup_key": "k" * 256}, "'dedup_key' is too long"),
        ({"event_action": "resolve"}, "'dedup_key' is missing or blank"),
    ],
)
def test_an_invalid_event_is_told_why(
    web: WebProcess, key: str, change: dict[str, object], error: str
) -> None:
    reply = enqueue(web, {**event(key), **change})
    assert reply.status == 400
    assert (reply.json["status"], reply.json["message"]) == (
        "invalid event",
        "Event object is invalid",
    )
    assert any(line.startswith(error) for line in reply.json["errors"])
    assert not Receipt.objects.exists()


@pytest.mark.parametrize("raw", [b"", b"[]", b"{", b"[" * 100_000, b"\xff\xfe", b"null", b"x=1"])
def test_what_is_no_event_is_a_bad_request(web: WebProcess, key: str, raw: bytes) -> None:
    reply = send(web.port, "POST", "/v2/enqueue", raw)
    assert reply.status == 400
    assert reply.json["errors"] == ["Event must be a JSON object"]


@pytest.mark.parametrize("wrong", ["aire_wrong", "\u0000", "\ud800", "k" * 10_000, "é"])
def test_a_wrong_routing_key_is_refused(web: WebProcess, key: str, wrong: str) -> None:
    assert enqueue(web, event(wrong)).status == 401


@pytest.mark.parametrize("odd", [7, ["a"], {"a": 1}, True])
def test_a_routing_key_that_is_no_text_is_refused(web: WebProcess, key: str, odd: object) -> None:
    assert enqueue(web, event(odd)).status in (400, 401)


def test_an_event_above_half_a_megabyte_is_too_large(web: WebProcess, key: str) -> None:
    assert enqueue(web, event(key, filler="x" * 512 * 1024)).status == 413
    assert enqueue(web, event(key, filler="x" * 500 * 1024)).status == 202


def test_reading_the_address_is_not_allowed(web: WebProcess) -> None:
    reply = send(web.port, "GET", "/v2/enqueue")
    assert (reply.status, reply.headers["allow"]) == (405, "POST")
