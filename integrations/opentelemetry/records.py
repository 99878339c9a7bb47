"""OTLP's spans, log records and metric points, whatever encoding they came in. No meaning here."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

KINDS = ("metrics", "traces", "logs")
MAX_RECORDS = 50_000
"""Spans, log records or data points that are read of one export; the rest is rejected."""
MAX_ATTRIBUTES = 128
MAX_NAME = 200
MAX_VALUE = 1000
MAX_BUCKETS = 400
_SCALES = range(-10, 21)


class Malformed(Exception):
    """The body is no export of its kind. The message is a plain sentence."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Who sent it: the resource's attributes, and the library that measured."""

    attributes: Mapping[str, str]
    scope: str = ""
    version: str = ""


@dataclass(frozen=True, slots=True)
class SpanEvent:
    name: str
    time: int
    attributes: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Span:
    """Times in nanoseconds since 1970, ids in hex."""

    origin: Origin
    trace: str
    span: str
    name: str
    start: int
    end: int
    attributes: Mapping[str, str]
    failed: bool
    events: tuple[SpanEvent, ...] = ()


@dataclass(frozen=True, slots=True)
class Log:
    """`time` is 0 when the sender gave none, `severity` the number of the data model or 0. Of the
    body only the text is kept, and only of records severe enough to be an alert."""

    origin: Origin
    event: str
    time: int
    trace: str
    span: str
    attributes: Mapping[str, str]
    severity: int = 0
    body: str = ""


SEVERE = 13
"""WARN of the log data model: below it nobody asks for a record's text, which may be a prompt."""
MAX_BODY = 2000


@dataclass(frozen=True, slots=True)
class Point:
    """A data point: `value` of a gauge or sum, `count`, `bounds` and `buckets` of a histogram."""

    origin: Origin
    metric: str
    shape: str
    start: int
    time: int
    attributes: Mapping[str, str]
    cumulative: bool = False
    monotonic: bool = False
    value: float = 0.0
    count: float = 0.0
    bounds: tuple[float, ...] = ()
    buckets: tuple[float, ...] = ()


Record = Span | Log | Point


@dataclass(slots=True)
class Export:
    """What one request holds, and how much of it could not be taken, with the reasons."""

    records: list[Record] = field(default_factory=list)
    rejected: int = 0
    reasons: dict[str, int] = field(default_factory=dict)

    def reject(self, reason: str, count: int = 1) -> None:
        self.rejected += count
        self.reasons[reason] = self.reasons.get(reason, 0) + count

    @property
    def message(self) -> str:
        """All reasons in one line."""
        return " ".join(
            reason if count == 1 else f"{reason} ({count:,} times)"
            for reason, count in self.reasons.items()
        )


TOO_MANY = f"Only the first {MAX_RECORDS:,} items of an export are read."


def span_fault(trace: int, span: int, zero: bool, start: int, end: int) -> str:
    """Why a span is rejected, from the lengths of its ids in bytes; "" when it is not."""
    if trace != 16 or span != 8 or zero:
        return "A span has no valid trace id and span id."
    if end < start or not end:
        return "A span ends before it starts."
    return ""


def point_fault(time: int, bounds: int, buckets: int) -> str:
    """Why a data point is rejected; "" when it is not."""
    if not time:
        return "A data point has no time."
    if buckets > MAX_BUCKETS:
        return f"A histogram has more than {MAX_BUCKETS} buckets."
    if buckets and buckets != bounds + 1:
        return "A histogram's buckets do not fit its bounds."
    return ""


def explicit(
    scale: int, zero: float, offset: int, positive: Sequence[float], negative: float
) -> tuple[tuple[float, ...], tuple[float, ...]] | None:
    """Bounds and buckets of an exponential histogram; None when its scale is absurd.

    Bucket i of the positive side holds (base^(offset+i), base^(offset+i+1)] with
    base = 2^(2^-scale); zero and all that is negative go into the first bucket.
    """
    if scale not in _SCALES or len(positive) > MAX_BUCKETS:
        return None
    power = 2.0**-scale
    try:
        bounds = tuple(2.0 ** (power * (offset + i)) for i in range(len(positive) + 1))
    except OverflowError:
        return None
    if not all(math.isfinite(bound) for bound in bounds) or len(set(bounds)) != len(bounds):
        return None
    return bounds, (zero + negative, *positive, 0.0)
