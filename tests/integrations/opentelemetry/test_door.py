"""OTLP's addresses under a real web process: what is accepted, rejected in part, refused."""

from __future__ import annotations

import asyncio
import gzip
import json
import zlib
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import (
    ExportLogsServiceRequest,
    ExportLogsServiceResponse,
)
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)

from alerts.ingest.app import Ingest
from alerts.ingest.committer import Busy
from alerts.models import Receipt
from integrations.opentelemetry.records import MAX_RECORDS
from tests.alerts.ingest_server import (
    Reply,
    WebProcess,
    database_url,
    made_source,
    send,
    send_chunked,
    web_process,
)
from tests.integrations.opentelemetry.exports import captured

pytestmark = pytest.mark.django_db(transaction=True)
PROTOBUF = {"Content-Type": "application/x-protobuf"}
JSON = {"Content-Type": "application/json"}
_, TRACES, _ = captured("python-genai-openai-default-traces-1")
_, LOGS, _ = captured("node-json-logs-1")


@pytest.fixture(scope="module")
def web(django_db_setup: None, django_db_blocker: object) -> Iterator[WebProcess]:
    with web_process(database_url()) as process:
        yield process


@pytest.fixture
def auth(db: None) -> dict[str, str]:
    _, key = made_source("telemetry", "opentelemetry")
    return {"Authorization": f"Bearer {key}"}


def post(web: WebProcess, kind: str, body: bytes, *headers: Mapping[str, str]) -> Reply:
    merged = {name: value for each in headers for name, value in each.items()}
    return send(web.port, "POST", f"/v1/{kind}", body, merged)


def status_message(reply: Reply) -> str:
    """The message of a `google.rpc.Status`, in whichever encoding."""
    if reply.headers["content-type"] == "application/json":
        assert isinstance(reply.json["code"], int)
        return str(reply.json["message"])
    assert reply.headers["content-type"] == "application/x-protobuf"
    assert reply.body[0] == 0x08, "field 1, the code"
    return reply.body[4:].decode() if reply.body[3] < 128 else reply.body[5:].decode()


def test_an_accepted_export_is_stored_and_answered_as_otlp(
    web: WebProcess, auth: dict[str, str]
) -> None:
    reply = post(web, "traces", TRACES, PROTOBUF, auth)
    row = Receipt.objects.get()
    assert (reply.status, reply.body) == (200, b"")
    assert reply.headers["content-type"] == "application/x-protobuf"
    assert bytes(row.body) == TRACES
    assert (row.format, row.headers["x-otlp-kind"]) == ("opentelemetry", "traces")
    assert "authorization" not in row.headers


def test_json_is_answered_in_json_and_may_be_chunked_and_compressed(
    web: WebProcess, auth: dict[str, str]
) -> None:
    assert post(web, "logs", LOGS, JSON, auth).json == {}
    packed = gzip.compress(LOGS)
    headers = {**JSON, **auth, "Content-Encoding": "gzip"}
    reply = send_chunked(web.port, "/v1/logs", [packed[:40], packed[40:]], headers)
    assert (reply.status, reply.json) == (200, {})
    assert {bytes(row.body) for row in Receipt.objects.all()} == {LOGS}


@pytest.mark.parametrize("kind", ["metrics", "traces", "logs"])
@pytest.mark.parametrize("slash", ["", "/"])
def test_an_empty_export_is_a_success(
    web: WebProcess, auth: dict[str, str], kind: str, slash: str
) -> None:
    assert post(web, f"{kind}{slash}", b"", PROTOBUF, auth).status == 200
    assert post(web, f"{kind}{slash}", b"{}", JSON, auth).json == {}


@pytest.mark.parametrize("headers", [PROTOBUF, JSON])
def test_a_wrong_key_is_refused_in_the_encoding_of_the_request(
    web: WebProcess, db: None, headers: dict[str, str]
) -> None:
    body = TRACES if headers is PROTOBUF else b"{}"
    reply = post(web, "traces", body, headers, {"Authorization": "Bearer aire_wrong"})
    assert reply.status == 401
    assert status_message(reply) == "This key is not known."
    assert not Receipt.objects.exists()


@pytest.mark.parametrize("method", ["GET", "PUT", "HEAD", "OPTIONS", "DELETE"])
def test_other_methods_are_refused_and_nothing_redirects(
    web: WebProcess, db: None, method: str
) -> None:
    reply = send(web.port, method, "/v1/metrics")
    assert reply.status == 405
    assert reply.headers["allow"] == "POST"
    assert "location" not in reply.headers


