"""Alerts in the search over everything."""

from __future__ import annotations

import pytest

from accounts.models import User
from alerts import search_hits
from alerts.models import Alert
from alerts.search_hits import search_alerts
from core.search import read_query
from tests.alerts.rows import alert_row, source_row


@pytest.fixture
def low_recall(db: None) -> Alert:
    return alert_row(source_row(), "Recall is low", labels={"model": "ranker-7", "zone": "eu"})


@pytest.fixture
def high_cost(low_recall: Alert) -> Alert:
    return alert_row(low_recall.source, "Cost per answer is high", labels={"zone": "eu"})


def titles(user: User, text: str) -> list[str]:
    return [hit.title for hit in search_alerts(user, read_query(text), 10)]


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("recal", True, False),
        ("recall or cost", True, True),
        ("is -cost", True, False),
        ("ranker-7", True, False),
        ("zone=eu", True, True),
        ("zone=eu recall", True, False),
        ("eu", False, False),
        ("'; DROP TABLE alerts_alert; --", False, False),
    ],
)
def test_an_alert_is_found_by_title_usual_labels_and_pairs(
    low_recall: Alert, high_cost: Alert, stranger: User, text: str, low: bool, high: bool
) -> None:
    found = titles(stranger, text)
    assert (low_recall.title in found, high_cost.title in found) == (low, high)


def test_the_last_heard_of_stands_first(
    low_recall: Alert, high_cost: Alert, stranger: User
) -> None:
    assert titles(stranger, "is") == [high_cost.title, low_recall.title]
    assert len(search_alerts(stranger, read_query("is"), 1)) == 1


def test_words_that_are_everywhere_find_the_last_heard_of_as_well(
    low_recall: Alert, high_cost: Alert, stranger: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search_hits, "CANDIDATES", 1)
    assert titles(stranger, "is") == [high_cost.title, low_recall.title]
    assert titles(stranger, "recall") == [low_recall.title]


def test_somebody_deactivated_finds_nothing(low_recall: Alert, stranger: User) -> None:
    stranger.is_active = False
    assert titles(stranger, "recall") == []
