"""Reads of readiness: the page of a system's review, and its badge."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from accounts.models import User
from catalog.models import Change, System
from catalog.readiness.checks import ML_TEST_SCORE, SECTIONS, Check, all_checks, checks_for
from catalog.readiness.models import ReadinessAnswer, ReadinessReview
from catalog.readiness.scoring import Answer, Given, Score, SectionScore, score
from catalog.selectors import visible_changes
from core import clock

SHOWN_REVIEWS = 12
MATERIAL = (Change.Kind.MODEL, Change.Kind.PROVIDER, Change.Kind.DATASET, Change.Kind.GUARDRAIL)
"""Kinds of change after which a review has to be made again: another model or provider, other
data, other limits. Prompts and code change too often to be material by themselves."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A check with its answer; `row` is None where nobody has answered."""

    check: Check
    row: ReadinessAnswer | None

    @property
    def answer(self) -> Answer:
        return Answer(self.row.answer) if self.row else Answer.UNANSWERED


@dataclass(frozen=True, slots=True)
class Section:
    name: str
    score: SectionScore
    asked: tuple[Asked, ...]

    @property
    def is_rubric(self) -> bool:
        """Of the ML Test Score, whose answers mean by hand or automated."""
        return self.score.rubric == ML_TEST_SCORE


@dataclass(frozen=True, slots=True)
class ReadinessPage:
    """`due` says why the review has to be made again, "" when it has not."""

    score: Score
    sections: tuple[Section, ...]
    blocking: tuple[Check, ...]
    waived: tuple[Asked, ...]
    reviews: tuple[ReadinessReview, ...]
    due: str

    @property
    def share_percent(self) -> int:
        """What is met of AIRE's list, in whole percent."""
        return round(100 * (self.score.share or 0.0))

    @property
    def trend(self) -> tuple[int | None, ...]:
        """Percent of AIRE's list that was met at each closed review, the oldest first."""
        return tuple(review.share_percent for review in reversed(self.reviews))

    @property
    def last(self) -> ReadinessReview | None:
        return self.reviews[0] if self.reviews else None


@dataclass(frozen=True, slots=True)
class Badge:
    """The last review that was closed, and why there has to be another one, "" when there has
    not."""

    last: ReadinessReview | None
    due: str


def readiness_page(user: User, system: System) -> ReadinessPage:
    """Three queries, whatever was answered. The caller has checked that the system may be seen."""
    checks = checks_for(system.kind)
    rows = {
        row.check_slug: row
        for row in ReadinessAnswer.objects.filter(system=system).select_related("owner")
    }
    given = {slug: Given(Answer(row.answer), row.waived_until) for slug, row in rows.items()}
    found = score(checks, given, today=clock.now().date())
    reviews = tuple(ReadinessReview.objects.filter(system=system)[:SHOWN_REVIEWS])
    known = all_checks()
    return ReadinessPage(
        score=found,
        sections=tuple(_sections(checks, rows, found)),
        blocking=tuple(known[slug] for slug in found.blocking),
        waived=tuple(Asked(known[slug], rows.get(slug)) for slug in found.waived),
        reviews=reviews,
        due=due_because(user, system, reviews[0] if reviews else None),
    )


def due_because(user: User, system: System, last: ReadinessReview | None) -> str:
    """Why a review has to be made (again): never made, or something material changed since."""
    if last is None:
        return "No review was closed yet."
    since = visible_changes(user).filter(system=system, kind__in=MATERIAL, occurred_at__gt=last.at)
    change = since.first()
    if change is None:
        return ""
    version = f" to {change.version[:60]}" if change.version else ""
    return f"{change.get_kind_display()} changed{version} since the last review."


def readiness_badge(user: User, system: System) -> Badge:
    """What the system's page says of it. Two queries."""
    last = ReadinessReview.objects.filter(system=system).first()
    return Badge(last, due_because(user, system, last))


def _sections(
    checks: Sequence[Check], rows: dict[str, ReadinessAnswer], found: Score
) -> list[Section]:
    scores = {(one.rubric, one.section): one for one in found.sections}
    return [
        Section(
            SECTIONS[section],
            scores[rubric, section],
            tuple(Asked(check, rows.get(check.slug)) for check in asked),
        )
        for (rubric, section), asked in groupby(checks, key=lambda one: (one.rubric, one.section))
    ]