def nested_any(depth: int) -> bytes:
    inner = b"\x0a\x01x"
    for _ in range(depth):
        array = b"\x0a" + _varint(len(inner)) + inner
        inner = b"\x2a" + _varint(len(array)) + array
    pair = b"\x0a\x01k\x12" + _varint(len(inner)) + inner
    resource = b"\x0a" + _varint(len(pair)) + pair
    outer = b"\x0a" + _varint(len(resource)) + resource
    return b"\x0a" + _varint(len(outer)) + outer


def _varint(value: int) -> bytes:
    out = b""
    while value > 127:
        out += bytes([value & 127 | 128])
        value >>= 7
    return out + bytes([value])


@pytest.mark.parametrize(
    "body",
    [
        bytes(range(255, 0, -1)),
        TRACES[:-7],
        b"\x0a",
        b"\x80" * 10,
        b"\x0b" * 10_000,
        b"\x0b" * 10_000 + b"\x0c" * 10_000,
        b"\x0a\xff\xff\xff\xff\x07x",
        nested_any(1_000),
        LOGS,
        gzip.compress(TRACES),
    ],
    ids=["random", "cut", "cut varint", "overlong varint", "open groups", "groups",
         "length beyond", "nested values", "json", "gzip without header"],
)  # fmt: skip
def test_what_is_no_protobuf_export_is_refused_with_the_reason(
    web: WebProcess, auth: dict[str, str], body: bytes
) -> None:
    reply = post(web, "traces", body, PROTOBUF, auth)
    assert reply.status == 400
    assert status_message(reply).endswith(".")
    assert not Receipt.objects.exists()


@pytest.mark.parametrize(
    "body",
    [b"[]", b"5", b"null", b"", b"{", b"\x0a\x02{}", b'{"resourceSpans": 5}', TRACES,
     b'{"a":' * 1_000 + b"1" + b"}" * 1_000, b"[" * 100_000,
     b'{"resourceSpans":[' + b"{}," * 600_000 + b"{}]}"],
)  # fmt: skip
def test_what_is_no_json_export_is_refused_with_the_reason(
    web: WebProcess, auth: dict[str, str], body: bytes
) -> None:
    reply = post(web, "traces", body, JSON, auth)
    assert reply.status == 400
    assert status_message(reply).endswith(".")
    assert not Receipt.objects.exists()


@pytest.mark.parametrize("content_type", ["", "text/plain", "application/grpc", "a" * 900])
def test_other_content_types_are_refused(
    web: WebProcess, auth: dict[str, str], content_type: str
) -> None:
    reply = post(web, "traces", TRACES, {"Content-Type": content_type}, auth)
    assert reply.status == 415


def test_unknown_fields_are_ignored(web: WebProcess, auth: dict[str, str]) -> None:
    unknown = b"\xfa\x3f\x03abc\xf8\x3f\x07"
    assert post(web, "logs", unknown, PROTOBUF, auth).status == 200
    assert post(web, "logs", b'{"new": {"a": 1}}', JSON, auth).json == {}


def spans(*ids: tuple[bytes, bytes, int, int]) -> bytes:
    request = ExportTraceServiceRequest()
    scope = request.resource_spans.add().scope_spans.add()
    for trace, span, start, end in ids:
        scope.spans.add(
            trace_id=trace, span_id=span, start_time_unix_nano=start, end_time_unix_nano=end
        )
    return bytes(request.SerializeToString())


def test_spans_without_ids_or_order_are_rejected_and_the_others_kept(
    web: WebProcess, auth: dict[str, str]
) -> None:
    good = (b"t" * 16, b"s" * 8, 1, 2)
    body = spans(
        good,
        (bytes(16), b"s" * 8, 1, 2),
        (b"t" * 15, b"s" * 8, 1, 2),
        (b"t" * 16, b"", 1, 2),
        (b"t" * 16, b"s" * 8, 5, 2),
    )
    reply = post(web, "traces", body, PROTOBUF, auth)
    answer = ExportTraceServiceResponse.FromString(reply.body)
    assert reply.status == 200
    assert answer.partial_success.rejected_spans == 4
    assert answer.partial_success.error_message == (
        "A span has no valid trace id and span id. (3 times) A span ends before it starts."
    )
    assert Receipt.objects.count() == 1


