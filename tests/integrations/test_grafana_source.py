"""Reading Grafana's unified alerting."""

from __future__ import annotations

import json

import pytest

from alerts.signals import Action, Severity, Signal, Unreadable
from integrations.grafana.source import FORMAT
from tests.integrations.captured import bodies, body

CAPTURED = bodies("grafana")


def case(name: str) -> tuple[Signal, ...]:
    return FORMAT.read(body("grafana", name), headers={}, options={}).signals


@pytest.mark.parametrize("name", CAPTURED)
def test_every_delivery_is_read_completely(name: str) -> None:
    reading = FORMAT.read(CAPTURED[name], headers={}, options={})
    alerts = json.loads(CAPTURED[name])["alerts"]
    assert [signal.action == "fire" for signal in reading.signals] == [
        raw["status"] == "firing" for raw in alerts
    ]
    assert reading.notes == ()


def test_values_become_annotations_and_addresses_links() -> None:
    first, second = case("firing")

    assert first.dedup_key == "c1f0d7a95b3e2a11"
    assert first.severity is Severity.SEV1
    assert first.annotations["values.B"] == "0.62"
    assert first.annotations["valueString"].startswith("[ var='B'")
    assert [link.text for link in first.links] == [
        "Runbook", "Query", "Panel", "Dashboard", "Silence in Grafana",
    ]  # fmt: skip
    assert second.links[-1].text == "Image"
    assert not first.is_test


def test_each_alert_of_a_mixed_group_has_its_own_status() -> None:
    firing, resolved = case("mixed")
    assert (firing.action, resolved.action) == (Action.FIRE, Action.RESOLVE)
    assert resolved.dedup_key == case("resolved")[0].dedup_key == case("firing")[0].dedup_key
    assert resolved.starts_at == case("firing")[0].starts_at
    assert resolved.ends_at is not None


@pytest.mark.parametrize(
    ("alertname", "title"),
    [
        ("DatasourceError", "The rule Recall too low could not be evaluated"),
        ("DatasourceNoData", "No data for the rule Recall too low"),
    ],
)
def test_missing_data_is_a_condition_of_its_own_beside_the_rule(alertname: str, title: str) -> None:
    raw = body("grafana", "datasource-error").replace(b"DatasourceError", alertname.encode())
    (signal,) = FORMAT.read(raw, headers={}, options={}).signals

    assert signal.title == title
    assert signal.labels["aire_no_data"] == "true"
    assert signal.labels["system"] == "doc-search-rag"
    assert signal.severity is Severity.SEV3
    assert signal.dedup_key == "no-data:f4c3a0d28e6b5d44"
    assert "values.B" not in signal.annotations


def test_the_test_button_is_known_as_a_test() -> None:
    assert [signal.is_test for signal in case("test-notification")] == [True]


@pytest.mark.parametrize("values", [None, [], "x", {"B": None}, {"B": float("nan")}, {"B": {}}])
def test_odd_values_cost_nothing(values: object) -> None:
    document = json.loads(body("grafana", "firing"))
    document["alerts"][0]["values"] = values
    reading = FORMAT.read(json.dumps(document).encode(), headers={}, options={})
    assert len(reading.signals) == 2


def test_a_body_of_the_old_alerting_is_unreadable() -> None:
    legacy = b'{"ruleName": "x", "state": "alerting", "evalMatches": []}'
    with pytest.raises(Unreadable, match="unified alerting"):
        FORMAT.read(legacy, headers={}, options={})
