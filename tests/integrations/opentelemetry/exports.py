"""OTLP exports for tests: captured ones, and small ones written by hand."""

from __future__ import annotations

import base64
import gzip
import json
from collections import defaultdict
from datetime import UTC, datetime
from typing import Any

from integrations.opentelemetry.source import FORMAT
from slos.intake import Count, Event, Fact
from tests.integrations.captured import ROOT

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)


def captured(case: str) -> tuple[str, bytes, dict[str, str]]:
    """(kind, unpacked body, headers as they are stored) of a captured export."""
    record = json.loads((ROOT / "opentelemetry/payloads" / f"{case}.http.json").read_text())
    body = base64.b64decode(record["body_base64"])
    given = {name.lower(): value for name, value in record["headers"].items()}
    if given.get("content-encoding") == "gzip":
        body = gzip.decompress(body)
    kind = record["path"].rpartition("/")[2]
    return kind, body, {"content-type": given["content-type"], "x-otlp-kind": kind}


def facts(case: str) -> list[Fact]:
    _, body, headers = captured(case)
    return read(body, headers)


def read(body: bytes, headers: dict[str, str]) -> list[Fact]:
    reading = FORMAT.read(body, headers=headers, options={"received_at": NOW})
    assert reading.signals == ()
    assert not reading.keep_body
    return [fact for fact in reading.measured if isinstance(fact, Event | Count)]


def by_signal(found: list[Fact]) -> dict[str, list[Any]]:
    grouped: dict[str, list[Any]] = defaultdict(list)
    for fact in found:
        grouped[fact.signal].append(fact)
    return dict(grouped)


def attribute(name: str, value: object) -> dict[str, object]:
    kinds = {bool: "boolValue", int: "intValue", float: "doubleValue", str: "stringValue"}
    return {"key": name, "value": {kinds[type(value)]: value}}


def json_logs(*records: dict[str, object], service: str = "rag") -> bytes:
    resource = {"attributes": [attribute("service.name", service)]}
    scopes = [{"scope": {"name": "judges", "version": "1"}, "logRecords": list(records)}]
    return json.dumps({"resourceLogs": [{"resource": resource, "scopeLogs": scopes}]}).encode()


def json_metrics(*metrics: dict[str, object], service: str = "rag") -> bytes:
    resource = {"attributes": [attribute("service.name", service)]}
    scopes = [{"scope": {"name": "app"}, "metrics": list(metrics)}]
    return json.dumps(
        {"resourceMetrics": [{"resource": resource, "scopeMetrics": scopes}]}
    ).encode()


def json_spans(*spans: dict[str, object], service: str = "rag") -> bytes:
    resource = {"attributes": [attribute("service.name", service)]}
    scopes = [{"scope": {"name": "app"}, "spans": list(spans)}]
    return json.dumps({"resourceSpans": [{"resource": resource, "scopeSpans": scopes}]}).encode()


JSON_HEADERS = {"content-type": "application/json"}
