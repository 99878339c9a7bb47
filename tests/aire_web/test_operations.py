"""Health, readiness and figures, as load balancers and Prometheus see them."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.db import OperationalError
from django.http import HttpResponse
from django.test import RequestFactory
from prometheus_client.parser import text_string_to_metric_families

from accounts.models import User
from accounts.services import create_api_key, revoke_api_key
from aire_web import latency, operations
from alerts.models import Alert, Receipt, Source
from core import clock
from core.models import EngineBeat
from incidents.models import Incident, IncidentAlert
from notifications.channels import IN_APP
from notifications.events import DeliverySettled
from notifications.models import Delivery
from oncall.models import Escalation, Page
from tests.cast import actor_of


def scrape(raw: str = "", method: str = "get") -> HttpResponse:
    headers = {"Authorization": f"Bearer {raw}"} if raw else {}
    return operations.metrics(getattr(RequestFactory(), method)("/metrics", headers=headers))


def figures() -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    text = operations.metrics_text().decode()
    return {
        (sample.name, tuple(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def figure(name: str, **labels: str) -> float:
    return figures()[name, tuple(labels.items())]


@pytest.fixture
def source(db: None) -> Source:
    return Source.objects.create(slug="prometheus", name="Prometheus", format="alertmanager")


def test_healthz_answers_without_a_database() -> None:
    # No database fixture: a query here would fail the test.
    response = operations.healthz(RequestFactory().get("/healthz"))
    assert (response.status_code, response.content) == (200, b"ok\n")


@pytest.mark.django_db
def test_readyz_says_that_everything_is_there() -> None:
    response = operations.readyz(RequestFactory().get("/readyz"))
    assert response.status_code == 200
    assert json.loads(response.content) == {
        "status": "ready", "database": "ok", "migrations": "ok", "broker": "ok"
    }  # fmt: skip


@pytest.mark.django_db
def test_a_broker_that_is_away_is_shown_and_does_not_fail_readiness(settings) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    response = operations.readyz(RequestFactory().get("/readyz"))
    assert response.status_code == 200
    assert json.loads(response.content)["broker"] == "unreachable"


@pytest.mark.django_db
def test_a_migration_that_is_missing_makes_it_not_ready(monkeypatch) -> None:
    known = operations._known_migrations() | {("core", "9999_future")}
    monkeypatch.setattr(operations, "_known_migrations", lambda: known)
    response = operations.readyz(RequestFactory().get("/readyz"))
    assert response.status_code == 503
    assert json.loads(response.content)["migrations"] == "1 pending"


def test_a_database_that_is_away_makes_it_not_ready(monkeypatch) -> None:
    def away() -> set[tuple[str, str]]:
        raise OperationalError("connection refused: password=hunter2")

    monkeypatch.setattr(operations, "pending_migrations", away)
    response = operations.readyz(RequestFactory().get("/readyz"))
    assert response.status_code == 503
    assert b"hunter2" not in response.content


@pytest.mark.parametrize("view", ["healthz", "readyz", "metrics"])
def test_only_reading_is_allowed(view: str) -> None:
    response = getattr(operations, view)(RequestFactory().post(f"/{view}"))
    assert response.status_code == 405


@pytest.mark.django_db
def test_metrics_want_a_key() -> None:
    for raw in ("", "aire_nonsense", "ü"):
        response = scrape(raw)
        assert response.status_code == 401
        assert response["WWW-Authenticate"].startswith("Bearer")


def test_metrics_want_the_scope(owner: User) -> None:
    _, raw = create_api_key(user=owner, name="k", scopes=["write"], actor=actor_of(owner))
    assert scrape(raw).status_code == 403


def test_a_revoked_key_reads_no_metrics(owner: User) -> None:
    key, raw = create_api_key(user=owner, name="k", scopes=["metrics"], actor=actor_of(owner))
    assert scrape(raw).status_code == 200
    revoke_api_key(key=key, actor=actor_of(owner))
    assert scrape(raw).status_code == 401


def test_metrics_are_prometheus_text(owner: User) -> None:
    _, raw = create_api_key(user=owner, name="k", scopes=["metrics"], actor=actor_of(owner))
    response = scrape(raw)
    assert response["Content-Type"].startswith("text/plain; version=0.0.4")
    for name in (
        "aire_receipts_pending", "aire_receipts_set_aside", "aire_deliveries_due",
        "aire_overdue_obligations", "aire_alert_to_page_seconds_bucket",
        "aire_engine_last_beat_seconds", "aire_incidents_open", "aire_alerts_firing",
    ):  # fmt: skip
        assert f"\n{name}".encode() in response.content


def test_receipts_are_counted_by_what_they_wait_for(source: Source) -> None:
    for state in ("new", "new", "set_aside", "done"):
        Receipt.objects.create(source=source, format="alertmanager", body=b"{}", state=state)
    assert figure("aire_receipts_pending") == 2
    assert figure("aire_receipts_set_aside") == 1


@pytest.mark.django_db
def test_an_engine_that_never_ran_is_infinitely_silent() -> None:
    assert figure("aire_engine_last_beat_seconds") == float("inf")
    EngineBeat.objects.create(process="p", kind="absorb", at=clock.now() - timedelta(seconds=90))
    EngineBeat.objects.create(process="p", kind="deliver", at=clock.now() - timedelta(seconds=9))
    assert 8 < figure("aire_engine_last_beat_seconds") < 12


@pytest.mark.django_db
def test_drills_and_finished_incidents_are_not_open() -> None:
    for status, drill in (
        ("open", False),
        ("acknowledged", False),
        ("closed", False),
        ("open", True),
    ):
        Incident.objects.create(
            title="x", severity="sev2", status=status, drill=drill, opened_at=clock.now()
        )
    assert figure("aire_incidents_open", severity="sev2") == 2
    assert figure("aire_incidents_open", severity="sev1") == 0


def paged(
    source: Source, *, seconds: float, step: int = 0, channel: str = "email"
) -> DeliverySettled:
    """A page about an alert that came `seconds` ago, just taken by its channel."""
    now = clock.now()
    incident = Incident.objects.create(title="x", severity="sev1", opened_at=now)
    seen = now - timedelta(seconds=seconds)
    alert = Alert.objects.create(
        source=source, dedup_key=str(incident.pk), episode="n:1", status="firing", severity="sev1",
        title="x", started_at=seen, first_seen_at=seen, last_seen_at=seen, last_event_at=seen,
    )  # fmt: skip
    IncidentAlert.objects.create(incident=incident, alert=alert)
    escalation = Escalation.objects.create(subject_key=incident.subject_key, policy={}, card={})
    page = Page.objects.create(escalation=escalation, round=0, step=step, target="x", because="x")
    delivery = Delivery.objects.create(
        obligation_key=str(page.pk), kind="page", channel=channel, address="x", message={},
        state="sent", sent_at=now, origin=f"page:{page.pk}",
    )  # fmt: skip
    return DeliverySettled(
        delivery_id=str(delivery.pk), origin=delivery.origin, subject_key=incident.subject_key,
        kind="page", channel=channel, state="sent", user_id=None, address_label="", detail="",
    )  # fmt: skip


def test_the_time_from_alert_to_page_is_a_cumulative_histogram(source: Source) -> None:
    for seconds in (0.2, 0.2, 40, 4_000):
        latency.on_delivery_settled(paged(source, seconds=seconds))
    name = "aire_alert_to_page_seconds"
    assert figure(f"{name}_bucket", le="0.1") == 0
    assert figure(f"{name}_bucket", le="0.25") == 2
    assert figure(f"{name}_bucket", le="60.0") == 3
    assert figure(f"{name}_bucket", le="+Inf") == figure(f"{name}_count") == 4
    assert figure(f"{name}_sum") == pytest.approx(4_040.4, abs=0.1)


def test_pages_that_answer_no_alert_at_once_are_not_measured(source: Source) -> None:
    later_step = paged(source, seconds=300, step=1)
    in_app = paged(source, seconds=1, channel=IN_APP)
    declared = paged(source, seconds=1)
    IncidentAlert.objects.filter(incident__pk=declared.subject_key.split(":")[1]).delete()
    drill = paged(source, seconds=1)
    Incident.objects.filter(pk=drill.subject_key.split(":")[1]).update(drill=True)
    for event in (later_step, in_app, declared, drill):
        latency.on_delivery_settled(event)
        assert figure("aire_alert_to_page_seconds_count") == 0, event
