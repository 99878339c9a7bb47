"""Measures Larkmoor's last four weeks: the same believable numbers each time, in bulk."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from core import clock
from core.manifest import Seconds, Spec
from core.yaml import load_documents
from slos.evaluation import evaluate
from slos.models import Sli
from slos.points import Point
from slos.recording import record_points
from slos.rollups import refresh_stale

FILE = Path(__file__).with_name("measurements.yaml")
PAST = timedelta(days=28)
FINE = timedelta(hours=12)
"""Five-minute measurements in the last hours, quarters of an hour before: enough for every
picture, and a first start stays quick."""
QUARTER = timedelta(minutes=15)
_DAY_SECONDS = 86_400


class Dip(Spec):
    ago: Seconds
    lasts: Seconds
    bad: float


class Habit(Spec):
    """How an indicator usually goes."""

    events: float
    night: float
    bad: float
    dips: list[Dip] = []
    cohorts: dict[str, float] = {}
    """Versions that share the traffic evenly, each with so many times the usual bad ones."""


def read_habits() -> dict[str, Habit]:
    document = load_documents(FILE.read_bytes())[0]
    return {slug: Habit.model_validate(value) for slug, value in document.value.items()}


def measure_past() -> int:
    """Answers how many measurements were written. Budgets are there when it returns."""
    now = clock.now().replace(second=0, microsecond=0)
    now -= timedelta(minutes=now.minute % 5)
    slis = {sli.slug: sli for sli in Sli.objects.filter(slug__in=read_habits())}
    written = 0
    for slug, habit in read_habits().items():
        points = list(_points(slug, habit, now, slis[slug]))
        written += record_points(sli=slis[slug], points=points).created
    refresh_stale()
    evaluate()
    return written


def _points(slug: str, habit: Habit, now: datetime, sli: Sli) -> Iterator[Point]:
    chance = random.Random(slug)  # noqa: S311 - the same numbers each time are wanted
    start = now - PAST
    while start < now:
        step = QUARTER if now - start > FINE else timedelta(minutes=5)
        cohorts = habit.cohorts or {"": 1.0}
        total = _traffic(habit, start, chance) * (step / QUARTER) / len(cohorts)
        for cohort, times in cohorts.items():
            whole = math.floor(total + chance.random())
            bad = _bad(habit, now - start, whole, chance, times)
            good = whole - bad
            yield Point(start, start + step, good, whole, sli.evaluator, sli.sample_rate, cohort)
        start += step


def _traffic(habit: Habit, at: datetime, chance: random.Random) -> float:
    """Most at noon, `night` of it at midnight, less at the weekend."""
    share = (at.hour * 3600 + at.minute * 60) / _DAY_SECONDS
    swing = (1 - math.cos(2 * math.pi * share)) / 2
    week = 0.7 if at.weekday() >= 5 else 1.0
    level = habit.night + (1 - habit.night) * swing
    return habit.events * level * week * chance.uniform(0.9, 1.1)


def _bad(habit: Habit, ago: timedelta, total: int, chance: random.Random, times: float) -> int:
    share = habit.bad
    for dip in habit.dips:
        if dip.ago - dip.lasts < ago.total_seconds() <= dip.ago:
            share = dip.bad
    expected = total * share * times * chance.uniform(0.6, 1.4)
    return min(total, math.floor(expected + chance.random()))
