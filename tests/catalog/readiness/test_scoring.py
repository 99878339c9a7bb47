"""What the answers of a readiness review add up to."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.models import System
from catalog.readiness.checks import ML_TEST_SCORE, SECTIONS, all_checks, checks_for
from catalog.readiness.scoring import Answer, Given, Score, score

TODAY = date(2026, 11, 2)
RUBRIC = [check for check in all_checks().values() if check.rubric == ML_TEST_SCORE]


def scored(kind: str = "llm", **answers: Answer) -> Score:
    given_ = {slug.replace("_", "-"): Given(answer) for slug, answer in answers.items()}
    return score(checks_for(kind), given_, today=TODAY)


def rubric_scored(*points: float) -> Score:
    """Answers that make these sums in the sections, in their order."""
    answers: dict[str, Given] = {}
    for section, wanted in zip(
        ("data", "model", "infrastructure", "monitoring"), points, strict=True
    ):
        slugs = [check.slug for check in RUBRIC if check.section == section]
        whole = int(wanted)
        answers |= {slug: Given(Answer.YES) for slug in slugs[:whole]}
        if wanted > whole:
            answers[slugs[whole]] = Given(Answer.PARTLY)
    return score(RUBRIC, answers, today=TODAY)


def test_the_rubric_has_seven_tests_in_each_of_four_sections() -> None:
    counts = {name: sum(check.section == name for check in RUBRIC) for name in SECTIONS}
    assert [counts[name] for name in ("data", "model", "infrastructure", "monitoring")] == [7] * 4


@pytest.mark.parametrize(
    ("points", "final", "verdict"),
    [
        ((0, 7, 7, 7), 0.0, "research project"),
        ((1, 0.5, 3, 2), 0.5, "serious holes"),
        ((2, 2, 1.5, 4), 1.5, "first pass"),
        ((3, 2.5, 4, 4), 2.5, "Reasonably tested"),
        ((5, 4.5, 6, 7), 4.5, "Strong"),
        ((7, 7, 7, 5.5), 5.5, "Exceptional"),
    ],
)
def test_the_final_score_is_the_lowest_section(
    points: tuple[float, ...], final: float, verdict: str
) -> None:
    found = rubric_scored(*points)
    assert found.ml_test_score == final
    assert verdict in found.verdict


def test_a_provider_has_no_model_of_its_own_to_test() -> None:
    found = scored("provider")
    assert found.ml_test_score is None
    assert found.verdict == ""
    assert found.share == 0.0


def test_only_agents_are_asked_about_tools() -> None:
    assert "tool-inventory" in {check.slug for check in checks_for("agent")}
    assert "tool-inventory" not in {check.slug for check in checks_for("rag")}


def test_a_blocking_check_is_met_by_yes_or_by_not_applying() -> None:
    assert "kill-switch" in scored().blocking
    assert "kill-switch" in scored(kill_switch=Answer.PARTLY).blocking
    assert "kill-switch" not in scored(kill_switch=Answer.YES).blocking
    assert "kill-switch" not in scored(kill_switch=Answer.NOT_APPLICABLE).blocking


def test_a_waiver_counts_until_its_day_is_over() -> None:
    for days, waived in ((0, True), (1, True), (-1, False)):
        answer = {"kill-switch": Given(Answer.NO, TODAY + timedelta(days=days))}
        found = score(checks_for("llm"), answer, today=TODAY)
        assert ("kill-switch" in found.waived) is waived
        assert ("kill-switch" in found.blocking) is not waived


@given(
    st.sampled_from(System.Kind.values),
    st.dictionaries(st.sampled_from(list(all_checks())), st.sampled_from(list(Answer))),
)
def test_any_answers_make_a_score_within_its_bounds(kind: str, answers: dict[str, Answer]) -> None:
    given_ = {slug: Given(answer) for slug, answer in answers.items()}
    found = score(checks_for(kind), given_, today=TODAY)
    assert found.ml_test_score is None or 0 <= found.ml_test_score <= 7
    assert found.share is None or 0 <= found.share <= 1
    assert found.passes is (not found.blocking)
    assert all(0 <= one.points <= one.most for one in found.sections)
