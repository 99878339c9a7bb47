"""Alertmanager's API v2: what Prometheus posts, and the calls of a real amtool (0.25), replayed."""

from __future__ import annotations

import asyncio
import base64
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from alerts import absorb
from alerts.ingest.app import Ingest
from alerts.models import Alert, Silence
from alerts.services import save_source
from core import clock
from core.actor import program
from tests.bad_input.runner import send
from tests.cast import api_client

posting = pytest.mark.django_db(transaction=True)
reading = pytest.mark.django_db
AMTOOL = {
    call["command"]: call
    for call in json.loads((Path(__file__).parent / "amtool-0.25.json").read_text())
}
"""By command line; each first asks for /status, which is left out."""


def post(path: str, given: bytes, **headers: str) -> tuple[int, bytes]:
    async def once() -> tuple[int, bytes]:
        app = Ingest()
        answer = await send(app, "POST", path, given, headers)
        await app.committer.close()
        return answer

    answer = asyncio.run(once())
    while absorb.absorb_due():
        pass
    return answer


@pytest.fixture
def key() -> str:
    _, raw = save_source(slug="prom", name="Prometheus", format="alertmanager", actor=program())
    assert raw is not None
    return raw


@pytest.fixture
def amtool(teammate: User) -> APIClient:
    return api_client(teammate)


def replay(client: APIClient, command: str, **changes: str) -> Any:
    """Send what amtool sent; times and ids of the capture are made those of now."""
    call = AMTOOL[command]
    path, given = call["path"], base64.b64decode(call["body_base64"]).decode()
    for old, new in changes.items():
        path, given = path.replace(old, new), given.replace(old, new)
    answer = client.generic(call["method"], path, given, content_type="application/json")
    return answer.status_code, json.loads(answer.content or b"null")


@posting
def test_prometheus_sends_straight_to_aire(key: str) -> None:
    firing = base64.b64decode(AMTOOL["amtool alert add"]["body_base64"])
    status, answer = post("/api/v2/alerts", firing, authorization=f"Bearer {key}")
    assert (status, answer) == (200, b"")
    assert Alert.objects.exists()
    basic = base64.b64encode(f"prometheus:{key}".encode()).decode()
    assert post("/api/v2/alerts", firing, authorization=f"Basic {basic}")[0] == 200
    assert post("/api/v2/alerts", firing, authorization="Bearer wrong")[0] == 401
    assert post("/api/v2/alerts", firing, authorization="Basic e30=")[0] == 401
    assert post("/api/v2/alerts", b"{}", authorization=f"Bearer {key}")[0] == 400


@posting
def test_amtool_sees_what_fires_by_its_matchers(key: str, amtool: APIClient) -> None:
    post("/api/v2/alerts", base64.b64decode(AMTOOL["amtool alert add"]["body_base64"]),
         authorization=f"Bearer {key}")  # fmt: skip
    status, alerts = replay(amtool, "amtool alert query")
    assert status == 200
    (alert,) = alerts
    assert alert["labels"]["system"] == "fraud-scorer"
    assert alert["status"]["state"] == "active"
    assert len(alert["fingerprint"]) == 16
    assert replay(amtool, "amtool alert query severity") == (200, [])
    groups = amtool.get("/api/v2/alerts/groups").json()
    assert [len(group["alerts"]) for group in groups] == [1]
    assert amtool.get("/api/v2/alerts?filter=%7B%7B").status_code == 400


@reading
def test_amtool_adds_reads_changes_and_ends_silences(amtool: APIClient, teammate: User) -> None:
    now = clock.now()
    ends = (now + timedelta(hours=2)).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    status, made = replay(amtool, "amtool silence add", **{"2026-11-27T02:37:12.917Z": ends})
    assert status == 200
    silence = Silence.objects.get()
    assert made == {"silenceID": str(silence.pk)}
    assert silence.match == ['system="fraud-scorer"', 'severity!="critical"',
                             'alertname=~"Drift.*"']  # fmt: skip
    assert (silence.author, silence.reason) == ("Ada", "planned work")

    status, listed = replay(amtool, "amtool silence query")
    assert [one["status"]["state"] for one in listed] == ["active"]
    assert replay(amtool, "amtool silence query system")[1] == listed

    old = "018f0000-0000-7000-8000-000000000001"
    later = (now + timedelta(hours=3)).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    changes = {old: str(silence.pk), "2026-11-27T03:00:00.000Z": later}
    assert replay(amtool, "amtool silence update", **changes)[0] == 200
    silence.refresh_from_db()
    assert silence.ends_at > now + timedelta(hours=2, minutes=30)

    assert replay(amtool, "amtool silence expire", **{old: str(silence.pk)})[0] == 200
    (over,) = amtool.get("/api/v2/silences").json()
    assert over["status"]["state"] == "expired"
    assert amtool.get(f"/api/v2/silence/{silence.pk}").json()["status"]["state"] == "expired"


@reading
@pytest.mark.parametrize(
    "wrong",
    [
        {"matchers": []},
        {"matchers": [{"name": "a", "value": "(?=x)", "isRegex": True}]},
        {"matchers": [{"name": "a", "value": ".*", "isRegex": True}]},
        {"comment": ""},
        {"endsAt": "yesterday"},
        {"endsAt": "2020-01-01T00:00:00Z"},
        {"id": "no-uuid"},
        {"matchers": ["a=b"]},
    ],
)
def test_a_silence_that_is_none_is_refused_with_a_text(
    amtool: APIClient, wrong: dict[str, object]
) -> None:
    ends = (clock.now() + timedelta(hours=1)).isoformat()
    good = {"matchers": [{"name": "a", "value": "b"}], "comment": "c", "endsAt": ends}
    answer = amtool.post("/api/v2/silences", {**good, **wrong})
    assert answer.status_code == 400
    assert isinstance(answer.json(), str)
    assert not Silence.objects.exists()


@reading
def test_a_viewer_reads_and_silences_nothing(stranger: User) -> None:
    viewer = api_client(stranger)
    assert viewer.get("/api/v2/alerts").status_code == 200
    ends = (clock.now() + timedelta(hours=1)).isoformat()
    body_ = {"matchers": [{"name": "a", "value": "b"}], "comment": "c", "endsAt": ends}
    assert viewer.post("/api/v2/silences", body_).status_code == 403
    assert APIClient().get("/api/v2/alerts").status_code == 401


@reading
def test_status_is_what_amtool_asks_first(amtool: APIClient) -> None:
    found = amtool.get("/api/v2/status").json()
    assert found["cluster"]["status"] == "disabled"
    assert "receiver" in found["config"]["original"]
    assert amtool.get("/api/v2/receivers").json() == [{"name": "aire"}]
