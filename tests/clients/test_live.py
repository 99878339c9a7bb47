"""The client and the examples tell a running AIRE; what they told is read as everybody's."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.core.management import call_command

from accounts.models import User
from accounts.services import create_api_key
from aire_client import Aire, Measurement, Refused, Retry, calls
from alerts.absorb import drain
from alerts.heartbeats.models import Heartbeat
from alerts.heartbeats.services import save_heartbeat
from alerts.models import Alert, Receipt
from catalog.models import Change, System
from incidents.people_reports.models import PeopleReport
from slos.models import Measurement as Counted
from tests.alerts.ingest_server import WebProcess, database_url, made_source, web_process
from tests.cast import TESTER, actor_of
from tests.clients.loading import EXAMPLES, example
from tests.slos.scene import make_slo

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module")
def web(django_db_setup: None, django_db_blocker: object) -> Iterator[WebProcess]:
    with web_process(database_url()) as process:
        yield process


@pytest.fixture
def aire(web: WebProcess, teammate: User) -> Aire:
    _, api_key = create_api_key(
        user=teammate, name="client", scopes=("read", "write"), actor=actor_of(teammate)
    )
    _, source_key = made_source("clients", "generic")
    url = f"http://127.0.0.1:{web.port}"
    return Aire(url, api_key=api_key, source_key=source_key, retry=Retry(tries=2))


def absorbed() -> None:
    drain()
    assert {receipt.state for receipt in Receipt.objects.all()} == {"done"}


def counted(slug: str, cohort: str = "") -> list[tuple[float, float]]:
    names = (slug, f"{slug}-sli")
    rows = Counted.objects.filter(track__sli__slug__in=names, track__cohort=cohort).order_by(
        "ended"
    )
    return [(row.good, row.total) for row in rows]


def test_measurements_and_evaluations_are_counted(aire: Aire, system: System) -> None:
    slo = make_slo(system)
    assert aire.measure(slo.slug, good=97, total=100, evaluator="judge@3").data["created"] == 1
    aire.evaluation(slo.slug, [0.9, 0.2, None], at_least=0.8, evaluator="judge@3")
    assert counted(slo.slug) == [(97, 100), (1, 2)]
    hour = datetime.now(UTC) - timedelta(hours=5)
    points = [
        Measurement(hour, hour + timedelta(minutes=5), 4, 5),
        Measurement(hour + timedelta(minutes=5), hour + timedelta(minutes=10), 6, 5),
    ]
    answer = aire.measurements(slo.slug, points)
    assert answer.data["created"] == 1
    assert [(row["index"], row["field"]) for row in answer.refused] == [(1, "good")]
    with pytest.raises(Refused, match="404"):
        aire.measure("no-such", good=1, total=1)


def test_a_change_is_noted_once_however_often_it_is_sent(aire: Aire, system: System) -> None:
    call = calls.change(system.slug, "prompt", "Shorter answers", version="v31", author="ci")
    transport = aire._transport
    assert transport.send(call).data == transport.send(call).data
    change = Change.objects.get()
    assert (change.kind, change.version, change.author_label) == ("prompt", "v31", "ci")
    with pytest.raises(Refused, match="400") as caught:
        aire.change("no-such", "prompt", "x")
    assert "system" in caught.value.errors


def test_an_alert_fires_and_ends(aire: Aire, system: System) -> None:
    aire.alert("Not grounded", key="g", system=system.slug, severity="sev2", labels={"env": "eu"})
    absorbed()
    alert = Alert.objects.get()
    assert (alert.status, alert.severity, alert.labels["env"]) == ("firing", "sev2", "eu")
    assert alert.labels["system"] == system.slug
    aire.alert("Not grounded", key="g", status="resolved")
    absorbed()
    alert.refresh_from_db()
    assert alert.status == "resolved"


def test_a_report_of_a_person_is_kept_once(aire: Aire, system: System) -> None:
    told = calls.report(system.slug, "It invented an order", version="v31", reporter="c-17")
    first, again = (aire._transport.send(told) for _ in range(2))  # as if the answer was lost
    assert first == again
    report = PeopleReport.objects.get()
    assert (report.cluster.system, report.cluster.version) == (system, "v31")


def test_a_job_is_heard_of(aire: Aire) -> None:
    heartbeat, key = save_heartbeat(
        slug="nightly", name="Nightly", every=86_400, grace=3_600, actor=TESTER
    )
    assert key
    with aire.job(key):
        pass
    absorbed()
    heartbeat = Heartbeat.objects.get()
    assert heartbeat.last_start_at
    assert heartbeat.last_ping_at
    with pytest.raises(ZeroDivisionError), aire.background() as later, later.job(key):
        raise ZeroDivisionError
    absorbed()
    heartbeat.refresh_from_db()
    assert heartbeat.state == "failed"


def test_the_background_tells_a_running_server(aire: Aire, system: System) -> None:
    slo = make_slo(system)
    with aire.background() as later:
        for _ in range(20):
            assert later.evaluation(slo.slug, [True, False])
    assert later.lost == 0
    assert sum(total for _, total in counted(slo.slug)) == 40


@pytest.fixture
def objectives(db: None) -> None:
    call_command("apply", str(EXAMPLES / "objectives.yaml"))


def test_the_evidently_example_counts_columns_and_alerts(aire: Aire, objectives: None) -> None:
    payload = EXAMPLES.parent / "integrations/evidently/payloads/drift-with-tests-fail.json"
    now = datetime.now(UTC)
    report = json.loads(payload.read_text())
    example("evidently/send_drift").send(aire, report, start=now - timedelta(days=1), end=now)
    absorbed()
    ((good, total),) = counted("example-drift", "2026.11.0")
    assert 0 <= good < total
    assert Alert.objects.filter(labels__system="example-scorer", status="firing").exists()


def test_the_fairlearn_example_alerts_while_a_group_is_behind(aire: Aire, objectives: None) -> None:
    parity = example("fairlearn/send_parity")
    assert parity.send(aire, {"a": 0.7, "b": 0.68, "c": 0.4}) == ["c"]
    absorbed()
    assert Alert.objects.get().status == "firing"
    assert parity.send(aire, {"a": 0.7, "b": 0.68, "c": 0.6}) == []
    absorbed()
    assert Alert.objects.get().status == "resolved"
    assert counted("example-parity") == [(2, 3), (3, 3)]


def test_the_shap_example_sees_features_that_moved(aire: Aire, objectives: None) -> None:
    explained = example("shap/send_attributions")
    names = ["income", "debt", "noise"]
    before = explained.shares(names, [[2.0, -1.0, 0.0], [-2.0, 1.0, 0.0]])
    now = explained.shares(names, [[2.0, -1.0, 1.0], [-2.0, 1.0, -1.0]])
    assert sum(now.values()) == pytest.approx(1)
    assert explained.send(aire, before, now) == ["income", "noise"]
    assert counted("example-attributions") == [(1, 3)]


def test_the_deepeval_example_leaves_out_judges_that_failed(aire: Aire, objectives: None) -> None:
    def tested(name: str, success: bool, error: str | None = None) -> SimpleNamespace:
        metric = SimpleNamespace(
            name=name, success=success, error=error, evaluation_model="gpt-4.1"
        )
        return SimpleNamespace(metrics_data=[metric])

    results = [
        tested("Faithfulness", True), tested("Faithfulness", False), tested("Bias", False),
        tested("Faithfulness", False, "timeout"), SimpleNamespace(metrics_data=None),
    ]  # fmt: skip
    assert example("deepeval/send_results").send(aire, results) == {"example-faithful": 2}
    assert counted("example-faithful") == [(1, 2)]


def test_the_service_example_exports_its_calls(
    web: WebProcess, objectives: None, teammate: User
) -> None:
    _, key = made_source("service", "opentelemetry")
    service = example("fastapi/service")
    telemetry = service.Telemetry(
        f"http://127.0.0.1:{web.port}", key, system=service.SYSTEM, version=service.VERSION
    )
    for question in ("How long?", " "):
        try:
            with telemetry.call(service.MODEL):
                service.answer(question)
        except ValueError:
            pass
    telemetry.close()
    absorbed()
    assert sum(good for good, _ in counted("example-latency")) == 1
    assert sum(total for _, total in counted("example-latency")) == 2
