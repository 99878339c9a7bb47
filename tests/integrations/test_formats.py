"""What holds for every format: its sample, its snippet, and what hostile bodies end in."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from aire_web.senders import FORMATS as SENDERS
from alerts.changes import ChangeSeen
from alerts.guides import guide_of
from alerts.reported import Reported
from alerts.routing import SYSTEM_LABELS
from alerts.signals import (
    MAX_DEDUP_KEY,
    MAX_LABEL_NAME,
    MAX_LABEL_VALUE,
    MAX_LABELS,
    MAX_TITLE,
    Action,
    Reading,
    Severity,
    Signal,
    SourceFormat,
    Unreadable,
)
from integrations.alertmanager.source import FORMAT as ALERTMANAGER
from integrations.grafana.source import FORMAT as GRAFANA
from integrations.opsgenie.source import FORMAT as OPSGENIE
from integrations.pagerduty.source import FORMAT as PAGERDUTY
from tests.integrations.captured import ROOT, bodies
from tests.integrations.hostile import encoded, hostile_bodies

MEASURING = ("opentelemetry", "evidently", "nannyml")
"""Formats that mostly measure have tests of their own."""
FORMATS: list[SourceFormat] = [one for one in SENDERS if one.name not in MEASURING]
CHANGES = ("github", "argocd", "flux", "kubernetes")
"""Formats that only tell of changes."""
NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
HOSTILE = hostile_bodies()
each_format = pytest.mark.parametrize("source", FORMATS, ids=lambda source: source.name)


def read(source: SourceFormat, body: bytes) -> Reading:
    headers = {"x-aire-test": "a test"}
    return source.read(body, headers=headers, options={"received_at": NOW, "receipt_id": "r"})


def reading_or_reason(source: SourceFormat, body: bytes) -> tuple[Reading | None, str]:
    try:
        return read(source, body), ""
    except Unreadable as error:
        return None, str(error)


def check_storable(signal: Signal) -> None:
    texts = [signal.dedup_key, signal.title]
    for fields in (signal.labels, signal.annotations):
        texts += [*fields, *fields.values()]
    texts += [part for link in signal.links for part in (link.text, link.href)]
    for text in texts:
        assert "\0" not in text
        text.encode("utf-8")
    assert 0 < len(signal.dedup_key) <= MAX_DEDUP_KEY
    assert 0 < len(signal.title) <= MAX_TITLE
    assert "\n" not in signal.title
    assert len(signal.labels) <= MAX_LABELS
    assert all(len(name) <= MAX_LABEL_NAME for name in signal.labels)
    assert all(len(value) <= MAX_LABEL_VALUE for value in signal.labels.values())
    for moment in (signal.starts_at, signal.ends_at, signal.occurred_at):
        assert moment is None or moment.utcoffset().total_seconds() == 0


@each_format
def test_hostile_bodies_end_in_a_reading_or_a_reason(source: SourceFormat) -> None:
    for case, body in HOSTILE.items():
        start = time.process_time()
        reading, reason = reading_or_reason(source, body)
        assert time.process_time() - start < 1, case
        if reading is None:
            assert reason.endswith("."), case
            assert len(reason) < 500, case
            continue
        assert all(len(note) < 600 for note in reading.notes), case
        assert len(reading.notes) <= 51, case
        for signal in reading.signals[:100]:
            check_storable(signal)


@each_format
def test_other_senders_bodies_end_in_a_reading_or_a_reason(source: SourceFormat) -> None:
    for other in FORMATS:
        for body in bodies(other.name).values():
            reading, reason = reading_or_reason(source, body)
            if reading is None:
                assert reason
            else:
                assert reading.signals or reading.notes or reading.measured


@each_format
def test_the_sample_is_an_alert_or_a_change_about_the_system(source: SourceFormat) -> None:
    reading = read(source, source.sample(now=NOW, system="support-assistant"))

    assert reading.notes == ()
    if source.name in CHANGES:
        (change,) = reading.measured
        assert isinstance(change, ChangeSeen)
        assert "support-assistant" in change.about
        return
    (signal,) = reading.signals
    assert signal.action is Action.FIRE
    assert signal.severity in (Severity.SEV1, Severity.SEV2)
    assert system_of(signal) == "support-assistant"
    assert "support-assistant" in signal.title


@each_format
def test_a_sample_about_a_strangely_named_system_is_still_json(source: SourceFormat) -> None:
    reading = read(source, source.sample(now=NOW, system='a"b\\ö'))
    for signal in reading.signals:
        assert system_of(signal) == 'a"b\\ö'
    for change in reading.measured:
        if isinstance(change, Reported):
            assert change.system == 'a"b\\ö'
            continue
        assert isinstance(change, ChangeSeen)
        assert 'a"b\\ö' in change.about


def system_of(signal: Signal) -> str | None:
    return next((signal.labels[name] for name in SYSTEM_LABELS if name in signal.labels), None)


@each_format
def test_reading_twice_gives_the_same(source: SourceFormat) -> None:
    body = source.sample(now=NOW, system="rag")
    assert read(source, body) == read(source, body)


@each_format
def test_the_snippet_carries_the_address_or_the_key(source: SourceFormat) -> None:
    address = f"https://aire.example/in/KEY123/{source.name}/"
    text = source.snippet(url=address, base_url="https://aire.example", key="KEY123")
    assert address in text or ("https://aire.example" in text and "KEY123" in text)


@pytest.mark.parametrize(
    "source", [ALERTMANAGER, GRAFANA, PAGERDUTY, OPSGENIE], ids=lambda s: s.name
)
def test_configuration_snippets_are_yaml(source: SourceFormat) -> None:
    address = "https://aire.example/in/KEY123/x/"
    text = source.snippet(url=address, base_url="https://aire.example/", key="KEY123")
    receivers = yaml.safe_load(text)
    assert isinstance(receivers, dict)
    assert receivers.keys() & {"receivers", "contactPoints"}


@each_format
def test_each_format_has_its_folder_with_docs(source: SourceFormat) -> None:
    folder: Path = ROOT / source.name
    assert (folder / "README.md").read_text().startswith(f"# {source.title}")
    assert guide_of(source.name)


def test_fifty_alerts_are_read_within_milliseconds() -> None:
    sample = json.loads(ALERTMANAGER.sample(now=NOW, system="rag"))["alerts"]
    body = encoded({"version": "4", "status": "firing", "alerts": sample * 50})
    best = min(_seconds(body) for _ in range(10))
    assert best < 0.02  # about 0.001 on an idle machine


def _seconds(body: bytes) -> float:
    start = time.process_time()
    assert len(read(ALERTMANAGER, body).signals) == 50
    return time.process_time() - start
