"""What an API's answer says and how it differs from what is known here. No database."""

from __future__ import annotations

import base64
import json

import pytest

from alerts.looking.rules import Known, NotAnAnswer, Seen, difference, read_answer
from tests.integrations.captured import ROOT

AT_ALERTMANAGER = {
    "labels": {"alertname": "Down"},
    "annotations": {"summary": "It is down"},
    "startsAt": "2026-11-21T02:00:00.000Z",
    "fingerprint": "f1",
    "status": {"state": "active"},
}


def captured(case: str) -> object:
    record = json.loads((ROOT / f"prometheus/payloads/{case}.http.json").read_text())
    return json.loads(base64.b64decode(record["body_base64"]))


def test_a_captured_answer_of_prometheus_names_what_fires() -> None:
    names = {seen.labels["alertname"] for seen in read_answer(captured("alerts-burning"))}
    assert "SupportAssistantUngroundedAnswers" in names
    assert not any(seen.fingerprint for seen in read_answer(captured("alerts-burning")))


def test_an_answer_of_alertmanager_is_told_as_its_webhook_tells_it() -> None:
    (seen,) = read_answer([AT_ALERTMANAGER])
    assert (seen.fingerprint, seen.quiet) == ("f1", False)
    assert seen.told["startsAt"] == AT_ALERTMANAGER["startsAt"]


def test_what_the_sender_silences_is_neither_told_nor_over() -> None:
    seen = read_answer([{**AT_ALERTMANAGER, "status": {"state": "suppressed"}}])
    found = difference(seen, [Known("1", "f1", {"alertname": "Down"})])
    assert (found.unknown, found.gone) == ((), ())
    assert difference(seen, []).unknown == ()


@pytest.mark.parametrize(
    "document",
    [
        None, 5, {}, {"status": "error"}, {"status": "success", "data": {}},
        [{"labels": None}], {"status": "success", "data": {"alerts": [7]}},
    ],
)  # fmt: skip
def test_of_half_an_answer_nothing_is_concluded(document: object) -> None:
    with pytest.raises(NotAnAnswer):
        read_answer(document)


def test_alerts_are_known_by_their_fingerprint_or_by_the_labels_they_have_in_common() -> None:
    seen = [Seen({"a": "1"}, {}), Seen({"a": "2"}, {}, fingerprint="f2")]
    known = [
        Known("1", "x", {"a": "1", "cluster": "eu"}),
        Known("2", "f2", {"other": "labels"}),
        Known("3", "f3", {"a": "3"}),
    ]
    found = difference(seen, known)
    assert [one.id for one in found.gone] == ["3"]
    assert found.unknown == ()
