"""A judge that errs: what it reports of a true bad ratio, and back. Pure; no thresholds of SLOs.

A judge with 3 % false positives breaks a 99 % objective by itself: with a true bad ratio of 1 %
and a true-positive rate of 0.9 it reports 3.9 %. "Positive" means that the judge calls it bad.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from slos.binomial import upper_limit

# Below this distance between its rates a judge says next to nothing about the truth.
LEAST_USEFUL_DISTANCE = 0.1
# How sure the limits of the judge's own rates are that stand in the way of a false page.
RATE_ERROR = 0.01
_Z95 = 1.959964


@dataclass(frozen=True, slots=True)
class Evaluator:
    """Rates of one version of a judge, measured against people.

    `bad_items` and `good_items` say on how many truly bad and truly good items; 0 takes the rate
    as exactly known, which the pages must then say.
    """

    true_positive_rate: float
    false_positive_rate: float
    bad_items: int = 0
    good_items: int = 0

    def __post_init__(self) -> None:
        for name in ("true_positive_rate", "false_positive_rate"):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"{name} must be between 0 and 1")
        if self.bad_items < 0 or self.good_items < 0:
            raise ValueError("numbers of items must not be negative")

    @property
    def usable(self) -> bool:
        """Whether it tells bad from good at all."""
        return self.true_positive_rate - self.false_positive_rate >= LEAST_USEFUL_DISTANCE

    def reports(self, true_bad_ratio: float) -> float:
        """The bad ratio that it reports of a true one, on average."""
        return self.true_positive_rate * true_bad_ratio + self.false_positive_rate * (
            1 - true_bad_ratio
        )

    def reports_at_most(self, true_bad_ratio: float) -> float:
        """As `reports`, with both rates as high as their samples leave possible (99 % each)."""
        tpr = _upper(self.true_positive_rate, self.bad_items)
        fpr = _upper(self.false_positive_rate, self.good_items)
        return tpr * true_bad_ratio + fpr * (1 - true_bad_ratio)

    def corrected(self, reported: float) -> float:
        """Rogan and Gladen (1978): the true ratio behind a reported one, kept within 0..1.
        A judge that is not usable leaves the ratio as it was reported."""
        if not self.usable:
            return reported
        distance = self.true_positive_rate - self.false_positive_rate
        return min(1.0, max(0.0, (reported - self.false_positive_rate) / distance))


@dataclass(frozen=True, slots=True)
class Corrected:
    """A bad ratio behind what a judge reported, with its 95 % interval."""

    bad_ratio: float
    low: float
    high: float
    warning: str = ""


def correct(evaluator: Evaluator, *, bad: float, total: float) -> Corrected:
    """The corrected bad ratio of `bad` of `total` judged items.

    The interval is Lang and Reiczigel's (Prev Vet Med 113, 2014): it adds the uncertainty of the
    judge's own rates to that of the sample. Nothing judged, or a judge that cannot tell bad from
    good, answers 0..1.
    """
    if total <= 0:
        return Corrected(0.0, 0.0, 1.0, "Nothing was judged.")
    point = evaluator.corrected(bad / total)
    if not evaluator.usable:
        return Corrected(
            point, 0.0, 1.0, "This judge hardly tells bad from good: its result is not corrected."
        )
    low, high = _interval(evaluator, bad / total, total)
    return Corrected(point, min(low, point), max(high, point), _warning(evaluator))


def _interval(evaluator: Evaluator, reported: float, total: float) -> tuple[float, float]:
    z2 = _Z95**2
    n = total + z2
    share = (total * reported + z2 / 2) / n
    sensitivity, sensitivity_variance = _softened(evaluator.true_positive_rate, evaluator.bad_items)
    specificity, specificity_variance = _softened(
        1 - evaluator.false_positive_rate, evaluator.good_items
    )
    distance = sensitivity + specificity - 1
    if distance <= 0:
        return 0.0, 1.0
    middle = (share + specificity - 1) / distance
    shift = 2 * z2 * (middle * sensitivity_variance - (1 - middle) * specificity_variance)
    variance = (
        share * (1 - share) / n
        + middle**2 * sensitivity_variance
        + (1 - middle) ** 2 * specificity_variance
    )
    half = _Z95 * math.sqrt(variance) / distance
    return _within(middle + shift - half), _within(middle + shift + half)


def _softened(rate: float, items: int) -> tuple[float, float]:
    """A rate with one success and one failure added, and its variance; exact without items."""
    if not items:
        return rate, 0.0
    softened = (items * rate + 1) / (items + 2)
    return softened, softened * (1 - softened) / (items + 2)


def _upper(rate: float, items: int) -> float:
    return upper_limit(rate * items, items, RATE_ERROR) if items else rate


def _within(value: float) -> float:
    return min(1.0, max(0.0, value))


def _warning(evaluator: Evaluator) -> str:
    if not evaluator.bad_items or not evaluator.good_items:
        return "The judge's rates are taken as exact: say on how many items they were measured."
    return ""
