"""Reading Alertmanager's webhook and Prometheus' list of alerts."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from alerts.alert_group import fingerprint_of
from alerts.signals import Action, Reading, Severity, Signal, Unreadable
from integrations.alertmanager.source import FORMAT
from tests.integrations.captured import bodies, body

CAPTURED = bodies("alertmanager")
NOW = datetime(2026, 11, 21, 2, 36, 30, tzinfo=UTC)
LABELS = {"alertname": "A", "severity": "critical"}


def read(raw: bytes, *, received_at: datetime = NOW) -> Reading:
    return FORMAT.read(raw, headers={}, options={"received_at": received_at})


def case(name: str, *, received_at: datetime = NOW) -> Reading:
    return read(body("alertmanager", name), received_at=received_at)


def group(*alerts: object, **fields: object) -> Reading:
    return read(
        json.dumps({"version": "4", "status": "firing", "alerts": alerts, **fields}).encode()
    )


def alert(**fields: object) -> dict[str, object]:
    return {"status": "firing", "labels": LABELS, "startsAt": "2026-11-21T02:00:00Z", **fields}


def only(reading: Reading) -> Signal:
    (signal,) = reading.signals
    return signal


@pytest.mark.parametrize("name", CAPTURED)
def test_every_captured_delivery_is_read_completely(name: str) -> None:
    reading = case(name)

    document = json.loads(CAPTURED[name])
    alerts = document if isinstance(document, list) else document["alerts"]
    assert len(reading.signals) == len(alerts) > 0
    for signal, raw in zip(reading.signals, alerts, strict=True):
        assert signal.dedup_key == raw.get("fingerprint", fingerprint_of(raw["labels"]))
        assert signal.starts_at == datetime.fromisoformat(raw["startsAt"])
        assert signal.labels["alertname"] == raw["labels"]["alertname"]


def test_a_firing_alert_with_everything() -> None:
    signal = only(case("webhook-single-firing"))

    assert signal.action is Action.FIRE
    assert signal.dedup_key == "71105dc7c1e86af8"
    assert signal.title == "Grounded-answer budget of support-assistant burns 14.4x too fast"
    assert signal.severity is Severity.SEV1
    assert signal.labels["system"] == "support-assistant"
    assert signal.starts_at == datetime(2026, 11, 21, 2, 7, 10, 924000, tzinfo=UTC)
    assert signal.ends_at is None
    assert [link.text for link in signal.links] == ["Runbook", "Dashboard", "Query"]
    assert not signal.is_test


def test_the_end_of_an_alert_is_of_the_same_key_and_episode() -> None:
    fired, ended = only(case("webhook-single-firing")), only(case("webhook-single-resolved"))

    assert ended.action is Action.RESOLVE
    assert (ended.dedup_key, ended.starts_at) == (fired.dedup_key, fired.starts_at)
    assert ended.ends_at is not None
    assert ended.occurred_at == ended.ends_at > ended.starts_at


def test_each_alert_has_its_own_status_in_a_mixed_group() -> None:
    actions = [signal.action for signal in case("webhook-group-mixed").signals]
    assert {Action.FIRE, Action.RESOLVE} == set(actions)


def test_resolved_again_and_again_is_always_the_same_signal() -> None:
    repeats = [case(name).signals for name in
               ("chain-pyrra-mixed-resolved-repeated", "chain-pyrra-resolved-again")]  # fmt: skip
    first, again = ([s for s in r if s.action is Action.RESOLVE] for r in repeats)
    assert first == again
    assert [signal.dedup_key for signal in first] == ["36ed58b77efbfaf6"]


def test_alerts_that_were_cut_off_are_noted() -> None:
    reading = case("webhook-truncated")
    assert len(reading.signals) == 2
    assert "Alertmanager left out 4 alerts of this group" in reading.notes[0]


def test_unicode_and_markup_arrive_as_they_were_sent() -> None:
    signal = only(case("webhook-unicode-long"))
    assert signal.labels["alertname"] == "检索质量下降"
    assert signal.labels["emoji"] == "🚨🤖"
    assert signal.labels["zero"] == "a\u200bb"
    assert "<b>html</b> & tab\tnewline\nend" in signal.labels["note"]


def test_sloth_pages_are_sev1_and_tickets_sev3() -> None:
    assert only(case("chain-sloth-page")).severity is Severity.SEV1
    assert only(case("alerts-firing-sloth-ticket")).severity is Severity.SEV3
    labels = {"alertname": "A", "sloth_severity": "page"}
    assert only(group(alert(labels=labels))).severity is Severity.SEV1


def test_prometheus_alerts_fire_until_their_end_has_passed() -> None:
    raw = body("alertmanager", "alerts-firing-sloth-page")  # ends at 02:37:08.745
    firing, ended = only(read(raw)), only(read(raw, received_at=NOW + timedelta(minutes=5)))

    assert (firing.action, firing.ends_at) == (Action.FIRE, None)
    assert ended.action is Action.RESOLVE
    assert firing.starts_at == ended.starts_at
    assert only(case("alerts-resolved", received_at=NOW + timedelta(hours=1))).action == "resolve"


def test_an_alert_has_one_key_by_whichever_way_it_comes() -> None:
    through = only(case("chain-sloth-page"))
    direct = only(case("alerts-firing-sloth-page"))
    assert through.dedup_key == direct.dedup_key == "ccb48e167a54dfdb"


def test_answers_of_the_alerts_api_are_read_too() -> None:
    raw = alert(status={"state": "active"}, endsAt="2026-11-21T02:41:00Z", fingerprint="f")
    assert only(read(json.dumps([raw]).encode())).action is Action.FIRE


def test_a_broken_alert_costs_its_neighbours_nothing() -> None:
    reading = group(5, alert(), {"labels": [], "annotations": None}, alert(status="resolved"))
    assert [signal.action for signal in reading.signals] == [Action.FIRE, Action.RESOLVE]
    assert reading.notes[0] == "Alert 1 of 4 could not be read."
    assert "Alert 3 of 4 could not be read." in reading.notes


def test_a_delivery_of_broken_alerts_only_still_fires_and_can_end() -> None:
    fired = only(group(None, "x", groupKey="{}:{a=b}"))
    ended = only(group("y", groupKey="{}:{a=b}", status="resolved"))

    assert (fired.action, ended.action) == (Action.FIRE, Action.RESOLVE)
    assert fired.dedup_key == ended.dedup_key
    assert "could not be read" in fired.title


@pytest.mark.parametrize(
    ("fields", "action"),
    [
        ({"status": "fireing"}, Action.FIRE),
        ({"status": "RESOLVED"}, Action.RESOLVE),
        ({"status": None}, Action.FIRE),
        ({"status": 5, "endsAt": "2026-11-21T02:10:00Z"}, Action.RESOLVE),
        ({"status": "firing", "endsAt": "2026-11-21T02:10:00Z"}, Action.FIRE),
    ],
)
def test_odd_statuses_fail_open(fields: dict[str, object], action: Action) -> None:
    assert only(group(alert(**fields))).action is action


@pytest.mark.parametrize(
    ("labels", "severity", "noted"),
    [
        ({"severity": "Emergency"}, Severity.SEV1, False),
        ({"severity": "major"}, Severity.SEV2, False),
        ({"severity": "none"}, Severity.SEV4, False),
        ({"severity": "catastrophic"}, None, True),
        ({"severity": ["critical"]}, None, True),
        ({}, None, False),
    ],
)
def test_severities(labels: dict[str, object], severity: Severity | None, noted: bool) -> None:
    reading = group(alert(labels={"alertname": "A", **labels}))
    assert only(reading).severity is severity
    assert bool(reading.notes) is noted


def test_too_many_labels_and_too_long_values_are_cut_and_noted() -> None:
    labels = {"alertname": "A", "long": "v" * 65_536, **{f"l{n}": "x" for n in range(10_000)}}
    reading = group(alert(labels=labels))
    signal = only(reading)
    assert len(signal.labels) == 200
    assert len(signal.labels["long"]) == 4096
    assert len(reading.notes) == 2
    assert signal.dedup_key == fingerprint_of(labels)


def test_labels_that_are_no_text_become_text_and_empty_ones_go() -> None:
    labels = {"alertname": "A", "n": 1, "b": True, "none": None, "empty": "", "o": {"a": [1]}}
    assert only(group(alert(labels=labels))).labels == {
        "alertname": "A",
        "n": "1",
        "b": "true",
        "o": '{"a":[1]}',
    }


def test_a_link_that_is_a_script_is_left_out_and_noted() -> None:
    reading = group(alert(generatorURL="javascript:alert(1)"))
    assert only(reading).links == ()
    assert "The link 'Query' is no http(s) address" in reading.notes[0]


def test_a_title_is_one_line_of_bounded_length() -> None:
    summary = "a\r\nb\x1b[31m " + "x" * 1_000_000
    title = only(group(alert(annotations={"summary": summary}))).title
    assert title.startswith("a b[31m xxx")
    assert len(title) == 1024
    assert only(group(alert(annotations={"summary": " "}))).title == "Alert from Alertmanager"
    assert only(group(alert(annotations={"summary": ""}))).title == "A"


def test_an_end_before_its_start_is_ignored() -> None:
    reading = group(alert(status="resolved", endsAt="2026-11-21T01:00:00Z"))
    assert only(reading).ends_at is None
    assert reading.notes == ("An alert ends before it starts; its end was ignored.",)


def test_a_group_without_alerts_says_so() -> None:
    assert group() == Reading((), ("Alertmanager sent a group without alerts.",))


@pytest.mark.parametrize("raw", [b"{}", b"null", b"5", b'"x"', b'{"alerts": {}}', b""])
def test_what_is_no_webhook_is_unreadable(raw: bytes) -> None:
    with pytest.raises(Unreadable):
        read(raw)
