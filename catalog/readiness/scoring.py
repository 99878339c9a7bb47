"""What the answers of a readiness review add up to. Pure; no database.

ML Test Score (Breck et al. 2017): half a point for a test that is done by hand and documented, one
for an automated one; a section's score is the sum of its seven, the final score the lowest section.
AIRE's list counts what is met of what applies; a blocking check that is neither met nor waived
keeps the review from passing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from catalog.readiness.checks import ML_TEST_SCORE, Check


class Answer(StrEnum):
    """For the ML Test Score `partly` means by hand and documented, `yes` automated."""

    UNANSWERED = "unanswered"
    NO = "no"
    PARTLY = "partly"
    YES = "yes"
    NOT_APPLICABLE = "not-applicable"


POINTS: Mapping[Answer, float] = {Answer.PARTLY: 0.5, Answer.YES: 1.0}
BANDS = (
    (0.0, "More of a research project than a production system"),
    (1.0, "Not entirely untested, but serious holes in reliability remain"),
    (2.0, "A first pass at production readiness is done; more is worth it"),
    (3.0, "Reasonably tested; more of it might be automated"),
    (5.0, "Strong automated testing and monitoring"),
)
"""(highest score of the band, what it means); above the last one it is exceptional."""

EXCEPTIONAL = "Exceptional automated testing and monitoring"


@dataclass(frozen=True, slots=True)
class Given:
    """An answer as far as the score needs it. A waiver counts until its day is over."""

    answer: Answer = Answer.UNANSWERED
    waived_until: date | None = None

    def is_waived(self, today: date) -> bool:
        return self.waived_until is not None and self.waived_until >= today


@dataclass(frozen=True, slots=True)
class SectionScore:
    """`points` of `most`; for AIRE's sections `most` is what applies."""

    section: str
    rubric: str
    points: float
    most: float


@dataclass(frozen=True, slots=True)
class Score:
    """`ml_test_score` is None for systems without a model of their own; `share` is what is met of
    AIRE's list, 0 to 1, None where nothing applies. `blocking` are slugs."""

    sections: tuple[SectionScore, ...]
    ml_test_score: float | None
    share: float | None
    blocking: tuple[str, ...]
    waived: tuple[str, ...]
    unanswered: int

    @property
    def passes(self) -> bool:
        return not self.blocking

    @property
    def verdict(self) -> str:
        """What the ML Test Score means, in the words of its bands."""
        if self.ml_test_score is None:
            return ""
        return next((said for most, said in BANDS if self.ml_test_score <= most), EXCEPTIONAL)


NOTHING = Given()


def score(checks: Sequence[Check], given: Mapping[str, Given], *, today: date) -> Score:
    """The score of the checks that a system is asked."""
    sections = tuple(_sections(checks, given))
    tested = [one.points for one in sections if one.rubric == ML_TEST_SCORE]
    own = [one for one in sections if one.rubric != ML_TEST_SCORE]
    most = sum(one.most for one in own)
    open_blocking = [one.slug for one in checks if one.blocking and not _met(one, given)]
    waived = [slug for slug in open_blocking if given.get(slug, NOTHING).is_waived(today)]
    return Score(
        sections=sections,
        ml_test_score=min(tested) if tested else None,
        share=sum(one.points for one in own) / most if most else None,
        blocking=tuple(slug for slug in open_blocking if slug not in waived),
        waived=tuple(waived),
        unanswered=sum(_answer(one, given) is Answer.UNANSWERED for one in checks),
    )


def _sections(checks: Sequence[Check], given: Mapping[str, Given]) -> list[SectionScore]:
    found: dict[tuple[str, str], list[Check]] = {}
    for check in checks:
        found.setdefault((check.rubric, check.section), []).append(check)
    return [
        SectionScore(
            section=section,
            rubric=rubric,
            points=sum(POINTS.get(_answer(one, given), 0.0) for one in rows),
            most=float(
                len(rows)
                if rubric == ML_TEST_SCORE
                else sum(_answer(one, given) is not Answer.NOT_APPLICABLE for one in rows)
            ),
        )
        for (rubric, section), rows in found.items()
    ]


def _answer(check: Check, given: Mapping[str, Given]) -> Answer:
    return given.get(check.slug, NOTHING).answer


def _met(check: Check, given: Mapping[str, Given]) -> bool:
    return _answer(check, given) in (Answer.YES, Answer.NOT_APPLICABLE)
