"""Log records as alerts, from the severity on that the source asks for. Nobody ends a log line:
such alerts are over when the source has been silent for its auto-resolve time."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta

from alerts.options import Option, is_list_of_words, one_of
from alerts.reading import Notes, hashed_key, one_line, read_annotations, read_labels
from alerts.signals import Action, Severity, Signal
from integrations.opentelemetry.records import Log, Record

# The lower end of each range, https://opentelemetry.io/docs/specs/otel/logs/data-model/
LEVELS = {"warn": 13, "error": 17, "fatal": 21}
OFF = "off"
DEFAULT = "fatal"
MAX_SIGNALS = 500
"""Of one export. What is the same condition is one signal."""

MINIMUM = Option(
    name="logsFrom",
    help="From which severity on a log record is an alert: warn, error, fatal or off. Without it "
    "fatal.",
    example="logsFrom: error\n",
    check=one_of(*LEVELS, OFF),
)
FINGERPRINT = Option(
    name="logsFingerprint",
    help="What makes two records one condition: names of attributes, and “body” for the text "
    "without its numbers. Without it the service, the exception's type or else the text.",
    example="logsFingerprint: [service.name, exception.type, gen_ai.request.model]\n",
    check=is_list_of_words,
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_VARYING = re.compile(r"0x[0-9a-fA-F]+|[0-9a-fA-F]{8,}(?:-[0-9a-fA-F]{4,})*|[0-9]+")
_LABELS = {
    "service.name": "service",
    "deployment.environment.name": "environment",
    "deployment.environment": "environment",
    "service.version": "version",
    "exception.type": "exception",
    "error.type": "exception",
    "gen_ai.request.model": "model",
    "system": "system",
}
_REMARKS = ("exception.message", "code.function.name", "code.file.path")


def alerts_in(
    records: Iterable[Record], options: Mapping[str, object], notes: Notes
) -> tuple[Signal, ...]:
    """The records that are severe enough, one signal a condition, in their order."""
    least = _least(options)
    if least is None:
        return ()
    wanted = _wanted(options)
    found: dict[str, Signal] = {}
    for record in records:
        if not isinstance(record, Log) or record.severity < least:
            continue
        facts = {**record.origin.attributes, **record.attributes}
        key = _key(record, facts, wanted)
        if key in found:
            continue
        if len(found) == MAX_SIGNALS:
            notes.add(f"Only the first {MAX_SIGNALS} kinds of log records became alerts.")
            break
        found[key] = _signal(record, facts, key, notes)
    return tuple(found.values())


def _least(options: Mapping[str, object]) -> int | None:
    word = options.get("logsFrom", DEFAULT)
    return LEVELS.get(word) if isinstance(word, str) else LEVELS[DEFAULT]


def _wanted(options: Mapping[str, object]) -> tuple[str, ...]:
    given = options.get("logsFingerprint")
    return tuple(name for name in given if isinstance(name, str)) if isinstance(given, list) else ()


def _key(record: Log, facts: Mapping[str, str], wanted: tuple[str, ...]) -> str:
    text = _VARYING.sub("#", record.body[:500])
    if wanted:
        parts = [text if name == "body" else facts.get(name, "") for name in wanted]
    else:
        kind = facts.get("exception.type") or facts.get("error.type") or record.event or text
        parts = [facts.get("service.name", ""), record.origin.scope, kind]
    return f"log:{hashed_key(parts)}"


def _signal(record: Log, facts: Mapping[str, str], key: str, notes: Notes) -> Signal:
    kind = facts.get("exception.type") or facts.get("error.type") or record.event
    service = facts.get("service.name", "")
    said = one_line(record.body, 300) or one_line(facts.get("exception.message"), 300)
    title = ": ".join(part for part in (service, one_line(kind, 120), said) if part)
    labels: dict[str, object] = {"alertname": kind or "LogRecord", "level": _level(record)}
    for name, label in _LABELS.items():
        if facts.get(name):
            labels.setdefault(label, facts[name])
    remarks = {"trace": record.trace, **{name: facts.get(name) for name in _REMARKS}}
    at = _EPOCH + timedelta(microseconds=record.time // 1000) if record.time else None
    return Signal(
        action=Action.FIRE,
        dedup_key=key,
        title=one_line(title) or "A log record without a text",
        severity=_severity(record.severity),
        labels=read_labels(labels, notes),
        annotations=read_annotations(remarks, notes),
        occurred_at=at if at and at.year >= 2000 else None,
    )


def _level(record: Log) -> str:
    return next((word for word, least in reversed(LEVELS.items()) if record.severity >= least), "")


def _severity(number: int) -> Severity:
    if number >= LEVELS["fatal"]:
        return Severity.SEV1
    return Severity.SEV2 if number >= LEVELS["error"] else Severity.SEV3
