"""What spans, log records and metric points say that an SLI can count."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from hashlib import blake2b

from integrations.opentelemetry.dialects import OPERATION, Dialects, dialects
from integrations.opentelemetry.records import Origin, Point, Record, Span, SpanEvent
from slos.intake import Count, Event, Fact

EVALUATION = "gen_ai.evaluation.result"
EVALUATOR_RUN = "gen_ai.evaluation.run"
"""Each time a judge was asked: bad when it failed. A failed judgement is no judgement."""

# What spans say goes under names that no metric has, so that an application which sends both is
# not counted twice.
SPAN_OPERATION = "gen_ai.client.operation"
SPAN_TOOL = "gen_ai.execute_tool"
SPAN_TTFT = "gen_ai.response.time_to_first_chunk"
SPAN_TPOT = "gen_ai.response.time_per_output_token"
SPAN_INPUT = "gen_ai.usage.input_tokens"
SPAN_OUTPUT = "gen_ai.usage.output_tokens"
SPAN_TOTAL = "gen_ai.usage.total_tokens"
SPAN_COST = "gen_ai.usage.cost"

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def facts_of(record: Record, *, received_at: datetime) -> Iterator[Fact]:
    """The facts of one record; a time that it does not give is that of its arrival."""
    known = dialects()
    if isinstance(record, Point):
        yield from _of_point(record, known)
    elif isinstance(record, Span):
        yield from _of_span(record, known)
    elif _is_evaluation(record.event or record.attributes.get("event.name", ""), known):
        at = moment(record.time) if record.time else received_at
        identity = (record.trace, record.span, str(record.time))
        yield from _of_evaluation(record.origin, record.attributes, at, identity, known)


def _of_point(point: Point, known: Dialects) -> Iterator[Fact]:
    attributes = known.normal({**point.origin.attributes, **point.attributes})
    signal = known.metric(point.metric)
    if not signal:
        return
    failed = bool(attributes.get("error.type"))
    ok = False if failed else (True if signal in known.succeeds_without_error else None)
    at, start = moment(point.time), moment(point.start) if point.start else None
    stream = _key(
        "stream", point.metric, point.origin.scope, *sorted_pairs(point.origin.attributes),
        *sorted_pairs(point.attributes),
    )  # fmt: skip
    about = known.systems(attributes)
    cohort = known.version(attributes)
    if point.shape == "gauge" or (point.shape == "sum" and not point.monotonic):
        if math.isfinite(point.value):
            key = _key("gauge", stream.hex(), str(point.time))
            yield Event(signal, at, key, attributes, about, ok, point.value, cohort=cohort)
        return
    count = point.value if point.shape == "sum" else point.count
    if not math.isfinite(count) or count < 0:
        return
    yield Count(
        signal, at, stream, count, start, point.cumulative or point.shape == "summary",
        point.bounds, point.buckets,
        attributes, about, ok, cohort,
    )  # fmt: skip


def _of_span(span: Span, known: Dialects) -> Iterator[Fact]:
    own = known.normal(span.attributes)
    for event in span.events:
        if _is_evaluation(event.name, known):
            yield from _of_span_event(span, event, known)
    if "gen_ai.evaluation.name" in own:
        identity = (span.trace, span.span, str(span.end))
        yield from _of_evaluation(span.origin, own, moment(span.end), identity, known)
    operation = own.get(OPERATION)
    if not operation:
        return
    attributes = known.normal({**span.origin.attributes, **own})
    ok = not (span.failed or own.get("error.type"))
    about, cohort = known.systems(own, attributes), known.version(own, attributes)
    for signal, value in _measured(span, own, operation, ok):
        key = _key(signal, span.trace, span.span)
        yield Event(signal, moment(span.end), key, attributes, about, ok, value, cohort=cohort)


def _measured(
    span: Span, own: Mapping[str, str], operation: str, ok: bool
) -> Iterator[tuple[str, float]]:
    seconds = (span.end - span.start) / 1e9
    yield SPAN_OPERATION, seconds
    if operation == "execute_tool":
        yield SPAN_TOOL, seconds
    first = number(own.get(SPAN_TTFT))
    received = number(own.get(SPAN_INPUT))
    made = number(own.get(SPAN_OUTPUT))
    total = number(own.get(SPAN_TOTAL))
    if total is None and received is not None and made is not None:
        total = received + made
    if first is not None:
        yield SPAN_TTFT, first
        # A stream that broke half-way has no pace of its own.
        if ok and made is not None and made > 1 and seconds >= first:
            yield SPAN_TPOT, (seconds - first) / (made - 1)
    for signal, value in (
        (SPAN_INPUT, received),
        (SPAN_OUTPUT, made),
        (SPAN_TOTAL, total),
        (SPAN_COST, number(own.get(SPAN_COST))),
    ):
        if value is not None:
            yield signal, value


def _of_span_event(span: Span, event: SpanEvent, known: Dialects) -> Iterator[Fact]:
    identity = (span.trace, span.span, str(event.time))
    at = moment(event.time or span.end)
    yield from _of_evaluation(span.origin, event.attributes, at, identity, known)


def _of_evaluation(
    origin: Origin,
    raw: Mapping[str, str],
    at: datetime,
    identity: tuple[str, ...],
    known: Dialects,
) -> Iterator[Fact]:
    """A judgement, and beside it that the judge ran. `error.type` means that it could not judge:
    neither good nor bad (GenAI conventions, event `gen_ai.evaluation.result`)."""
    own = known.normal(raw)
    attributes = {**known.normal(origin.attributes), **own}
    failed = bool(own.get("error.type"))
    about, cohort = known.systems(own, attributes), known.version(own, attributes)
    judge = evaluator(own)
    # The same judgement sent again has the same content; an id alone may cover several names.
    key = _key(EVALUATION, *identity, *sorted_pairs(own))
    run = _key(EVALUATOR_RUN, *identity, *sorted_pairs(own))
    yield Event(EVALUATOR_RUN, at, run, attributes, about, not failed, cohort=cohort)
    if not failed:
        score = number(own.get("gen_ai.evaluation.score.value"))
        yield Event(EVALUATION, at, key, attributes, about, None, score, judge, cohort)


def evaluator(attributes: Mapping[str, str]) -> str:
    """name@version of the judge; "" when the sender does not name one."""
    name = attributes.get("gen_ai.evaluation.evaluator", "")
    version = attributes.get("gen_ai.evaluation.evaluator.version", "")
    return f"{name}@{version}"[:200] if name and version else name[:200]


def number(text: str | None) -> float | None:
    """A finite number that is not negative nonsense, or None."""
    if not text or len(text) > 40:
        return None
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def sorted_pairs(attributes: Mapping[str, str]) -> list[str]:
    return [part for name in sorted(attributes) for part in (name, attributes[name])]


def _is_evaluation(name: str, known: Dialects) -> bool:
    return name in known.evaluations


def _key(*parts: str) -> bytes:
    digest = blake2b(digest_size=16)
    for part in parts:
        text = part.encode("utf-8", "replace")
        digest.update(b"%d:" % len(text))
        digest.update(text)
    return digest.digest()


_LAST = 253_402_300_799_000_000
"""The end of the year 9999 in microseconds: beyond it there is no datetime."""


def moment(nanos: int) -> datetime:
    return _EPOCH + timedelta(microseconds=min(nanos // 1000, _LAST))
