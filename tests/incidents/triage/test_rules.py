"""The severity guide, the checklists and the onset of an indicator: pure rules."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from incidents.severity_guide import AUTONOMY, HARM, REACH, REVERSIBILITY, suggest
from incidents.triage.onset_rules import onset_of
from slos.simulate.replay import STEP, Bucket
from taxonomy.shipped import shipped
from taxonomy.triage import check_named, triages

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("answers", "severity"),
    [
        (("safety", "nobody", "undone", "advises"), "sev1"),
        (("rights", "many", "undone", "advises"), "sev1"),
        (("confident", "few", "undone", "advises"), "sev2"),
        (("confident", "nobody", "undone", "advises"), "sev3"),
        (("confident", "nobody", "never", "alone"), "sev1"),
        (("quality", "few", "undone", "alone"), "sev3"),
        (("none", "many", "never", "alone"), "sev4"),
    ],
)
def test_the_guide_says_a_severity_and_why(answers: tuple[str, ...], severity: str) -> None:
    names = ("harm", "reach", "reversibility", "autonomy")
    found = suggest(**dict(zip(names, answers, strict=True)))
    assert found.severity == severity
    assert all(reason.endswith(".") for reason in found.reasons)


def test_worse_answers_never_make_it_less_severe() -> None:
    tables = (list(REACH), list(REVERSIBILITY), list(AUTONOMY))
    for harm in HARM:
        ranked = [suggest(harm=harm, reach=a, reversibility=b, autonomy=c).severity
                  for a, b, c in product(*tables)]  # fmt: skip
        assert ranked[0] == max(ranked)
        assert ranked[-1] == min(ranked)


def test_every_shipped_class_brings_checks_mitigations_and_evidence() -> None:
    assert {one["slug"] for one in shipped().classes} == set(triages())
    for triage in triages().values():
        assert len(triage.checks) >= 4
        assert len({check.id for check in triage.checks}) == len(triage.checks)
        assert triage.mitigations
        assert triage.evidence
    assert check_named("drift/which") is not None
    assert check_named("drift/nonsense") is None
    assert check_named("nonsense") is None


def series(*good_of_hundred: int | None) -> list[Bucket]:
    """One step of 100 events each up to noon; None: nothing was measured."""
    count = len(good_of_hundred)
    return [Bucket(NOON - STEP * (count - 1 - at), good, 100)
            for at, good in enumerate(good_of_hundred) if good is not None]  # fmt: skip


def test_the_onset_lies_between_the_last_good_and_the_first_bad_step() -> None:
    found = onset_of(series(99, 99, None, None, 80, 99, 70, 60), target=0.98, detected=NOON)
    assert found is not None
    assert found.earliest == NOON - STEP * 6
    assert found.likeliest == NOON - STEP * 4
    assert found.latest == NOON - STEP * 3


def test_an_older_bad_stretch_is_another_story() -> None:
    found = onset_of(series(50, 50, *[99] * 20, 70, 70), target=0.98, detected=NOON)
    assert found is not None
    assert found.likeliest == NOON - STEP * 2


@pytest.mark.parametrize("values", [(), (99, 99, 97), (60, 60), (70, *[99] * 10)])
def test_where_nothing_can_be_said_nothing_is(values: tuple[int, ...]) -> None:
    assert onset_of(series(*values), target=0.98, detected=NOON) is None


def test_what_came_after_it_was_noticed_does_not_count() -> None:
    later = [Bucket(NOON + timedelta(hours=1), 0, 100)]
    assert onset_of([*series(99, 99, 99), *later], target=0.98, detected=NOON) is None
