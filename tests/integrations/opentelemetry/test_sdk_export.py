"""The real OpenTelemetry SDK exports over HTTP into a running web process; a worker counts."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from opentelemetry._logs import LogRecord, SeverityNumber
from opentelemetry.exporter.otlp.proto.http import Compression
from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import SimpleLogRecordProcessor
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.trace import Status, StatusCode

from alerts.absorb import drain
from alerts.models import Receipt
from catalog.models import System
from slos.models import Measurement, Sli
from slos.services.indicators import save_sli
from tests.alerts.ingest_server import WebProcess, database_url, made_source, web_process
from tests.cast import TESTER, make_system

pytestmark = pytest.mark.django_db(transaction=True)
RESOURCE = Resource.create({"service.name": "support-assistant", "service.version": "7"})
BOUNDS = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28]


@pytest.fixture(scope="module")
def web(django_db_setup: None, django_db_blocker: object) -> Iterator[WebProcess]:
    with web_process(database_url()) as process:
        yield process


@pytest.fixture
def headers(db: None) -> dict[str, str]:
    make_system("support-assistant")
    _, key = made_source("telemetry", "opentelemetry")
    return {"authorization": f"Bearer {key}"}


def sli(slug: str, signal: str, **fields: object) -> Sli:

    system = System.objects.get(slug="support-assistant")
    return save_sli(
        slug=slug, name=slug, signal=signal, system=system, actor=TESTER, **fields,  # type: ignore[arg-type]
    )  # fmt: skip


def counted(indicator: Sli) -> tuple[float, float]:
    rows = Measurement.objects.filter(track__sli=indicator, track__cohort="")
    return sum(row.good for row in rows), sum(row.total for row in rows)


def absorbed() -> list[Receipt]:
    drain()
    receipts = list(Receipt.objects.order_by("received_at"))
    assert {receipt.state for receipt in receipts} == {"done"}, [r.reason for r in receipts]
    return receipts


def test_metrics_of_the_sdk_become_measurements(web: WebProcess, headers: dict[str, str]) -> None:
    name = "gen_ai.client.operation.duration"
    within = sli("latency", name, kind="threshold", op="lte", value=0.32)
    available = sli("availability", name, query={"good": {"filter": {"error.type": ""}}})
    exporter = OTLPMetricExporter(
        endpoint=f"http://127.0.0.1:{web.port}/v1/metrics", headers=headers,
        compression=Compression.Gzip,
    )  # fmt: skip
    reader = PeriodicExportingMetricReader(exporter, export_interval_millis=3_600_000)
    provider = MeterProvider(resource=RESOURCE, metric_readers=[reader])
    histogram = provider.get_meter("app").create_histogram(
        name, unit="s", explicit_bucket_boundaries_advisory=BOUNDS
    )
    for seconds in (0.1, 0.2, 0.3, 0.5):
        histogram.record(seconds, {"gen_ai.operation.name": "chat"})
    assert provider.force_flush()
    histogram.record(0.1, {"gen_ai.operation.name": "chat"})
    histogram.record(0.01, {"gen_ai.operation.name": "chat", "error.type": "timeout"})
    assert provider.force_flush()
    provider.shutdown()

    receipts = absorbed()

    assert counted(within) == (4, 6)
    assert counted(available) == (5, 6)
    assert all(bytes(receipt.body) == b"" for receipt in receipts)
    assert [receipt.notes for receipt in receipts] == [[]] * len(receipts)


def test_spans_of_the_sdk_become_measurements(web: WebProcess, headers: dict[str, str]) -> None:
    tools = sli("tools", 'gen_ai.execute_tool{gen_ai.tool.name="lookup_order"}')
    first = sli("ttft", "gen_ai.response.time_to_first_chunk", op="lte", value=0.45)
    exporter = OTLPSpanExporter(endpoint=f"http://127.0.0.1:{web.port}/v1/traces", headers=headers)
    provider = TracerProvider(resource=RESOURCE)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    tracer = provider.get_tracer("app")
    for failed in (False, True, False):
        with tracer.start_as_current_span("execute_tool lookup_order") as span:
            span.set_attribute("gen_ai.operation.name", "execute_tool")
            span.set_attribute("gen_ai.tool.name", "lookup_order")
            if failed:
                span.set_status(Status(StatusCode.ERROR))
    for seconds in (0.2, 0.9):
        with tracer.start_as_current_span("chat m") as span:
            span.set_attribute("gen_ai.operation.name", "chat")
            span.set_attribute("gen_ai.response.time_to_first_chunk", seconds)
    provider.shutdown()

    absorbed()

    assert counted(tools) == (2, 3)
    assert counted(first) == (1, 2)
    cohorts = Measurement.objects.filter(track__sli=tools).values_list("track__cohort", flat=True)
    assert set(cohorts) == {"", "7"}


def test_evaluations_logged_by_the_sdk_become_measurements(
    web: WebProcess, headers: dict[str, str]
) -> None:
    grounded = sli(
        "groundedness",
        'gen_ai.evaluation.result{gen_ai.evaluation.name="groundedness"}',
        kind="evaluated", op="gte", value=0.8, evaluators=[{"name": "judge@3"}],
    )  # fmt: skip
    exporter = OTLPLogExporter(endpoint=f"http://127.0.0.1:{web.port}/v1/logs", headers=headers)
    provider = LoggerProvider(resource=RESOURCE)
    provider.add_log_record_processor(SimpleLogRecordProcessor(exporter))
    logger = provider.get_logger("judges")
    for score in (0.9, 0.95, 0.4):
        logger.emit(
            LogRecord(
                timestamp=time.time_ns(),
                severity_number=SeverityNumber.INFO,
                event_name="gen_ai.evaluation.result",
                attributes={
                    "gen_ai.evaluation.name": "groundedness",
                    "gen_ai.evaluation.score.value": score,
                },
            )
        )
    provider.shutdown()

    absorbed()

    assert counted(grounded) == (2, 3)
    judges = Measurement.objects.filter(track__sli=grounded)
    assert set(judges.values_list("track__evaluator", flat=True)) == {"judge@3"}
