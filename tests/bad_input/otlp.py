"""BI-P: OTLP and protobuf. 400 with a reason, or taken with what was rejected said."""

from __future__ import annotations

import json

from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue
from opentelemetry.proto.logs.v1.logs_pb2 import LogRecord, ResourceLogs, ScopeLogs
from opentelemetry.proto.trace.v1.trace_pb2 import ResourceSpans, ScopeSpans, Span

from tests.bad_input.corpus import EITHER, NOTHING, READ, Case, refused

OK = frozenset({200})
BEARER = {"authorization": "Bearer {opentelemetry}"}


def _proto(name: str, body: bytes, kind: str = "traces", **more: object) -> Case:
    headers = {**BEARER, "content-type": "application/x-protobuf"}
    return Case(name, body, path=f"/v1/{kind}", headers=headers, **more)  # type: ignore[arg-type]


def _json(name: str, body: bytes, kind: str = "logs", **more: object) -> Case:
    headers = {**BEARER, "content-type": "application/json"}
    return Case(name, body, path=f"/v1/{kind}", headers=headers, **more)  # type: ignore[arg-type]


def _span(**changes: object) -> bytes:
    given = {"trace_id": b"t" * 16, "span_id": b"s" * 8, "name": "chat",
             "start_time_unix_nano": 1_795_230_000_000_000_000,
             "end_time_unix_nano": 1_795_230_001_000_000_000, **changes}  # fmt: skip
    spans = ScopeSpans(spans=[Span(**given)])  # type: ignore[arg-type]
    request = ExportTraceServiceRequest(resource_spans=[ResourceSpans(scope_spans=[spans])])
    return request.SerializeToString()


def _nested(depth: int) -> bytes:
    """An AnyValue in an AnyValue …, written by hand: the library refuses to make it."""
    inner = b""
    for _ in range(depth):
        array = b"\x0a" + _varint(len(inner)) + inner
        inner = b"\x2a" + _varint(len(array)) + array
    pair = b"\x0a\x01a\x12" + _varint(len(inner)) + inner
    record = b"\x32" + _varint(len(pair)) + pair
    for tag in (b"\x12", b"\x12", b"\x0a"):
        record = tag + _varint(len(record)) + record
    return record


def _varint(number: int) -> bytes:
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    return bytes([*out, number])


def _many(count: int) -> bytes:
    logs = ScopeLogs(log_records=[LogRecord(severity_number=9)] * count)  # type: ignore[arg-type]
    return ExportLogsServiceRequest(
        resource_logs=[ResourceLogs(scope_logs=[logs])]
    ).SerializeToString()


def _twice() -> bytes:
    pair = KeyValue(key="a", value=AnyValue(string_value="1"))
    return _span(attributes=[pair, pair])


DEEP: object = {"stringValue": "x"}
for _ in range(30):
    DEEP = {"arrayValue": {"values": [DEEP]}}
CASES = [
    _proto("random bytes", bytes(range(255, 0, -1)), status=refused(400), outcome=NOTHING),
    _proto("a varint cut off", b"\x0a\xff", status=refused(400), outcome=NOTHING),
    _proto("an overlong varint", b"\x08" + b"\xff" * 11, status=refused(400), outcome=NOTHING),
    _proto("10,000 nested groups", b"\x0b" * 10_000 + b"\x0c" * 10_000, status=refused(400, 200),
           outcome=EITHER),
    _proto("a length beyond the body", b"\x0a\xff\x7f", status=refused(400), outcome=NOTHING),
    _proto("unknown fields only", b"\xba\x3e\x03abc", status=OK, outcome=READ),
    _proto("100,000 log records", _many(100_000), "logs", status=OK, outcome=READ,
           says="Only the first"),
    _proto("an AnyValue nested 1,000 deep", _nested(1_000), "logs", status=refused(400),
           outcome=NOTHING),
    _proto("an attribute of 17 MB", _span(name="n" * 17 * 1024 * 1024), status=refused(413),
           outcome=NOTHING),
    _proto("a trace id of zeros", _span(trace_id=b"\0" * 16), status=OK, outcome=READ,
           says="no valid trace id"),
    _proto("a trace id of 15 bytes", _span(trace_id=b"t" * 15), status=OK, outcome=READ,
           says="no valid trace id"),
    _proto("an end before its start", _span(end_time_unix_nano=1), status=OK, outcome=READ,
           says="ends before"),
    _json("JSON with a nested value", json.dumps({"resourceLogs": [{"scopeLogs": [
        {"logRecords": [{"attributes": [{"key": "a", "value": DEEP}]}]}]}]}).encode(),
        status=refused(200, 400), outcome=EITHER),
    _json("protobuf said to be JSON", _span(), "traces", status=refused(400), outcome=NOTHING),
    _proto("an empty export", b"", status=OK, outcome=READ),
    _proto("an attribute twice", _twice(), status=OK, outcome=READ),
]  # fmt: skip
