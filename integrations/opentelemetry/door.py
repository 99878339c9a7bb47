"""`POST /v1/metrics`, `/v1/traces`, `/v1/logs`: OTLP/HTTP, answered as the protocol answers.

https://opentelemetry.io/docs/specs/otlp/#otlphttp. Answers come in the encoding of the request;
refusals are a `google.rpc.Status`. SDKs retry only 429, 502, 503 and 504, drop what is answered
with 500, and give up when `Retry-After` is longer than their ten seconds.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from alerts.ingest.doors import Answer, Call, Door, bearer
from integrations.opentelemetry import jsonwire, protobuf
from integrations.opentelemetry.records import Export, Malformed

LIMIT = 16 * 1024 * 1024
"""Of a body, on the wire and unpacked."""

KIND_HEADER = "x-otlp-kind"
JSON = "application/json"
PROTOBUF = "application/x-protobuf"
_REJECTED = {
    "metrics": "rejectedDataPoints",
    "traces": "rejectedSpans",
    "logs": "rejectedLogRecords",
}
# google.rpc.Code, https://github.com/googleapis/googleapis/blob/master/google/rpc/code.proto
_CODES = {400: 3, 401: 16, 403: 7, 404: 5, 405: 12, 413: 8, 415: 3, 429: 8, 503: 14}


def is_json(headers: Mapping[str, str]) -> bool:
    return headers.get("content-type", "").split(";")[0].strip().lower() == JSON


def is_protobuf(headers: Mapping[str, str]) -> bool:
    given = headers.get("content-type", "").split(";")[0].strip().lower()
    return given in (PROTOBUF, "application/protobuf")


def load(kind: str, body: bytes, headers: Mapping[str, str], *, look_only: bool) -> Export:
    """The export that a body holds. Raises `Malformed`."""
    if is_json(headers):
        return jsonwire.read(kind, jsonwire.parse(body), look_only=look_only)
    return protobuf.read(kind, protobuf.parse(kind, body), look_only=look_only)


def _refuse(call: Call) -> Answer | None:
    """400 for what is no export; what is rejected inside of one is remembered for the answer."""
    if call.packed:
        return Answer(400, {"detail": "The body is not what its Content-Encoding says."})
    if not is_json(call.headers) and not is_protobuf(call.headers):
        return Answer(415, {"detail": f"Send {PROTOBUF} or {JSON}."})
    try:
        call.memo["export"] = load(_kind(call), call.body, call.headers, look_only=True)
    except Malformed as error:
        return Answer(400, {"detail": str(error)})
    return None


def _accept(call: Call, receipt: str) -> Answer:
    export: Export = call.memo["export"]
    partial: dict[str, Any] = {}
    if export.rejected:
        partial = {_REJECTED[_kind(call)]: str(export.rejected), "errorMessage": export.message}
    if is_json(call.headers):
        return Answer(200, {"partialSuccess": partial} if partial else {})
    inner = _varint_field(1, export.rejected) + _text_field(2, export.message)
    return Answer(200, _bytes_field(1, inner) if partial else b"", content_type=PROTOBUF)


def _dress(answer: Answer, headers: Mapping[str, str]) -> Answer:
    """A refusal as `google.rpc.Status`. A body that stopped half-way may come again, which SDKs
    do not try after 408."""
    status, more = (503, {"retry-after": "1"}) if answer.status == 408 else (answer.status, {})
    code = _CODES.get(status, 2)
    kept = {**answer.headers, **more}
    if is_protobuf(headers):
        body = _varint_field(1, code) + _text_field(2, answer.detail)
        return Answer(status, body, kept, PROTOBUF)
    return Answer(status, {"code": code, "message": answer.detail}, kept)


def _kind(call: Call) -> str:
    return call.match["kind"]


def _varint_field(number: int, value: int) -> bytes:
    """A field of a protobuf message; these two small messages need no generated code."""
    return _varint(number << 3) + _varint(value) if value else b""


def _text_field(number: int, text: str) -> bytes:
    return _bytes_field(number, text.encode("utf-8", "replace")) if text else b""


def _bytes_field(number: int, value: bytes) -> bytes:
    return _varint(number << 3 | 2) + _varint(len(value)) + value


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)
    return bytes(out)


OTLP = Door(
    path=re.compile(r"^/v1/(?P<kind>metrics|traces|logs)/?\Z"),
    key=bearer,
    format=lambda call: "opentelemetry",
    refuse=_refuse,
    accept=_accept,
    dress=_dress,
    keep=lambda call: {KIND_HEADER: _kind(call)},
    limit=LIMIT,
    retry_after=2,
    slow=True,
)
