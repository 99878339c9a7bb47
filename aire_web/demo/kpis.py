"""Writes Larkmoor's business figures down, and what its provider answers: the same numbers each
time, in bulk."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from aire_web.demo.past import standing_at
from catalog.kpis.models import Kpi
from catalog.kpis.services import MOST_VALUES, record_values
from catalog.models import System
from catalog.services import record_served
from core import clock
from core.actor import program
from core.manifest import Seconds, Spec
from core.yaml import load_documents

FILE = Path(__file__).with_name("kpis.yaml")
PAST = timedelta(weeks=10)
HOUR = timedelta(hours=1)
SERVED = (
    ("support-assistant", "answer model", "larch-4-2025-07"),
    ("refund-agent", "deciding model", "larch-4-2025-09"),
)
"""The agent asks for the snapshot of July and gets the one of September."""


class KpiDip(Spec):
    ago: Seconds
    lasts: Seconds
    times: float


class KpiHabit(Spec):
    """How a figure usually goes."""

    level: float
    night: float
    dips: list[KpiDip] = []


def count_past() -> int:
    """Answers how many values were written."""
    document = load_documents(FILE.read_bytes())[0]
    written = 0
    for name, value in document.value.items():
        system, _, slug = name.partition("/")
        kpi = Kpi.objects.get(system__slug=system, slug=slug)
        values = list(_values(name, KpiHabit.model_validate(value)))
        for at in range(0, len(values), MOST_VALUES):
            written += record_values(kpi=kpi, values=values[at : at + MOST_VALUES])
    for slug, part, version in SERVED:
        with standing_at(clock.now() - timedelta(minutes=20)):
            record_served(
                system=System.objects.get(slug=slug), served=version, part=part,
                actor=program("The demo"),
            )  # fmt: skip
    return written


def _values(name: str, habit: KpiHabit) -> Iterator[dict[str, Any]]:
    chance = random.Random(name)  # noqa: S311 - the same numbers each time are wanted
    now = clock.now()
    start = (now - PAST).replace(minute=0, second=0, microsecond=0)
    while start + HOUR <= now:
        swing = (1 - math.cos(2 * math.pi * start.hour / 24)) / 2
        week = 0.7 if start.weekday() >= 5 else 1.0
        usual = habit.level * (habit.night + (1 - habit.night) * swing) * week
        value = usual * chance.uniform(0.92, 1.08) * _times(habit, now, start)
        yield {"start": start, "value": round(value, 1)}
        start += HOUR


def _times(habit: KpiHabit, now: datetime, start: datetime) -> float:
    """By the share of the hour that the dip lasted."""
    times = 1.0
    for dip in habit.dips:
        begun = now - timedelta(seconds=dip.ago)
        ended = begun + timedelta(seconds=dip.lasts)
        share = max(timedelta(0), min(ended, start + HOUR) - max(begun, start)) / HOUR
        times += (dip.times - 1) * share
    return times
