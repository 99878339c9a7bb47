"""OpenTelemetry for a model service, by the GenAI conventions: AIRE is the OTLP endpoint."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

BOUNDS = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92]


class Telemetry:
    """`aire` is its address, `source_key` that of a source; `system` its short name in AIRE."""

    def __init__(self, aire: str, source_key: str, *, system: str, version: str) -> None:
        resource = Resource.create({"service.name": system, "service.version": version})
        headers = {"authorization": f"Bearer {source_key}"}
        metrics = OTLPMetricExporter(endpoint=f"{aire}/v1/metrics", headers=headers)
        self._meters = MeterProvider(
            resource=resource, metric_readers=[PeriodicExportingMetricReader(metrics)]
        )
        self._tracers = TracerProvider(resource=resource)
        spans = OTLPSpanExporter(endpoint=f"{aire}/v1/traces", headers=headers)
        self._tracers.add_span_processor(BatchSpanProcessor(spans))
        self._tracer = self._tracers.get_tracer("model-service")
        self._duration = self._meters.get_meter("model-service").create_histogram(
            "gen_ai.client.operation.duration",
            unit="s",
            explicit_bucket_boundaries_advisory=BOUNDS,
        )

    @contextmanager
    def call(self, model: str) -> Iterator[None]:
        """Around one call of the model: a span and a duration, with the error's name if it fails.
        Prompts and answers stay here."""
        about = {"gen_ai.operation.name": "chat", "gen_ai.request.model": model}
        began = time.perf_counter()
        with self._tracer.start_as_current_span(f"chat {model}", attributes=about):
            try:
                yield
            except Exception as error:
                about["error.type"] = type(error).__name__
                raise
            finally:
                self._duration.record(time.perf_counter() - began, about)

    def close(self) -> None:
        """Sends what is left."""
        self._tracers.shutdown()
        self._meters.shutdown()
