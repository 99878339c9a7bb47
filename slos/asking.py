"""What a data source that can be asked fulfils, and what its answers make of an indicator. Pure.

A query is asked over whole steps; the value at a step's end stands for the step. No answer, an
empty one and one that is no number are reasons why there is no data: none of them is ever good.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from core.registry import Registry
from slos.intake import compare
from slos.points import Point

Answer = Mapping[str, Mapping[datetime, float]]
"""Values by the time they stand for, of each series by its name; only numbers that are finite."""

TOLERANCE = 1.05
"""How far good may exceed total before it is a mistake: `increase()` extrapolates."""


@dataclass(frozen=True, slots=True)
class Connection:
    """A data source as written: its details, and the secret it wants."""

    details: Mapping[str, object]
    secret: str = field(default="", repr=False)


def address_of(details: Mapping[str, object]) -> str:
    """Where a data source is asked, by the first of the names that details have for it; or ""."""
    given = (details.get(name) for name in ("url", "address", "endpoint"))
    return next((one.strip() for one in given if isinstance(one, str) and one.strip()), "")


class NoAnswer(Exception):
    """Why a data source gave no usable answer: a plain sentence. `source_wide` when it concerns
    every query of the source (it is away), not this one (it is wrong)."""

    def __init__(self, message: str, *, source_wide: bool = False) -> None:
        super().__init__(message)
        self.source_wide = source_wide


class Asker(Protocol):
    """What an integration's `measurements.py` offers."""

    types: tuple[str, ...]
    """The words for `DataSource.type`, in lower case."""

    def step(self, connection: Connection) -> timedelta:
        """The length of one measurement. Raises `NoAnswer` when it is written wrongly."""
        ...

    def ask(
        self, connection: Connection, query: str, *, start: datetime, end: datetime,
        step: timedelta,
    ) -> Answer:  # fmt: skip
        """The values at start, start + step … end. Calls out; raises `NoAnswer`."""
        ...


askers: Registry[Asker] = Registry("data source that can be asked")


@dataclass(frozen=True, slots=True)
class Question:
    """What to ask for one indicator: texts of queries by their part (good, bad, total, raw,
    metric)."""

    texts: Mapping[str, str]
    operator: str = ""
    threshold: float = 0.0
    counter: bool = False
    raw_is_failure: bool = False
    sample_rate: float = 1.0

    @property
    def parts(self) -> tuple[str, ...]:
        """The parts that are needed, in the order in which they are asked."""
        if "metric" in self.texts:
            return ("metric",)
        if "raw" in self.texts:
            return ("raw",)
        return tuple(name for name in ("total", "good", "bad") if name in self.texts)[:2]

    @property
    def fault(self) -> str:
        """Why it cannot be asked; "" when it can."""
        if self.parts == ("metric",) and not self.operator:
            return "It has a metric but no bound to compare it with."
        if self.parts in (("metric",), ("raw",)):
            return ""
        if len(self.parts) < 2:
            return "It needs a query for total events and one for good or bad ones."
        return ""


@dataclass(frozen=True, slots=True)
class Made:
    """Points, and why some or all are missing ("" when nothing is)."""

    points: list[Point] = field(default_factory=list)
    problem: str = ""


def points_of(question: Question, answers: Mapping[str, Answer], *, step: timedelta) -> Made:
    """The points that the answers to all parts make."""
    if question.parts == ("metric",):
        return _thresholds(question, answers["metric"], step)
    if question.parts == ("raw",):
        return _raw(question, answers["raw"], step)
    return _ratios(question, answers, step)


def _thresholds(question: Question, answer: Answer, step: timedelta) -> Made:
    """Each series is one unit a step: a GPU, a feature."""
    if not answer:
        return Made([], "The query for the metric answers nothing.")
    counts: dict[datetime, list[int]] = {}
    for values in answer.values():
        for at, value in values.items():
            held = counts.setdefault(at, [0, 0])
            held[0] += compare(value, question.operator, question.threshold)
            held[1] += 1
    return Made(
        [
            _point(at, step, float(good), float(total), question)
            for at, (good, total) in sorted(counts.items())
        ]
    )


def _raw(question: Question, answer: Answer, step: timedelta) -> Made:
    """A ratio that the source made: each step weighs the same, whatever its traffic was."""
    if not answer:
        return Made([], "The query for the ratio answers nothing.")
    if len(answer) > 1:
        return Made([], f"The query for the ratio answers {len(answer)} series; it must be one.")
    points: list[Point] = []
    for at, value in sorted(next(iter(answer.values())).items()):
        if not -1e-9 <= value <= 1 + 1e-9:
            return Made(points, f"The ratio is {value:g}; it must lie between 0 and 1.")
        good = min(max(1 - value if question.raw_is_failure else value, 0.0), 1.0)
        points.append(_point(at, step, good, 1.0, question))
    return Made(points)


def _ratios(question: Question, answers: Mapping[str, Answer], step: timedelta) -> Made:
    total = _sums(answers["total"], counter=question.counter)
    name = "good" if "good" in question.parts else "bad"
    part = _sums(answers[name], counter=question.counter)
    if not total:
        return Made([], "The query for total events answers nothing.")
    if not part:
        # A series that never was may be a mistake in writing; nothing is not taken for none.
        return Made(
            [],
            f"The query for {name} events answers nothing. If there may be none of them, "
            'add "or vector(0)".',
        )
    points: list[Point] = []
    for at, events in sorted(total.items()):
        found = part.get(at, 0.0)
        if events < 0 or found < 0:
            return Made(points, "A number of events is negative.")
        if found > events * TOLERANCE and found - events > 1:
            return Made(
                points, f"There are more {name} events ({found:g}) than events ({events:g})."
            )
        found = min(found, events)
        points.append(
            _point(at, step, found if name == "good" else events - found, events, question)
        )
    return Made(points)


def _sums(answer: Answer, *, counter: bool) -> dict[datetime, float]:
    """All series of an answer together; of counters what they rose by, series by series."""
    sums: dict[datetime, float] = {}
    for values in answer.values():
        for at, value in (_rises(values) if counter else values).items():
            sums[at] = sums.get(at, 0.0) + value
    return sums


def _rises(values: Mapping[datetime, float]) -> dict[datetime, float]:
    """The rise to each value from the one before it; a counter that fell began anew."""
    rises = {}
    before: float | None = None
    for at, value in sorted(values.items()):
        if before is not None:
            rises[at] = value - before if value >= before else value
        before = value
    return rises


def _point(at: datetime, step: timedelta, good: float, total: float, question: Question) -> Point:
    good = min(good, total)
    if not (math.isfinite(good) and math.isfinite(total)):
        raise ValueError("answers hold finite numbers only")
    return Point(at - step, at, good, total, sample_rate=question.sample_rate)