def test_json_points_that_do_not_add_up_are_rejected(web: WebProcess, auth: dict[str, str]) -> None:
    points = [
        {"timeUnixNano": "1", "count": "2", "bucketCounts": [1, 1], "explicitBounds": [1, 2, 3]},
        {"count": "2"},
        {"timeUnixNano": "1", "count": "2", "bucketCounts": ["1", "1"], "explicitBounds": [1]},
    ]
    metric = {"name": "m", "histogram": {"dataPoints": points, "aggregationTemporality": 2}}
    body = json.dumps({"resourceMetrics": [{"scopeMetrics": [{"metrics": [metric]}]}]}).encode()
    reply = post(web, "metrics", body, JSON, auth)
    assert reply.json["partialSuccess"]["rejectedDataPoints"] == "2"


def test_a_hundred_thousand_records_in_one_export_are_cut_and_said(
    web: WebProcess, auth: dict[str, str]
) -> None:
    request = ExportLogsServiceRequest()
    records = request.resource_logs.add().scope_logs.add().log_records
    for _ in range(100_000):
        records.add(time_unix_nano=1)
    reply = post(web, "logs", request.SerializeToString(), PROTOBUF, auth)
    answer = ExportLogsServiceResponse.FromString(reply.body).partial_success
    assert answer.rejected_log_records == 100_000 - MAX_RECORDS
    assert "50,000" in answer.error_message


def test_a_body_above_the_limit_is_refused_before_it_is_read(
    web: WebProcess, auth: dict[str, str]
) -> None:
    reply = post(web, "logs", b"", {**PROTOBUF, **auth, "Content-Length": str(64 * 1024 * 1024)})
    assert reply.status == 413
    assert "larger than 16384 KiB" in status_message(reply)


@pytest.mark.parametrize(
    ("encoding", "body", "status"),
    [
        ("gzip", gzip.compress(bytes(32 * 1024 * 1024)), 413),
        ("gzip, gzip", gzip.compress(gzip.compress(TRACES)), 200),
        ("gzip", gzip.compress(gzip.compress(TRACES)), 400),
        ("gzip", gzip.compress(TRACES) + b"garbage", 400),
        ("gzip", gzip.compress(TRACES[:100]) + gzip.compress(TRACES[100:]), 200),
        ("gzip", gzip.compress(TRACES)[:-20], 400),
        ("gzip", gzip.compress(TRACES)[:-8] + b"\x00" * 8, 400),
        ("gzip", TRACES, 400),
        ("deflate", zlib.compress(TRACES), 200),
        ("deflate", zlib.compress(TRACES)[2:-4], 400),
        ("br", TRACES, 400),
        ("zstd", TRACES, 400),
        ("gzip, gzip, gzip", gzip.compress(gzip.compress(gzip.compress(TRACES))), 400),
        ("identity", TRACES, 200),
        ("identity;q=0", TRACES, 400),
    ],
)
def test_compression_is_undone_within_limits_or_refused(
    web: WebProcess, auth: dict[str, str], encoding: str, body: bytes, status: int
) -> None:
    reply = post(web, "traces", body, PROTOBUF, auth, {"Content-Encoding": encoding})
    assert reply.status == status
    assert Receipt.objects.count() == (1 if status == 200 else 0)
    if status == 200:
        assert bytes(Receipt.objects.get().body) == TRACES


class _Away:
    """A committer whose database is away."""

    async def holder(self, key: str) -> None:
        raise Busy


def answered(headers: Mapping[str, str], *, gone: bool = False) -> tuple[int, dict[str, str]]:
    """Status and headers of the ingest application when nothing can be stored."""
    ingest = Ingest()
    ingest.committer = _Away()  # type: ignore[assignment]
    sent: list[Mapping[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.disconnect"} if gone else {"type": "http.request", "body": b""}

    async def take(message: Mapping[str, Any]) -> None:
        sent.append(message)

    raw = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "method": "POST", "path": "/v1/logs", "headers": raw}
    asyncio.run(ingest(scope, receive, take))
    return sent[0]["status"], {n.decode(): v.decode() for n, v in sent[0]["headers"]}


@pytest.mark.parametrize("gone", [False, True])
def test_trouble_is_said_so_that_sdks_try_again_in_time(gone: bool) -> None:
    """They give up after ten seconds, and never try again after 500, 408 or a long wait."""
    status, headers = answered({**PROTOBUF, "Authorization": "Bearer k"}, gone=gone)
    assert status == 503
    assert 1 <= int(headers["retry-after"]) <= 3
    assert headers["content-type"] == "application/x-protobuf"
