"""Every severity is written down, and says truly whether it pages."""

from __future__ import annotations

from alerts.models import SEVERITIES
from incidents.criteria import CRITERIA

WORRIES = ("confiden", "unsafe", "leak", "group", "down", "cost")
"""What the severities of AI systems have to decide about."""


def test_every_severity_has_its_criteria_in_order() -> None:
    assert [criterion.severity for criterion in CRITERIA] == [value for value, _ in SEVERITIES]
    assert all(criterion.signs for criterion in CRITERIA)


def test_only_the_last_one_wakes_nobody() -> None:
    assert [criterion.pages for criterion in CRITERIA] == [True, True, True, False]


def test_the_worries_about_ai_systems_are_all_decided() -> None:
    words = " ".join(sign.lower() for criterion in CRITERIA for sign in criterion.signs)
    assert [worry for worry in WORRIES if worry not in words] == []
