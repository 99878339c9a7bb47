"""The format `opentelemetry`: reads an OTLP export into facts that SLIs count, and severe log
records into alerts."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from textwrap import dedent

from alerts.reading import Notes, received_at
from alerts.signals import Reading, Unreadable
from integrations.opentelemetry import jsonwire
from integrations.opentelemetry.answers import answers_in
from integrations.opentelemetry.door import KIND_HEADER, is_protobuf, load
from integrations.opentelemetry.facts import facts_of
from integrations.opentelemetry.log_alerts import alerts_in
from integrations.opentelemetry.records import KINDS, Export, Malformed
from slos.intake import Fact


class OpenTelemetry:
    """The format `opentelemetry`."""

    name = "opentelemetry"
    title = "OpenTelemetry"

    def read(
        self, body: bytes, *, headers: Mapping[str, str], options: Mapping[str, object]
    ) -> Reading:
        """The facts of an export. What its records held beyond the facts is not kept: telemetry
        is bulky, and traces may carry what people wrote."""
        try:
            export = _export(body, headers)
        except Malformed as error:
            raise Unreadable(str(error)) from error
        notes = Notes()
        for reason, count in export.reasons.items():
            notes.add(reason if count == 1 else f"{reason} ({count:,} times)")
        arrival = received_at(options)
        facts: list[Fact] = []
        for record in export.records:
            facts.extend(facts_of(record, received_at=arrival))
        signals = alerts_in(export.records, options, notes)
        if not facts and not signals:
            notes.add(f"{len(export.records):,} records, none of a kind that an SLI can count.")
        answers = answers_in(export.records, notes, received_at=arrival)
        return Reading(signals, notes.sentences(), measured=(*facts, *answers), keep_body=False)

    def snippet(self, *, url: str, base_url: str, key: str) -> str:
        """Environment variables, which every SDK reads, and the Collector's exporter."""
        base = base_url.rstrip("/")
        return dedent(
            f"""\
            # Any OpenTelemetry SDK (the address without /v1/..., which the SDK adds):
            OTEL_EXPORTER_OTLP_ENDPOINT={base}
            OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf
            OTEL_EXPORTER_OTLP_COMPRESSION=gzip
            OTEL_EXPORTER_OTLP_HEADERS=authorization=Bearer%20{key}

            # Or the Collector:
            # exporters:
            #   otlphttp/aire:
            #     endpoint: {base}
            #     headers:
            #       authorization: "Bearer {key}"

            # One export by hand goes to {url}
            """
        )

    def sample(self, *, now: datetime, system: str) -> bytes:
        """An evaluation result as an SDK sends it, in JSON."""
        attributes = {
            "gen_ai.evaluation.name": {"stringValue": "groundedness"},
            "gen_ai.evaluation.score.value": {"doubleValue": 0.84},
            "gen_ai.evaluation.score.label": {"stringValue": "pass"},
        }
        record = {
            "timeUnixNano": str(int((now - timedelta(seconds=5)).timestamp() * 1e9)),
            "eventName": "gen_ai.evaluation.result",
            "attributes": [{"key": name, "value": value} for name, value in attributes.items()],
        }
        service = {"key": "service.name", "value": {"stringValue": system}}
        document = {
            "resourceLogs": [
                {
                    "resource": {"attributes": [service]},
                    "scopeLogs": [{"scope": {"name": "judges"}, "logRecords": [record]}],
                }
            ]
        }
        return json.dumps(document, ensure_ascii=False).encode()


def _export(body: bytes, headers: Mapping[str, str]) -> Export:
    """By the kind that the address said; a JSON export posted to `/in/` says it itself."""
    kind = headers.get(KIND_HEADER, "")
    if kind in KINDS:
        return load(kind, body, headers, look_only=False)
    if is_protobuf(headers):
        raise Malformed("Protobuf says by its address what it is: send it to /v1/metrics, "
                        "/v1/traces or /v1/logs.")  # fmt: skip
    request = jsonwire.parse(body)
    found = jsonwire.kind_of(request)
    if found is None:
        raise Malformed("This is no OTLP export: it has no resourceMetrics, resourceSpans or "
                        "resourceLogs.")  # fmt: skip
    return jsonwire.read(found, request)


FORMAT = OpenTelemetry()
