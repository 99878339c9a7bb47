"""Evidently reports: numbers and tests are measured, failed tests alert."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from alerts.signals import Action, Reading, Severity, Unreadable
from integrations.evidently.source import FORMAT
from slos.intake import Window
from tests.integrations.captured import ROOT

NOW = datetime(2026, 11, 21, 3, 0, 20, tzinfo=UTC)
DAY = {"start": "2026-11-20T00:00:00Z", "end": "2026-11-21T00:00:00Z"}


def captured(case: str) -> object:
    return json.loads((ROOT / f"evidently/payloads/{case}.json").read_text())


def read(document: object, **headers: str) -> Reading:
    body = json.dumps(document).encode()
    return FORMAT.read(body, headers=headers, options={"received_at": NOW})


def windows(reading: Reading) -> dict[tuple[str, str], Window]:
    found = [fact for fact in reading.measured if isinstance(fact, Window)]
    return {
        (w.signal, w.attributes.get("column") or w.attributes.get("name", "")): w for w in found
    }


def test_drift_is_measured_by_method_and_column() -> None:
    wrapped = {"system": "fraud-scorer", "version": "7", **DAY}
    found = windows(read({**wrapped, "report": captured("drift-with-tests-fail")}))
    amount = found["evidently.drift.wasserstein", "amount"]
    assert amount.value == pytest.approx(0.8138, abs=1e-4)
    assert amount.ok is False
    assert (amount.start.day, amount.end.day) == (20, 21)
    assert (amount.about, amount.cohort) == (("fraud-scorer",), "7")
    assert found["evidently.drift.jensenshannon", "segment"].ok is True
    assert found["evidently.drift.share", ""].value == pytest.approx(2 / 3)


def test_tests_that_failed_fire_and_those_that_passed_resolve() -> None:
    reading = read({"system": "fraud-scorer", "report": captured("drift-with-tests-fail")})
    actions = {signal.labels["check"]: signal.action for signal in reading.signals}
    assert actions["Value Drift for column amount"] is Action.FIRE
    assert actions["Value Drift for column hour"] is Action.RESOLVE
    assert len(actions) == 7
    assert {signal.labels["system"] for signal in reading.signals} == {"fraud-scorer"}
    assert {s.severity for s in reading.signals if s.action is Action.FIRE} == {Severity.SEV2}


def test_a_test_keeps_its_key_when_its_bound_changes() -> None:
    report = captured("classification-quality")
    first = {signal.dedup_key for signal in read(report).signals}
    again = json.loads(json.dumps(report).replace("0.890", "0.912"))
    assert {signal.dedup_key for signal in read(again).signals} == first
    assert len(first) == 8


def test_a_test_that_is_not_critical_is_the_least_severe() -> None:
    test = {"id": "lt", "name": "T", "status": "WARNING", "test_config": {"is_critical": False}}
    (signal,) = read({"metrics": [], "tests": [test]}).signals
    assert (signal.action, signal.severity) == (Action.FIRE, Severity.SEV4)


@pytest.mark.parametrize(("status", "fires"), [("ERROR", True), ("SKIPPED", False)])
def test_a_test_that_could_not_run_alerts_and_is_neither_good_nor_bad(
    status: str, fires: bool
) -> None:
    reading = read({"tests": [{"id": "lt", "name": "T", "status": status}]})
    assert [signal.action for signal in reading.signals] == ([Action.FIRE] if fires else [])
    assert [window.ok for window in windows(reading).values()] == [None]


@pytest.mark.parametrize("case", ["legacy-report", "legacy-testsuite"])
def test_reports_of_older_versions_are_read(case: str) -> None:
    reading = read(captured(case))
    if case == "legacy-report":
        assert windows(reading)["evidently.drift.wasserstein", "amount"].ok is False
        assert "It holds no tests, so it can alert nobody" in " ".join(reading.notes)
    else:
        keys = [signal.dedup_key for signal in reading.signals]
        assert len(set(keys)) == len(keys) == 8


def test_quality_and_missing_values_are_measured() -> None:
    found = windows(read(captured("classification-quality")))
    assert found["evidently.accuracy", ""].value == 0.64625
    summary = windows(read(captured("data-summary")))
    assert summary["evidently.missing_values", "amount"].value == 0.0


def test_p_values_drift_when_they_fall() -> None:
    config = {"type": "evidently:metric_v2:ValueDrift", "column": "a", "threshold": 0.05}
    metrics = [
        {"config": {**config, "method": "K-S p_value"}, "value": 0.5},
        {"config": {**config, "column": "b", "method": "K-S p_value"}, "value": 0.01},
    ]
    found = windows(read({"metrics": metrics}))
    assert found["evidently.drift.ks", "a"].ok is True
    assert found["evidently.drift.ks", "b"].ok is False


def test_headers_say_what_a_bare_report_leaves_out() -> None:
    headers = {"x-aire-system": "rag", "x-aire-start": DAY["start"], "x-aire-end": DAY["end"]}
    found = windows(read(captured("drift-with-tests-fail"), **headers))
    assert found["evidently.drift.share", ""].about == ("rag",)
    assert found["evidently.drift.share", ""].end.day == 21


def test_a_report_without_time_counts_for_the_minute_in_which_it_came() -> None:
    reading = read(captured("drift-with-tests-fail"))
    window = windows(reading)["evidently.drift.share", ""]
    assert (window.start, window.end) == (
        NOW.replace(second=0), NOW.replace(second=0) + timedelta(minutes=1),
    )  # fmt: skip
    assert any("says no time" in note for note in reading.notes)


@pytest.mark.parametrize(
    "times",
    [
        {"start": DAY["end"], "end": DAY["start"]},
        {"start": "2026-08-01T00:00:00Z", "end": DAY["end"]},
        {"start": DAY["start"], "end": "2026-11-22T00:00:00Z"},
        {"start": DAY["start"], "end": DAY["start"]},
    ],
)
def test_times_that_make_no_window_measure_nothing_but_still_alert(times: dict[str, str]) -> None:
    reading = read({**times, "report": captured("drift-with-tests-fail")})
    assert reading.measured == ()
    assert len(reading.signals) == 7
    assert any("nothing is measured" in note for note in reading.notes)


@pytest.mark.parametrize("document", [{}, [], 5, {"report": 5}, {"a": 1}, {"report": {"a": 1}}])
def test_what_is_no_report_is_set_aside_with_the_reason(document: object) -> None:
    with pytest.raises(Unreadable, match="no Evidently report"):
        read(document)
