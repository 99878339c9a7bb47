"""NannyML results: chunks are measured, the newest one alerts."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from alerts.signals import Action, Reading, Unreadable
from integrations.nannyml.source import FORMAT
from slos.intake import Window
from tests.integrations.captured import ROOT

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


def read(body: bytes, **headers: str) -> Reading:
    return FORMAT.read(body, headers=headers, options={"received_at": NOW})


def captured(name: str) -> Reading:
    return read(
        (ROOT / "nannyml/payloads" / name).read_bytes(), **{"x-aire-system": "fraud-scorer"}
    )


def windows(reading: Reading) -> list[Window]:
    return [fact for fact in reading.measured if isinstance(fact, Window)]


def test_json_and_csv_of_the_same_result_say_the_same() -> None:
    from_json, from_csv = captured("performance-flat.json"), captured("performance-flat.csv")
    assert len(windows(from_json)) == len(windows(from_csv)) > 4
    for one, other in zip(windows(from_json), windows(from_csv), strict=True):
        assert (one.signal, one.start, one.end, one.ok, one.attributes) == (
            other.signal, other.start, other.end, other.ok, other.attributes,
        )  # fmt: skip
        assert one.value == pytest.approx(other.value, abs=1e-6)


def test_a_week_is_a_window_of_seven_full_days() -> None:
    first = windows(captured("performance-flat.csv"))[0]
    assert (first.start, first.end - first.start) == (
        datetime(2026, 10, 26, tzinfo=UTC), timedelta(days=7),
    )  # fmt: skip
    assert first.signal == "nannyml.realized_performance"
    assert first.attributes["metric"] == "roc_auc"
    assert (first.value, first.ok) == (pytest.approx(0.749, abs=1e-3), True)


def test_tables_with_columns_of_several_levels_are_read_and_the_reference_is_left_out() -> None:
    found = windows(captured("univariate-drift.csv"))
    signals = {(window.signal, window.attributes["column"]) for window in found}
    assert ("nannyml.jensen_shannon", "amount") in signals
    assert ("nannyml.chi2", "country") in signals
    assert min(window.start for window in found) >= datetime(2026, 10, 26, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "signal"),
    [
        ("cbpe.csv", "nannyml.estimated_performance"),
        ("multivariate-drift.csv", "nannyml.multivariate_drift"),
        ("missing-values.csv", "nannyml.column"),
        ("missing-values-flat.csv", "nannyml.column"),
        ("missing-values-flat.json", "nannyml.column"),
    ],
)
def test_every_kind_of_result_has_its_signal(name: str, signal: str) -> None:
    assert {window.signal for window in windows(captured(name))} == {signal}


def test_only_the_newest_chunk_fires_or_resolves() -> None:
    reading = captured("univariate-drift.csv")
    newest = max(window.end for window in windows(reading))
    bad = {
        (window.attributes["column"], window.attributes["method"])
        for window in windows(reading)
        if window.end == newest and window.ok is False
    }
    fired = {
        (signal.labels["column"], signal.labels["method"])
        for signal in reading.signals
        if signal.action is Action.FIRE
    }
    assert fired == bad
    assert fired
    assert {signal.labels["system"] for signal in reading.signals} == {"fraud-scorer"}


def test_what_a_column_holds_may_be_said() -> None:
    rows = json.loads((ROOT / "nannyml/payloads/missing-values-flat.json").read_text())
    body = json.dumps({"system": "f", "kind": "missing values", "report": rows}).encode()
    assert {window.signal for window in windows(read(body))} == {"nannyml.missing_values"}


def test_chunks_without_dates_are_not_measured() -> None:
    rows = [
        {"chunk_index": n, "chunk_start_date": None, "roc_auc_value": 0.7, "roc_auc_alert": True}
        for n in range(2)
    ]
    reading = read(json.dumps(rows).encode())
    assert windows(reading) == []
    assert [signal.action for signal in reading.signals] == [Action.FIRE]
    assert any("without dates" in note for note in reading.notes)


def test_a_result_without_verdict_is_measured_by_its_value() -> None:
    row = {
        "chunk_start_date": "2026-11-20", "chunk_end_date": "2026-11-21",
        "a_jensen_shannon_value": 0.3, "a_jensen_shannon_alert": None, "b_chi2_value": "NaN",
    }  # fmt: skip
    reading = read(json.dumps([row]).encode())
    assert [(window.ok, window.value) for window in windows(reading)] == [(None, 0.3)]
    assert reading.signals == ()


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"{}", b"[5]", b"5", b"a,b\n", b"a,b\n1,2\n", b"text", b"\xff\xfe,\n", b"[{}]",
     b"a" * 200_000 + b",b\n1,2"],
)  # fmt: skip
def test_what_is_no_result_is_set_aside_with_the_reason(body: bytes) -> None:
    with pytest.raises(Unreadable) as caught:
        read(body)
    assert str(caught.value).endswith(".")
