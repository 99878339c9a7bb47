"""What holds for every format that measures: hostile bodies, snippets, samples, folders."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from alerts.signals import Reading, SourceFormat, Unreadable
from integrations.evidently.source import FORMAT as EVIDENTLY
from integrations.nannyml.source import FORMAT as NANNYML
from integrations.opentelemetry.source import FORMAT as OPENTELEMETRY
from slos.intake import Count, Event, Window
from tests.integrations.captured import ROOT
from tests.integrations.hostile import hostile_bodies
from tests.integrations.test_formats import check_storable

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
HOSTILE = hostile_bodies()
FORMATS: list[SourceFormat] = [OPENTELEMETRY, EVIDENTLY, NANNYML]
each_format = pytest.mark.parametrize("source", FORMATS, ids=lambda source: source.name)


@each_format
@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_bodies_end_in_a_reading_or_a_reason(source: SourceFormat, case: str) -> None:
    start = time.process_time()
    reading, reason = _read(source, HOSTILE[case])
    assert time.process_time() - start < 1
    if reading is None:
        assert reason.endswith(".")
        assert len(reason) < 500
    else:
        for signal in reading.signals[:100]:
            check_storable(signal)


def _read(source: SourceFormat, body: bytes) -> tuple[Reading | None, str]:
    try:
        return source.read(body, headers={}, options={"received_at": NOW}), ""
    except Unreadable as error:
        return None, str(error)


@each_format
def test_the_sample_measures_something_about_the_system(source: SourceFormat) -> None:
    body = source.sample(now=NOW, system="fraud-scorer")
    reading = source.read(body, headers={}, options={"received_at": NOW})
    facts = [fact for fact in reading.measured if isinstance(fact, Event | Count | Window)]
    assert facts
    assert all(fact.about == ("fraud-scorer",) for fact in facts)
    assert reading.notes == ()


@each_format
def test_the_snippet_carries_the_address_and_each_format_has_its_docs(
    source: SourceFormat,
) -> None:
    address = f"https://aire.example/in/KEY123/{source.name}/"
    text = source.snippet(url=address, base_url="https://aire.example", key="KEY123")
    assert address in text
    folder: Path = ROOT / source.name
    assert (folder / "README.md").read_text().startswith(f"# {source.title}")
