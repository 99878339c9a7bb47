"""Looking at a real Prometheus and a real Alertmanager, where they are installed."""

from __future__ import annotations

import json
import time
import urllib.request
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings

from alerts.looking import services
from alerts.looking.models import Look
from alerts.models import Alert, Receipt, Source
from core import clock
from incidents.models import Incident
from tests import prometheus_server
from tests.alerts.scene import make_source, work_off
from tests.cast import TESTER

pytestmark = pytest.mark.django_db(transaction=True)
needs_prometheus = pytest.mark.skipif(
    prometheus_server.PROMETHEUS is None, reason="needs prometheus"
)
needs_alertmanager = pytest.mark.skipif(
    prometheus_server.ALERTMANAGER is None, reason="needs prometheus-alertmanager"
)
RULES = """
groups:
  - name: answers
    rules:
      - alert: AnswersUngrounded
        expr: answers_grounded_ratio < 0.95
        for: 2s
        labels: {severity: critical}
        annotations: {summary: "Answers are not grounded"}
"""
LABELS = {"alertname": "AnswersUngrounded", "severity": "critical", "cluster": "eu"}


@pytest.fixture
def source(settings: LazySettings) -> Source:
    settings.AIRE_ALLOW_PRIVATE_NETWORK = "127.0.0.1"
    return make_source(slug="prod", format="alertmanager")


def look() -> Look:
    """Look now; whatever fires was last heard of five minutes ago."""
    Alert.objects.update(last_seen_at=clock.now() - timedelta(minutes=5))
    Look.objects.update(due_at=clock.now())
    assert services.look_due() == 1
    work_off()
    return Look.objects.get()


def reported(url: str) -> list[dict[str, Any]]:
    """What its API says fires, read without AIRE's reader."""
    with urllib.request.urlopen(url, timeout=5) as answer:
        document = json.load(answer)
    rows = document["data"]["alerts"] if isinstance(document, dict) else document
    return [row for row in rows if row.get("state", "firing") == "firing"]


def until(fact: Callable[[], object]) -> None:
    deadline = time.monotonic() + 60
    while not fact():
        assert time.monotonic() < deadline, "it did not come to that"
        time.sleep(0.2)


@needs_prometheus
def test_prometheus_is_asked_for_what_it_could_not_tell(source: Source, tmp_path: Path) -> None:
    """It names the time at which a rule began to hold, and sends the one at which it fired: what
    the look opened and Prometheus tells afterwards is still one incident."""
    ratio = [0.5]
    with (
        prometheus_server.exporter(lambda: f"answers_grounded_ratio {ratio[0]}\n") as target,
        prometheus_server.prometheus(tmp_path, target=target, rules=RULES) as url,
    ):
        services.save_look(source=source, url=url, actor=TESTER)
        until(lambda: reported(f"{url}/api/v1/alerts"))
        (fires,) = reported(f"{url}/api/v1/alerts")
        assert look().opened == 0
        assert look().opened == 1
        assert look().opened == 0
        alert = Alert.objects.get()
        assert alert.labels["alertname"] == "AnswersUngrounded"
        assert alert.incident_link.incident.severity == "sev1"
        fired = (clock.now() - timedelta(minutes=4)).isoformat()
        sent = {
            "labels": {**fires["labels"], "cluster": "eu"},
            "annotations": fires["annotations"],
            "startsAt": fired,
            "endsAt": (clock.now() + timedelta(minutes=4)).isoformat(),
        }
        Receipt.objects.create(
            source=source, format=source.format, body=json.dumps([sent]).encode()
        )
        work_off()
        assert Incident.objects.count() == 1
        ratio[0] = 0.99
        until(lambda: not reported(f"{url}/api/v1/alerts"))
        assert look().closed == 0
        assert look().closed > 0
    assert {alert.status for alert in Alert.objects.all()} == {"resolved"}
    assert Incident.objects.get().status == "resolved"


@needs_alertmanager
def test_alertmanager_is_asked_and_its_webhook_is_then_a_repeat(
    source: Source, tmp_path: Path
) -> None:
    with prometheus_server.alertmanager(tmp_path) as url:
        services.save_look(source=source, url=url, actor=TESTER)

        def post(**more: str) -> None:
            body = json.dumps([{"labels": LABELS, **more}]).encode()
            request = urllib.request.Request(
                f"{url}/api/v2/alerts", body, {"Content-Type": "application/json"}
            )
            urllib.request.urlopen(request, timeout=5).close()

        started = clock.now().replace(microsecond=0) - timedelta(minutes=3)
        post(startsAt=started.isoformat())
        until(lambda: reported(f"{url}/api/v2/alerts"))
        (fires,) = reported(f"{url}/api/v2/alerts")
        assert look().opened == 1
        alert = Alert.objects.get()
        assert (alert.dedup_key, alert.started_at) == (fires["fingerprint"], started)
        webhook = {"version": "4", "status": "firing", "alerts": [{**fires, "status": "firing"}]}
        Receipt.objects.create(
            source=source, format=source.format, body=json.dumps(webhook).encode()
        )
        work_off()
        assert Alert.objects.get().count == 2
        post(startsAt=started.isoformat(), endsAt=clock.now().isoformat())
        until(lambda: not reported(f"{url}/api/v2/alerts"))
        assert (look().closed, look().closed) == (0, 1)
    assert Alert.objects.get().status == "resolved"
    assert Incident.objects.get().status == "resolved"
