"""Severe log records become alerts, as the source asks."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue
from opentelemetry.proto.logs.v1.logs_pb2 import LogRecord, ResourceLogs, ScopeLogs

from alerts.signals import Reading, Severity
from integrations.opentelemetry.door import KIND_HEADER
from integrations.opentelemetry.source import FORMAT

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)


def record(severity: int, text: str, **attributes: str) -> dict[str, Any]:
    return {
        "timeUnixNano": "1795230000000000000",
        "severityNumber": severity,
        "body": {"stringValue": text},
        "attributes": [{"key": k, "value": {"stringValue": v}} for k, v in attributes.items()],
    }


def read(*records: dict[str, Any], **options: object) -> Reading:
    service = {"key": "service.name", "value": {"stringValue": "support-assistant"}}
    document = {
        "resourceLogs": [
            {"resource": {"attributes": [service]}, "scopeLogs": [{"logRecords": list(records)}]}
        ]
    }
    return FORMAT.read(
        json.dumps(document).encode(),
        headers={"content-type": "application/json", KIND_HEADER: "logs"},
        options={"received_at": NOW, **options},
    )


def test_a_fatal_record_is_an_alert_and_lesser_ones_are_not() -> None:
    reading = read(record(21, "out of memory"), record(17, "one call failed"), record(9, "hello"))
    (signal,) = reading.signals
    assert signal.severity is Severity.SEV1
    assert signal.title == "support-assistant: out of memory"
    assert signal.labels["service"] == "support-assistant"


def test_the_source_says_from_which_severity_on() -> None:
    records = record(21, "a"), record(17, "b"), record(13, "c"), record(9, "d")
    assert len(read(*records, logsFrom="warn").signals) == 3
    assert len(read(*records, logsFrom="error").signals) == 2
    assert read(*records, logsFrom="off").signals == ()


def test_records_that_differ_in_numbers_only_are_one_condition() -> None:
    given = [record(21, f"worker {n} died after {n * 7} s") for n in range(50)]
    assert len(read(*given).signals) == 1


def test_an_exception_is_told_apart_by_its_type_or_as_the_source_says() -> None:
    kinds = [record(21, "x", **{"exception.type": kind, "tenant": "a"}) for kind in "AB"]
    assert len(read(*kinds).signals) == 2
    assert len(read(*kinds, logsFingerprint=["tenant"]).signals) == 1
    assert len(read(*kinds, logsFingerprint=["tenant", "exception.type"]).signals) == 2


def test_protobuf_is_read_the_same() -> None:
    logs = ScopeLogs(
        log_records=[LogRecord(severity_number=21, body=AnyValue(string_value="out of memory"))]  # type: ignore[arg-type]
    )
    request = ExportLogsServiceRequest(resource_logs=[ResourceLogs(scope_logs=[logs])])
    reading = FORMAT.read(
        request.SerializeToString(),
        headers={"content-type": "application/x-protobuf", KIND_HEADER: "logs"},
        options={"received_at": NOW},
    )
    assert [signal.title for signal in reading.signals] == ["out of memory"]


def test_the_text_of_an_ordinary_record_is_not_even_read() -> None:
    assert "what a customer wrote" not in repr(read(record(9, "what a customer wrote")))


def test_hostile_severities_are_none() -> None:
    for odd in ("NaN", "1e400", None, [], {}, "x", -5, 10**30):
        reading = read({**record(0, "x"), "severityNumber": odd})
        assert len(reading.signals) <= 1
