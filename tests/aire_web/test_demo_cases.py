"""The nineteen public cases, and the reports over them against figures worked out by hand."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from accounts.models import Team, User
from aire_web.demo.cases import MARK, TEAM, read_cases, write_cases
from core import clock
from core.models import OutboxTask
from incidents.models import Incident, IncidentCause
from notifications.models import Delivery
from reports.period import read_period
from reports.questions import breakage, cost, learning, response
from reports.scope import Scope
from reports.shapes import Answer
from tests.cast import sign_in

HOUR = 3600.0
DAY = 24 * HOUR


@pytest.fixture(autouse=True)
def _at_the_end_of_2026(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 11, 21, 12, tzinfo=UTC))


@pytest.fixture
def cases(stranger: User) -> Scope:
    assert write_cases() == 19
    return over(stranger, "all")


def over(user: User, words: str, by: str = "") -> Scope:
    period = read_period(words, now=clock.now(), zone=UTC)
    return Scope(user=user, period=period, team=Team.objects.get(slug=TEAM), by=by)


def counts(answer: Answer) -> dict[str, object]:
    return {row.url.rstrip("/").rsplit("/", 1)[-1]: row.values["incidents"] for row in answer.rows}


def test_each_is_marked_sourced_and_has_causes(cases: Scope) -> None:
    for incident in Incident.objects.prefetch_related("causes"):
        assert incident.title.startswith(f"{MARK}: ")
        assert "not an incident of Larkmoor" in incident.summary
        assert "Sources:" in incident.summary
        assert incident.causes.count() >= 1
        assert incident.status == "closed"


def test_they_tell_nobody(cases: Scope) -> None:
    assert not Delivery.objects.exists()
    assert not OutboxTask.objects.exists()


def test_times_that_nobody_published_stay_unknown(cases: Scope) -> None:
    rows = Incident.objects.all()
    assert not rows.exclude(detected_at=None, acknowledged_at=None).exists()
    assert rows.exclude(mitigated_at=None).count() == 1
    assert rows.exclude(resolved_at=None).count() == 6


def test_what_breaks_over_the_cases(cases: Scope) -> None:
    """Coverage gaps in 1, 9, 10, 12, 17; destructive agents in 11, 16, 19 (disputed in 15);
    excess permission in 11, 15, 19; unreviewed changes in 14, 16, 19; disparity in 2, 4 (ruled out
    in 3). Two each: drift.concept 5, 6; objective 4, 10; numerics 8, 12; template 9, 17; artefacts
    14, 18. By case 3 2 1 2 2 3 3 2 3 3 3 4 2 2 1 2 4 1 3 causes count: 46, of them
    46 - 4 - 3 x 2 - 6 = 30 different ones."""
    answer = breakage.answer(cases)
    found = counts(answer)
    expected = {
        "evaluation.coverage-gap": 5,
        "agent.destructive-action": 3,
        "agent.excess-permission": 3,
        "oversight.unreviewed-change": 3,
        "responsible.group-disparity": 2,
        "drift.concept": 2,
        "training.objective-misspecified": 2,
        "serving.numeric-or-compiler": 2,
        "prompt.template-regression": 2,
        "dependency.compromised-artifact": 2,
    }
    assert {slug: count for slug, count in found.items() if count != 1} == expected
    assert len(found) == 30
    assert sum(found.values()) == 46  # type: ignore[arg-type]
    confirmed = {r.url: r.values["confirmed"] for r in answer.rows}
    assert confirmed["/taxonomy/agent.excess-permission/"] == 1
    assert sum(confirmed.values()) == 1  # type: ignore[arg-type]
    assert (
        answer.sentence == "Evaluation suite does not cover the case is behind 5 of 19 incidents."
        or ("is behind 5 of 19 incidents." in answer.sentence)
    )


def test_disputed_and_ruled_out_causes_stay_visible(cases: Scope) -> None:
    kept = IncidentCause.objects.filter(confidence__in=("disputed", "ruled-out"))
    assert set(kept.values_list("cause__slug", flat=True)) == {
        "agent.destructive-action",
        "responsible.group-disparity",
    }


def test_how_fast_over_the_cases(cases: Scope) -> None:
    """Ended, of six: 13 h, 24 h, 30 h, 44 d, 47 d, 470 d. The median lies midway between 30 h and
    44 d (1,056 h): 543 h. The p90 lies midway between the fifth and the sixth: 258.5 d."""
    whole = response.answer(cases).rows[0].values
    assert whole["incidents"] == 19
    assert (whole["resolve_median"], whole["resolve_count"]) == (543 * HOUR, 6)
    assert whole["resolve_p90"] == pytest.approx(258.5 * DAY)
    assert (whole["mitigate_median"], whole["mitigate_count"]) == (3 * DAY, 1)
    assert whole["detect_median"] is None
    assert whole["acknowledge_count"] == 0


def test_severities_over_the_cases(cases: Scope) -> None:
    """SEV1: 1, 6, 8, 11, 16, 18, 19; SEV3: 3, 5, 7; the other nine SEV2."""
    by_level = {
        row.values["severity"]: row.values["incidents"] for row in response.answer(cases).rows
    }
    assert by_level == {"All": 19, "SEV1": 7, "SEV2": 9, "SEV3": 3}


def test_what_it_cost_over_the_cases(cases: Scope) -> None:
    """470 + 44 + 47 + 3 days and 13 + 24 + 30 hours: 13,603 hours of seven cases."""
    answer = cost.answer(cases)
    found = {figure.key: figure for figure in answer.figures}
    assert found["lasted"].value == 13_603 * HOUR
    assert found["lasted"].count == 7
    assert answer.rows[0].values["name"] == "Air Canada chatbot"


def test_the_causes_that_came_back_over_the_cases(cases: Scope) -> None:
    """Within 90 days of one with the same cause: 16 (unreviewed change? 14 is seven months before,
    no), 17 (coverage gap of 12: no), 19 (destructive action and unreviewed change of 16, 82 days:
    yes), 18 (artefact of 14: no), 15 and 11, 9 and 1, 10 and 9 are further apart. Objective 4 to
    10, concept 5 to 6: years. One of nineteen."""
    [repeats] = [f for f in learning.answer(cases).figures if f.key == "repeats"]
    assert (repeats.value, repeats.count) == (1 / 19, 19)


def test_one_year_of_the_cases(cases: Scope, stranger: User) -> None:
    """2025 has cases 10 to 15 but no other: six, with thirteen hours, 44 days and 3 days."""
    answer = cost.answer(over(stranger, "2025", by="severity"))
    assert {row.values["name"]: row.values["incidents"] for row in answer.rows} == {
        "SEV2": 5,
        "SEV1": 1,
    }
    assert answer.figures[0].value == 44 * DAY + 3 * DAY + 13 * HOUR


def test_they_read_on_the_pages(cases: Scope, stranger: User) -> None:
    page = sign_in(stranger).get(f"/reports/breakage/?period=all&team={TEAM}").content.decode()
    assert "5 of 19 incidents" in page


def test_every_number_is_there_once() -> None:
    assert [case.number for case in read_cases()] == list(range(1, 20))
