"""Who is on call, compared with a brute-force walk: 12 zones x 200 random schedules x 2 years."""

from __future__ import annotations

import time
from collections.abc import Iterator
from random import Random

import numpy as np

from bench.report import Result
from bench.schedule_walk import BEGIN, END, NOBODY, STEP, answers, random_rules
from oncall.rotation import ScheduleRules, on_call, shifts

ZONES = (
    "UTC",
    "Europe/Berlin",
    "Europe/London",
    "America/New_York",
    "America/St_Johns",
    "America/Havana",
    "Africa/Cairo",
    "Africa/Casablanca",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Pacific/Chatham",
    "Pacific/Apia",
)
SCHEDULES = 200
QUESTIONS = 200
"""So many instants of each schedule are asked one by one as well, and timed."""


def run() -> Result:
    result = Result(
        "schedule_oracle",
        f"Schedules against a brute-force walk, 2 years x {len(ZONES)} zones x {SCHEDULES} each",
    )
    mismatches, instants, seconds, asked = 0, 0, 0.0, 0
    for zone in ZONES:
        for rules in schedules(zone, SCHEDULES):
            wrong, steps = compared(rules)
            mismatches, instants = mismatches + wrong, instants + steps
            seconds += timed(rules)
            asked += QUESTIONS
    result.add("instants compared", f"{instants:,}")
    result.add("mismatches", f"{mismatches:,}", "0", mismatches == 0)
    each = seconds / asked * 1e6
    result.add("one instant asked of the pure function, mean", f"{each:.0f} µs", "≤ 50 µs",
               each <= 50)  # fmt: skip
    return result


def schedules(zone: str, count: int) -> Iterator[ScheduleRules[int]]:
    """The same ones at every run."""
    random = Random(f"schedules of {zone}")
    for _ in range(count):
        yield random_rules(zone, random)


def compared(rules: ScheduleRules[int]) -> tuple[int, int]:
    """(instants at which the rules and the walk disagree, instants compared)."""
    who, instead = answers(rules)
    said, replaced = np.zeros_like(who), np.zeros_like(who)
    for shift in shifts(rules, BEGIN, END):
        span = slice((shift.start - BEGIN) // STEP, (shift.end - BEGIN) // STEP)
        said[span] = shift.user or NOBODY
        replaced[span] = shift.instead_of or NOBODY
    wrong = (who != said) | (instead != replaced)
    random = Random(1)
    for place in random.sample(range(len(who)), QUESTIONS):
        duties = on_call(rules, BEGIN + place * STEP)
        wrong[place] |= who[place] != (duties[0].user if duties else NOBODY)
    return int(wrong.sum()), len(who)


def timed(rules: ScheduleRules[int]) -> float:
    """Seconds that so many questions take."""
    random = Random(2)
    span = (END - BEGIN) // STEP
    moments = [BEGIN + random.randrange(span) * STEP for _ in range(QUESTIONS)]
    began = time.perf_counter()
    for at in moments:
        on_call(rules, at)
    return time.perf_counter() - began
