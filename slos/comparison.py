"""Versions and cohorts side by side: how much is bad in each, how sure that is. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from slos.binomial import lower_limit, upper_limit
from slos.evaluator import Evaluator, correct

_ERROR = 0.025


@dataclass(frozen=True, slots=True)
class Part:
    """What was counted of one cohort by one evaluator."""

    cohort: str
    evaluator: str
    good: float
    total: float
    judge: Evaluator | None = None

    @property
    def bad(self) -> float:
        return max(0.0, self.total - self.good)

    @property
    def label(self) -> str:
        """The cohort, or "All"; with the evaluator where there is one."""
        name = self.cohort or "All"
        return f"{name}, judged by {self.evaluator}" if self.evaluator else name


@dataclass(frozen=True, slots=True)
class Measured:
    """A bad ratio with its 95 % interval, behind the judge where its rates are known."""

    part: Part
    bad_ratio: float
    low: float
    high: float

    def against(self, allowed: float) -> str:
        """What can be said of it: "worse", "better", "unsure" or "nothing" was counted."""
        if self.part.total <= 0:
            return "nothing"
        if self.low > allowed:
            return "worse"
        return "better" if self.high < allowed else "unsure"


@dataclass(frozen=True, slots=True)
class Difference:
    """How much more of the second is bad than of the first, with its 95 % interval."""

    amount: float
    low: float
    high: float

    @property
    def clear(self) -> bool:
        return self.low > 0 or self.high < 0


def measure(part: Part) -> Measured:
    """Clopper and Pearson's interval, or Lang and Reiczigel's behind a judge with known rates."""
    if part.judge is not None and part.judge.usable:
        found = correct(part.judge, bad=part.bad, total=part.total)
        return Measured(part, found.bad_ratio, found.low, found.high)
    ratio = part.bad / part.total if part.total else 0.0
    low = lower_limit(part.bad, part.total, _ERROR)
    return Measured(part, ratio, low, upper_limit(part.bad, part.total, _ERROR))


def measure_all(parts: Sequence[Part]) -> list[Measured]:
    """The worst first; what counted nothing last."""
    found = [measure(part) for part in parts]
    return sorted(found, key=lambda one: (one.part.total <= 0, -one.bad_ratio, one.part.label))


def difference(base: Measured, other: Measured) -> Difference | None:
    """The square-and-add interval of Newcombe (Stat Med 17, 1998, method 10, from the intervals
    of both). None where one of them counted nothing."""
    if base.part.total <= 0 or other.part.total <= 0:
        return None
    amount = other.bad_ratio - base.bad_ratio
    below = math.hypot(other.bad_ratio - other.low, base.high - base.bad_ratio)
    above = math.hypot(other.high - other.bad_ratio, base.bad_ratio - base.low)
    return Difference(amount, amount - below, amount + above)


def difference_words(found: Difference | None) -> str:
    """ "2.1 points more bad (0.8 to 3.3)"; whether it can be chance is said."""
    if found is None:
        return "Nothing to compare."
    low, high = sorted((found.low * 100, found.high * 100))
    spread = f"95% interval {low:.1f} to {high:.1f}"
    if not found.clear:
        return f"No clear difference ({spread} points)."
    more = "more" if found.amount > 0 else "less"
    return f"{abs(found.amount) * 100:.1f} points {more} bad ({spread})."
