"""The rules of follow-ups, without a database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pytest

from postmortems.actions.rules import (
    QUALITY_CLASSES,
    default_due,
    is_required,
    not_done_because,
    tells_manager,
)
from taxonomy.shipped import shipped


@dataclass
class Owed:
    type: str = "prevent"
    cause: str = ""
    required: bool = False
    done_criterion: str = ""
    proof_kind: str = ""
    proof: str = ""


def test_the_classes_of_quality_failures_are_classes_of_the_taxonomy() -> None:
    assert {item["slug"] for item in shipped().classes} >= QUALITY_CLASSES


@pytest.mark.parametrize(
    ("action", "may"),
    [
        (Owed(), True),
        (Owed(type="detect", cause="serving.capacity"), True),
        (Owed(type="detect", cause="drift.concept"), False),
        (Owed(type="prevent", cause="drift.concept"), True),
        (Owed("detect", "drift.concept", proof_kind="document", proof="x"), False),
        (Owed("detect", "drift.concept", proof_kind="evaluation", proof=" "), False),
        (Owed("detect", "drift.concept", proof_kind="evaluation", proof="case 7"), True),
        (Owed("detect", "generation.sycophancy", proof_kind="sli", proof="groundedness"), True),
        (Owed(required=True), False),
        (Owed(required=True, done_criterion="The check runs in CI"), True),
    ],
)
def test_a_detecting_action_of_a_quality_failure_needs_a_measure(action: Owed, may: bool) -> None:
    assert (not_done_because(action) is None) is may


@pytest.mark.parametrize(
    ("kind", "cause", "confidence", "severity", "drill", "required"),
    [
        ("prevent", "drift.concept", "confirmed", "sev1", False, True),
        ("prevent", "drift.concept", "likely", "sev1", False, False),
        ("detect", "drift.concept", "likely", "sev2", False, True),
        ("detect", "drift.concept", "suspected", "sev2", False, False),
        ("detect", "serving.capacity", "confirmed", "sev2", False, False),
        ("detect", "drift.concept", "confirmed", "sev3", False, False),
        ("prevent", "drift.concept", "confirmed", "sev1", True, False),
        ("process", "drift.concept", "confirmed", "sev1", False, False),
    ],
)
def test_only_sure_causes_of_severe_incidents_require_something(
    kind: str, cause: str, confidence: str, severity: str, drill: bool, required: bool
) -> None:
    found = is_required(
        kind=kind, cause=cause, confidence=confidence, severity=severity, drill=drill
    )
    assert found is required


def test_the_date_follows_from_the_severity() -> None:
    today = date(2026, 3, 1)
    assert [(default_due(name, today) - today).days for name in ("sev1", "sev2", "sev4")] == [
        15,
        30,
        90,
    ]


@pytest.mark.parametrize(
    ("number", "late_days", "told"), [(1, 0, False), (3, 7, False), (4, -9, True), (1, 8, True)]
)
def test_the_manager_is_told_when_it_takes_too_long(
    number: int, late_days: int, told: bool
) -> None:
    today = date(2026, 3, 20)
    due_on = date.fromordinal(today.toordinal() - late_days)
    assert tells_manager(number=number, due_on=due_on, today=today) is told
