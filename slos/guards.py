"""What keeps sampled SLIs from paging by chance: exact tests that allow for every look. Pure.

A rule is looked at every minute, so chance gets tens of thousands of tries a month. The error
that a month may have is therefore spent over the looks: windows that start within a twentieth of
each other are covered by one window a twentieth longer, so a month has at most 20 x month /
window of them (a union bound), each tested by the exact binomial tail at that share of the error.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import timedelta

from slos.binomial import at_most, critical_count
from slos.evaluator import Evaluator

MONTH = timedelta(days=30)
_LOOKS_PER_WINDOW = 20
STRETCH = 1 + 1 / _LOOKS_PER_WINDOW
# A short window speaks against a burn only when it would rarely look so good during one.
RECOVERED_ERROR = 0.05


@dataclass(frozen=True, slots=True)
class Sampling:
    """How a sampled SLI is guarded.

    `false_pages_per_month`: the chance of a page in a month that is exactly at the objective, for
    all `paging_rules` of the SLO together. `evaluator` is the judge, None when nothing judges.
    """

    paging_rules: int = 3
    false_pages_per_month: float = 0.01
    minimum_bad: int = 3
    evaluator: Evaluator | None = None

    def __post_init__(self) -> None:
        if self.paging_rules < 1 or not 0 < self.false_pages_per_month < 1:
            raise ValueError("needs at least one rule and a chance between 0 and 1")


@dataclass(frozen=True, slots=True)
class Evidence:
    """Whether `bad` of a window's total is more than chance, and from which count on it is."""

    enough: bool
    needed: int
    allowed_ratio: float


def allowed_ratio(target: float, sampling: Sampling) -> float:
    """The bad ratio that a system exactly at its objective may show: with a judge, what the judge
    reports at most of it."""
    if sampling.evaluator is None:
        return 1 - target
    return min(1.0, sampling.evaluator.reports_at_most(1 - target))


def error_per_look(long_window: timedelta, sampling: Sampling) -> float:
    """The share of the month's error that one look at one rule may spend."""
    looks = max(1.0, _LOOKS_PER_WINDOW * (MONTH / long_window))
    return sampling.false_pages_per_month / sampling.paging_rules / looks


def needed_bad(total: float, *, target: float, long_window: timedelta, sampling: Sampling) -> int:
    """The smallest number of bad events among `total` that is evidence."""
    critical = critical_count(
        total * STRETCH, allowed_ratio(target, sampling), error_per_look(long_window, sampling)
    )
    return max(sampling.minimum_bad, critical)


def evidence(
    *, bad: float, total: float, target: float, long_window: timedelta, sampling: Sampling
) -> Evidence:
    """Tests that the window's bad ratio exceeds what the objective allows."""
    allowed = allowed_ratio(target, sampling)
    needed = needed_bad(total, target=target, long_window=long_window, sampling=sampling)
    return Evidence(math.floor(bad) >= needed, needed, allowed)


def has_recovered(*, bad: float, total: float, ratio: float) -> bool:
    """Whether a short window shows that a burn at `ratio` is over. Few events never do, so a
    thinly sampled SLI is not held back by an empty short window."""
    return at_most(bad, total, min(1.0, ratio)) < RECOVERED_ERROR
