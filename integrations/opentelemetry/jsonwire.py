"""OTLP in JSON: bytes to records. Ids are hex, enums are integers, 64-bit numbers may be texts.

Unknown fields are ignored and a field of the wrong type counts as absent, as the protocol asks;
only a body that is no JSON object of its kind is malformed.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from typing import Any

from core.payload import PayloadError, load_json
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

MAX_NODES = 500_000
_LEVELS = {
    "metrics": ("resourceMetrics", "scopeMetrics", "metrics"),
    "traces": ("resourceSpans", "scopeSpans", "spans"),
    "logs": ("resourceLogs", "scopeLogs", "logRecords"),
}
_SHAPES = ("gauge", "sum", "histogram", "exponentialHistogram", "summary")
_HEX = frozenset("0123456789abcdefABCDEF")
_CUMULATIVE = 2
_ERROR = 2
_MAX_SPAN_EVENTS = 64
_MAX_NANOS = 2**63

Object = Mapping[str, Any]


def parse(body: bytes) -> Object:
    """The request as a JSON object. Raises `Malformed`."""
    try:
        value = load_json(body, max_nodes=MAX_NODES).value
    except PayloadError as error:
        raise Malformed(str(error)) from None
    if not isinstance(value, dict):
        raise Malformed("The body is JSON, but no object.")
    return value


def kind_of(request: Object) -> str | None:
    """Which kind of export an object is, from its only field."""
    return next((kind for kind, (outer, *_) in _LEVELS.items() if outer in request), None)


def read(kind: str, request: Object, *, look_only: bool = False) -> Export:
    """The records of a request. With `look_only` only what is rejected is found out."""
    outer, inner, leaf = _LEVELS[kind]
    if not isinstance(request.get(outer, []), list):
        raise Malformed(f"{outer} is not a list.")
    export = Export()
    left = MAX_RECORDS
    for resource in _objects(request, outer):
        shared = {} if look_only else attributes(_object(resource, "resource"))
        for scope in _objects(resource, inner):
            about = _object(scope, "scope")
            origin = Origin(shared, _text(about, "name"), _text(about, "version"))
            items = list(_points(scope) if kind == "metrics" else _objects(scope, leaf))
            taken = min(left, len(items))
            if taken < len(items):
                export.reject(TOO_MANY, len(items) - taken)
            left -= taken
            for item in items[:taken]:
                _READERS[kind](export, origin, item, look_only)
    return export


def _points(scope: Object) -> Iterator[tuple[str, str, Object, Object]]:
    for metric in _objects(scope, "metrics"):
        for shape in _SHAPES:
            data = metric.get(shape)
            if isinstance(data, dict):
                for point in _objects(data, "dataPoints"):
                    yield _text(metric, "name"), shape, data, point


def _span(export: Export, origin: Origin, item: Object, look_only: bool) -> None:
    trace, span = _hex(item, "traceId"), _hex(item, "spanId")
    zero = not trace.strip("0") or not span.strip("0")
    start, end = _nanos(item, "startTimeUnixNano"), _nanos(item, "endTimeUnixNano")
    if fault := span_fault(len(trace) // 2, len(span) // 2, zero, start, end):
        export.reject(fault)
    elif not look_only:
        events = tuple(
            SpanEvent(_text(event, "name"), _nanos(event, "timeUnixNano"), attributes(event))
            for event in _objects(item, "events")[:_MAX_SPAN_EVENTS]
        )
        failed = _number(_object(item, "status"), "code") == _ERROR
        name = _text(item, "name")
        export.records.append(
            Span(origin, trace, span, name, start, end, attributes(item), failed, events)
        )


def _log(export: Export, origin: Origin, item: Object, look_only: bool) -> None:
    if look_only:
        return
    time = _nanos(item, "timeUnixNano") or _nanos(item, "observedTimeUnixNano")
    event, ids = _text(item, "eventName"), (_hex(item, "traceId"), _hex(item, "spanId"))
    number = _number(item, "severityNumber")
    severity = int(number) if math.isfinite(number) else 0
    text = _any_text(item.get("body"))[:MAX_BODY] if severity >= SEVERE else ""
    export.records.append(Log(origin, event, time, *ids, attributes(item), severity, text))


def _point(
    export: Export, origin: Origin, item: tuple[str, str, Object, Object], look_only: bool
) -> None:
    metric, shape, data, point = item
    if int(_number(point, "flags")) & 1:
        return
    time = _nanos(point, "timeUnixNano")
    bounds, buckets = _numbers(point, "explicitBounds"), _numbers(point, "bucketCounts")
    fault = point_fault(time, len(bounds), len(buckets))
    if not fault and shape == "exponentialHistogram":
        unfolded = _unfolded(point)
        if unfolded is None:
            fault = "An exponential histogram has an absurd scale or too many buckets."
        else:
            bounds, buckets = unfolded
    if fault:
        export.reject(fault)
    elif not look_only:
        export.records.append(
            Point(
                origin,
                metric,
                "histogram" if shape == "exponentialHistogram" else shape,
                _nanos(point, "startTimeUnixNano"),
                time,
                attributes(point),
                cumulative=_number(data, "aggregationTemporality") == _CUMULATIVE,
                monotonic=data.get("isMonotonic") is True,
                value=_number(point, "asInt" if "asInt" in point else "asDouble", math.nan),
                count=_number(point, "count"),
                bounds=bounds,
                buckets=buckets,
            )
        )


def _unfolded(point: Object) -> tuple[tuple[float, ...], tuple[float, ...]] | None:
    side = _object(point, "positive")
    negative = sum(_numbers(_object(point, "negative"), "bucketCounts"))
    scale, offset = _number(point, "scale"), _number(side, "offset")
    positive = _numbers(side, "bucketCounts")
    if abs(offset) > 1e9 or scale != int(scale):
        return None
    return explicit(int(scale), _number(point, "zeroCount"), int(offset), positive, negative)


_READERS: dict[str, Any] = {"metrics": _point, "traces": _span, "logs": _log}


def attributes(holder: Object) -> dict[str, str]:
    """Names and values as text, as `protobuf.attributes` has them."""
    found: dict[str, str] = {}
    for pair in _objects(holder, "attributes")[:MAX_ATTRIBUTES]:
        text = _any_text(pair.get("value"))
        if text:
            found[_text(pair, "key")] = text[:MAX_VALUE]
    return found


def _any_text(value: object) -> str:
    if not isinstance(value, dict):
        return ""
    if isinstance(text := value.get("stringValue"), str):
        return text
    if isinstance(flag := value.get("boolValue"), bool):
        return "true" if flag else "false"
    if "intValue" in value:
        number = _number(value, "intValue", math.nan)
        return repr(int(number)) if math.isfinite(number) else ""
    if "doubleValue" in value:
        return repr(_number(value, "doubleValue", math.nan))
    if isinstance(array := value.get("arrayValue"), dict):
        items = [_any_text(item) for item in _objects(array, "values")[:20]]
        return json.dumps(items, ensure_ascii=False)
    return ""


def _object(holder: Object, name: str) -> Object:
    value = holder.get(name)
    return value if isinstance(value, dict) else {}


def _objects(holder: Object, name: str) -> list[Object]:
    value = holder.get(name)
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _text(holder: Object, name: str) -> str:
    value = holder.get(name)
    return value[:MAX_NAME] if isinstance(value, str) else ""


def _hex(holder: Object, name: str) -> str:
    value = holder.get(name)
    plain = isinstance(value, str) and len(value) <= 64 and set(value) <= _HEX
    return str(value).lower() if plain else ""


def _number(holder: Object, name: str, default: float = 0.0) -> float:
    """A number or the text of one ("NaN" and "Infinity" included)."""
    value = holder.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return default
    try:
        return float(value) if not isinstance(value, str) or len(value) <= 40 else default
    except (ValueError, OverflowError):
        return default


def _numbers(holder: Object, name: str) -> tuple[float, ...]:
    value = holder.get(name)
    if not isinstance(value, list):
        return ()
    return tuple(_number({"": item}, "") for item in value)


def _nanos(holder: Object, name: str) -> int:
    """Nanoseconds as an integer or its digits; a float would lose the last ones."""
    value = holder.get(name)
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 19:
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool):
        return 0
    return value if 0 <= value < _MAX_NANOS else 0
