"""Reading events of PagerDuty's Events API v2, and refusing them in its words."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from alerts.signals import Action, Reading, Severity, Signal, Unreadable
from integrations.pagerduty.alertmanager_text import shared_fields
from integrations.pagerduty.source import FORMAT, dedup_key_for
from integrations.pagerduty.validation import validate_event
from tests.integrations.captured import bodies, body

CAPTURED = bodies("pagerduty")
UNREADABLE = {"events-v2-invalid-resolve-without-dedup"}
CHANGES = {"client-change-event", "events-v2-change"}
TRIGGER = {
    "routing_key": "k",
    "event_action": "trigger",
    "payload": {"summary": "s", "source": "x", "severity": "error"},
}


def read(raw: bytes, receipt_id: str = "r1") -> Reading:
    return FORMAT.read(raw, headers={}, options={"receipt_id": receipt_id})


def event(**fields: object) -> Signal:
    (signal,) = read(json.dumps({**TRIGGER, **fields}).encode()).signals
    return signal


def case(name: str) -> Signal:
    (signal,) = read(body("pagerduty", name)).signals
    return signal


@pytest.mark.parametrize("name", CAPTURED)
def test_every_captured_event_is_a_signal_or_known_not_to_be_one(name: str) -> None:
    if name in UNREADABLE:
        with pytest.raises(Unreadable):
            read(CAPTURED[name])
    elif name in CHANGES:
        assert len(read(CAPTURED[name]).measured) == 1
    else:
        assert len(read(CAPTURED[name]).signals) == 1


def test_a_full_trigger() -> None:
    signal = case("events-v2-trigger-full")

    assert (signal.action, signal.dedup_key) == (Action.FIRE, "support-assistant/groundedness")
    assert signal.title == "Groundedness of support-assistant is 0.84 (objective 0.95)"
    assert signal.severity is Severity.SEV1
    assert signal.labels == {
        "source": "eval-runner:eu-prod-1",
        "severity": "critical",
        "component": "answering",
        "group": "assistants",
        "class": "hallucination",
        "model": "helpdesk-llm-13b",
    }
    assert signal.annotations["score"] == "0.84"
    assert signal.annotations["failed examples"] == '["refund-2","refund-9"]'
    assert signal.occurred_at == datetime(2026, 11, 20, 22, 10, 0, 315000, tzinfo=UTC)
    assert signal.starts_at is None
    assert [link.text for link in signal.links] == ["Runbook", "eval-runner", "scores"]


def test_trigger_and_resolve_of_alertmanager_share_their_key() -> None:
    trigger, resolve = case("pagerduty-trigger"), case("pagerduty-resolve")

    assert (trigger.action, resolve.action) == (Action.FIRE, Action.RESOLVE)
    assert trigger.dedup_key == resolve.dedup_key


def test_labels_in_alertmanagers_text_become_labels() -> None:
    signal = case("pagerduty-trigger")

    assert signal.labels["system"] == "support-assistant"
    assert signal.labels["slo"] == "grounded-answers"
    assert signal.annotations["dashboard_url"] == "https://grafana.example/d/support-assistant-slo"
    assert "Dashboard" in {link.text for link in signal.links}
    assert "num_firing" not in signal.labels
    assert not [name for name in signal.labels if name.startswith("details.")]


def test_only_what_all_alerts_of_a_group_share_describes_it() -> None:
    text = (
        "Labels:\n - a = 1\n - b = x = y\nAnnotations:\n - d = one\n   two\nSource: http://s\n"
        "Labels:\n - a = 2\n - b = x = y\nAnnotations:\n - d = one\n   two\nSource: \n"
    )
    assert shared_fields(text) == ({"b": "x = y"}, {"d": "one\n   two"})
    assert shared_fields("no alerts") == ({}, {})


def test_an_acknowledgement_is_read() -> None:
    assert event(event_action="acknowledge", dedup_key="k").action is Action.ACKNOWLEDGE


def test_a_trigger_without_a_key_gets_one_that_its_receipt_decides() -> None:
    raw = body("pagerduty", "events-v2-trigger-minimal")
    keys = {read(raw, receipt).signals[0].dedup_key for receipt in ("r1", "r1", "r2")}
    assert keys == {dedup_key_for("r1"), dedup_key_for("r2")}
    assert all(len(key) == 32 for key in keys)


def test_a_trigger_without_a_key_and_receipt_is_still_the_same_when_read_again() -> None:
    raw = body("pagerduty", "events-v2-trigger-minimal")
    first, second = (FORMAT.read(raw, headers={}, options={}) for _ in range(2))
    assert first == second


def test_details_are_flattened_and_never_hide_the_payloads_own_fields() -> None:
    signal = event(
        payload={
            "summary": "s",
            "source": "x",
            "severity": "warning",
            "custom_details": {
                "source": "other",
                "model": {"name": "m", "size": 13},
                "ok": False,
                "text": "t" * 300,
                "page": "https://e.example",
            },
        }
    )
    assert signal.labels == {
        "source": "x",
        "severity": "warning",
        "details.source": "other",
        "model.name": "m",
        "ok": "false",
    }
    assert signal.annotations == {
        "model.size": "13",
        "text": "t" * 300,
        "page": "https://e.example",
    }


@pytest.mark.parametrize("payload", [None, 5, [], {"custom_details": "text"}, {"severity": ["x"]}])
def test_an_odd_payload_still_fires(payload: object) -> None:
    assert event(payload=payload, dedup_key="k").action is Action.FIRE


def test_a_key_of_10_kb_is_cut_and_stays_distinct() -> None:
    keys = {event(dedup_key="k" * 10_000 + end).dedup_key for end in "ab"}
    assert {len(key) for key in keys} == {512}
    assert len(keys) == 2


@pytest.mark.parametrize("action", ["trigger", "acknowledge", "resolve"])
def test_good_events_are_acceptable(action: str) -> None:
    assert validate_event({**TRIGGER, "event_action": action, "dedup_key": "k"}) == []


@pytest.mark.parametrize(
    ("body", "errors"),
    [
        ([], ["Event must be a JSON object"]),
        ({"event_action": "resolve", "dedup_key": "k"}, ["'routing_key' is missing or blank"]),
        ({**TRIGGER, "event_action": " "}, ["'event_action' is missing or blank"]),
        ({**TRIGGER, "event_action": "fire"},
         ["'event_action' is invalid (must be one of the following: "
          "'trigger', 'acknowledge' or 'resolve')"]),
        ({**TRIGGER, "event_action": "resolve"}, ["'dedup_key' is missing or blank"]),
        ({**TRIGGER, "dedup_key": "k" * 256},
         ["'dedup_key' is too long (maximum is 255 characters)"]),
        ({**TRIGGER, "dedup_key": 5}, ["'dedup_key' must be a string"]),
        ({**TRIGGER, "payload": {"source": "x", "severity": "huge"}},
         ["'payload.summary' is missing or blank",
          "'payload.severity' is invalid (must be one of the following: "
          "'critical', 'error', 'warning' or 'info')"]),
        ({**TRIGGER, "payload": "x"}, ["'payload' must be an object"]),
        ({"routing_key": "k", "event_action": "trigger"},
         ["'payload.summary' is missing or blank", "'payload.source' is missing or blank",
          "'payload.severity' is missing or blank"]),
        ({**TRIGGER, "event_action": {}, "payload": {"summary": [], "source": "x",
                                                      "severity": ["x"]}},
         ["'event_action' is invalid (must be one of the following: "
          "'trigger', 'acknowledge' or 'resolve')",
          "'payload.severity' is invalid (must be one of the following: "
          "'critical', 'error', 'warning' or 'info')"]),
    ],
)  # fmt: skip
def test_events_are_refused_in_pagerdutys_words(body: object, errors: list[str]) -> None:
    assert validate_event(body) == errors


def test_the_routing_key_may_be_elsewhere() -> None:
    raw = {**TRIGGER, "routing_key": None}
    assert validate_event(raw, needs_routing_key=False) == []
