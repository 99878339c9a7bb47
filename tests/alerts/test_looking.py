"""AIRE looks at a source's API and opens and closes what it was not told."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from django.conf import LazySettings

from accounts.models import User
from alerts.looking import services
from alerts.looking.models import Look
from alerts.models import Alert, Receipt, Source
from alerts.trace import trace
from core import clock
from core.errors import Invalid
from core.models import EngineBeat
from tests.alerts.scene import make_source, work_off
from tests.cast import TESTER, sign_in

pytestmark = pytest.mark.django_db(transaction=True)


class FakeAlertmanager:
    """Answers `GET /api/v2/alerts` as its API describes, for whoever sends the right header."""

    def __init__(self) -> None:
        self.alerts: list[dict[str, Any]] = []
        self.status = 200
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                right = self.headers.get("Authorization") == "Bearer secret"
                status = outer.status if right else 401
                if self.path != "/prefix/api/v2/alerts":
                    status = 404
                body = json.dumps(outer.alerts if status == 200 else "no").encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}/prefix"

    def fires(self, name: str) -> dict[str, Any]:
        alert = {
            "labels": {"alertname": name, "severity": "critical"},
            "annotations": {},
            "startsAt": "2026-11-21T02:00:00.000Z",
            "fingerprint": name,
            "status": {"state": "active"},
        }
        self.alerts.append(alert)
        return alert


@pytest.fixture
def sender(settings: LazySettings) -> Iterator[FakeAlertmanager]:
    settings.AIRE_ALLOW_PRIVATE_NETWORK = "127.0.0.1"
    fake = FakeAlertmanager()
    yield fake
    fake.server.shutdown()
    fake.server.server_close()


@pytest.fixture
def source(sender: FakeAlertmanager) -> Source:
    made = make_source(slug="prod", format="alertmanager")
    services.save_look(source=made, url=sender.url, authorization="Bearer secret", actor=TESTER)
    return made


def look(*, minutes_later: int = 0) -> Look:
    """Look now; alerts were last heard of so long ago."""
    Alert.objects.update(last_seen_at=clock.now() - timedelta(minutes=minutes_later or 5))
    Look.objects.update(due_at=clock.now())
    assert services.look_due() == 1
    work_off()
    return Look.objects.get()


def tell(source: Source, alert: dict[str, Any]) -> None:
    body = {"version": "4", "status": "firing", "alerts": [{**alert, "status": "firing"}]}
    Receipt.objects.create(source=source, format="alertmanager", body=json.dumps(body).encode())
    work_off()


def test_what_fires_untold_is_opened_once_and_its_trace_says_how(
    owner: User, source: Source, sender: FakeAlertmanager
) -> None:
    sender.fires("Missed")
    assert (look().opened, look().opened) == (1, 0)
    alert = Alert.objects.get()
    assert (alert.status, alert.count, alert.incident_link.incident.severity) == (
        "firing", 1, "sev1",
    )  # fmt: skip
    assert any("nobody had told it" in line.text for line in trace(alert, owner))
    tell(source, sender.alerts[0])
    assert Alert.objects.get().count == 2


def test_what_ended_untold_is_closed_by_the_second_look_that_misses_it(
    owner: User, source: Source, sender: FakeAlertmanager
) -> None:
    tell(source, sender.fires("Ended"))
    sender.alerts.clear()
    assert look().closed == 0
    assert Alert.objects.get().status == "firing"
    assert look().closed == 1
    alert = Alert.objects.get()
    assert alert.status == "resolved"
    assert any("its end was never told" in line.text for line in trace(alert, owner))


def test_an_alert_that_was_just_heard_of_is_not_missed(
    source: Source, sender: FakeAlertmanager
) -> None:
    tell(source, sender.fires("Fresh"))
    sender.alerts.clear()
    Look.objects.update(due_at=clock.now())
    services.look_due()
    assert Look.objects.get().missing == []


@pytest.mark.parametrize("status", [401, 404, 500])
def test_an_answer_that_is_none_closes_nothing_and_is_shown(
    owner: User, source: Source, sender: FakeAlertmanager, status: int
) -> None:
    tell(source, sender.fires("Firing"))
    sender.status = status
    look()
    assert look().error
    assert Alert.objects.get().status == "firing"
    page = sign_in(owner).get("/alerts/sources/prod/").content.decode()
    assert "The last look failed" in page


def test_private_addresses_are_refused_unless_they_are_allowed(
    source: Source, settings: LazySettings
) -> None:
    settings.AIRE_ALLOW_PRIVATE_NETWORK = ""
    assert "private" in look().error.lower() or "not allowed" in look().error.lower()


def test_after_an_absence_every_source_is_looked_at_at_once(source: Source) -> None:
    Look.objects.update(due_at=clock.now() + timedelta(hours=1))
    EngineBeat.objects.create(process="me", kind="looks", at=clock.now())
    assert services.look_again_after_absence()
    assert Look.objects.get().due_at <= clock.now()
    EngineBeat.objects.create(process="another", kind="looks", at=clock.now())
    assert not services.look_again_after_absence()


def test_the_authorization_is_kept_encrypted_and_never_shown(owner: User, source: Source) -> None:
    client = sign_in(owner)
    for path in (
        "/alerts/sources/prod/look/",
        "/api/v1/sources/prod/look/",
        "/alerts/sources/prod/",
    ):
        assert "Bearer secret" not in client.get(path).content.decode()
    services.save_look(source=source, url="https://elsewhere.example", actor=TESTER)
    assert not Look.objects.get().authorization
    client.post("/alerts/sources/prod/look/", {"url": "", "every": "300"})
    assert not Look.objects.exists()


@pytest.mark.parametrize("url", ["ftp://x", "example.org", "http://", "javascript:alert(1)"])
def test_what_is_no_address_is_refused(source: Source, url: str) -> None:
    with pytest.raises(Invalid):
        services.save_look(source=source, url=url, actor=TESTER)
