"""OTLP in protobuf: bytes to records. The parser bounds nesting itself; sizes are the door's."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from google.protobuf.message import DecodeError, Message
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import (
    ExportMetricsServiceRequest,
)
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.metrics.v1.metrics_pb2 import AggregationTemporality

from integrations.opentelemetry.records import (
    MAX_ATTRIBUTES,
    MAX_BODY,
    MAX_NAME,
    MAX_RECORDS,
    MAX_VALUE,
    SEVERE,
    TOO_MANY,
    Export,
    Log,
    Malformed,
    Origin,
    Point,
    Span,
    SpanEvent,
    explicit,
    point_fault,
    span_fault,
)

_REQUESTS: dict[str, type[Message]] = {
    "metrics": ExportMetricsServiceRequest,
    "traces": ExportTraceServiceRequest,
    "logs": ExportLogsServiceRequest,
}
_CUMULATIVE = AggregationTemporality.AGGREGATION_TEMPORALITY_CUMULATIVE
_NO_VALUE = 1
_ERROR = 2
_MAX_SPAN_EVENTS = 64


def parse(kind: str, body: bytes) -> Any:
    """The request message. Raises `Malformed`."""
    request = _REQUESTS[kind]()
    try:
        request.ParseFromString(body)
    except DecodeError:
        # The parser's own words name types and options, not what to mend.
        raise Malformed(
            f"The body is no OTLP {kind} export in protobuf, or it is nested too deep."
        ) from None
    return request


def read(kind: str, request: Any, *, look_only: bool = False) -> Export:
    """The records of a request. With `look_only` only what is rejected is found out."""
    export = Export()
    left = MAX_RECORDS
    for origin, items in _scopes(kind, request, look_only=look_only):
        taken = min(left, len(items))
        if taken < len(items):
            export.reject(TOO_MANY, len(items) - taken)
        left -= taken
        for item in items[:taken]:
            _READERS[kind](export, origin, item, look_only)
    return export


def _scopes(kind: str, request: Any, *, look_only: bool) -> Iterator[tuple[Origin, Any]]:
    """(origin, spans or logs or (metric, point) pairs) of each scope."""
    outer, inner, items = {
        "metrics": ("resource_metrics", "scope_metrics", "metrics"),
        "traces": ("resource_spans", "scope_spans", "spans"),
        "logs": ("resource_logs", "scope_logs", "log_records"),
    }[kind]
    for resource in getattr(request, outer):
        shared = {} if look_only else attributes(resource.resource.attributes)
        for scope in getattr(resource, inner):
            origin = Origin(shared, scope.scope.name[:MAX_NAME], scope.scope.version[:MAX_NAME])
            found = getattr(scope, items)
            yield origin, _points(found) if kind == "metrics" else found


def _points(metrics: Iterable[Any]) -> list[tuple[Any, str, Any]]:
    pairs = []
    for metric in metrics:
        shape = metric.WhichOneof("data")
        if shape:
            pairs += [(metric, shape, point) for point in getattr(metric, shape).data_points]
    return pairs


def _span(export: Export, origin: Origin, item: Any, look_only: bool) -> None:
    zero = not any(item.trace_id) or not any(item.span_id)
    fault = span_fault(
        len(item.trace_id), len(item.span_id), zero, item.start_time_unix_nano,
        item.end_time_unix_nano,
    )  # fmt: skip
    if fault:
        export.reject(fault)
    elif not look_only:
        export.records.append(
            Span(
                origin,
                item.trace_id.hex(),
                item.span_id.hex(),
                item.name[:MAX_NAME],
                item.start_time_unix_nano,
                item.end_time_unix_nano,
                attributes(item.attributes),
                item.status.code == _ERROR,
                tuple(
                    SpanEvent(
                        event.name[:MAX_NAME], event.time_unix_nano, attributes(event.attributes)
                    )
                    for event in item.events[:_MAX_SPAN_EVENTS]
                ),
            )
        )


def _log(export: Export, origin: Origin, item: Any, look_only: bool) -> None:
    if look_only:
        return
    export.records.append(
        Log(
            origin,
            item.event_name[:MAX_NAME],
            item.time_unix_nano or item.observed_time_unix_nano,
            item.trace_id.hex(),
            item.span_id.hex(),
            attributes(item.attributes),
            item.severity_number,
            _text(item.body)[:MAX_BODY] if item.severity_number >= SEVERE else "",
        )
    )


def _point(export: Export, origin: Origin, item: Any, look_only: bool) -> None:
    metric, shape, point = item
    if point.flags & _NO_VALUE:
        return
    bounds: Sequence[float] = ()
    buckets: Sequence[float] = ()
    if shape == "histogram":
        bounds, buckets = point.explicit_bounds, point.bucket_counts
    if fault := point_fault(point.time_unix_nano, len(bounds), len(buckets)):
        export.reject(fault)
        return
    if look_only:
        return
    data = getattr(metric, shape)
    fields: dict[str, Any] = {}
    if shape == "exponential_histogram":
        side, negative = point.positive, sum(point.negative.bucket_counts)
        unfolded = explicit(
            point.scale, point.zero_count, side.offset, side.bucket_counts, negative
        )
        if unfolded is None:
            export.reject("An exponential histogram has an absurd scale or too many buckets.")
            return
        bounds, buckets = unfolded
    if shape in ("gauge", "sum"):
        whole = point.WhichOneof("value") == "as_int"
        fields["value"] = float(point.as_int if whole else point.as_double)
    else:
        fields["count"] = float(point.count)
    export.records.append(
        Point(
            origin,
            metric.name[:MAX_NAME],
            "histogram" if shape == "exponential_histogram" else shape,
            point.start_time_unix_nano,
            point.time_unix_nano,
            attributes(point.attributes),
            cumulative=getattr(data, "aggregation_temporality", 0) == _CUMULATIVE,
            monotonic=getattr(data, "is_monotonic", False),
            bounds=tuple(bounds),
            buckets=tuple(map(float, buckets)),
            **fields,
        )
    )


_READERS = {"metrics": _point, "traces": _span, "logs": _log}


def attributes(pairs: Iterable[Any]) -> dict[str, str]:
    """Names and values as text. Of a name that is there twice the last counts; what is nested
    is left out, except a plain list, which becomes JSON."""
    found: dict[str, str] = {}
    for pair in list(pairs)[:MAX_ATTRIBUTES]:
        text = _text(pair.value)
        if text:
            found[pair.key[:MAX_NAME]] = text[:MAX_VALUE]
    return found


def _text(value: Any) -> str:
    kind = value.WhichOneof("value")
    if kind == "string_value":
        return str(value.string_value)
    if kind == "array_value":
        items = [_text(item) for item in value.array_value.values[:20]]
        return json.dumps(items, ensure_ascii=False)
    if kind == "bool_value":
        return "true" if value.bool_value else "false"
    if kind in ("int_value", "double_value"):
        return repr(getattr(value, kind))
    return ""
