"""How much sampling an objective needs, and what the present sampling can promise. Pure.

The promises are those of `slos.guards`: bench/slo_simulation.py plays them through.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta

from slos.binomial import at_least
from slos.burn import BurnRule, derive, standard_rules
from slos.guards import Sampling, allowed_ratio, needed_bad

DEFAULT_RISE = 3.0
CERTAINTY = 0.95
_MOST_PER_HOUR = 1_000_000.0
_LONGEST = timedelta(days=366)
# Windows that people can say; above two days, whole quarters of a day.
_STEPS = (
    (timedelta(hours=1), timedelta(minutes=5)),
    (timedelta(hours=6), timedelta(minutes=15)),
    (timedelta(days=2), timedelta(hours=1)),
    (_LONGEST, timedelta(hours=6)),
)
_SHORTEST = timedelta(minutes=10)
# A planned rule fires from this share of the rise on, so that its count, not luck, decides.
_SHARE_OF_RISE = 0.5


@dataclass(frozen=True, slots=True)
class Promise:
    """What a sampling rate can do. `within` is None when no window up to a year suffices, or
    when a rise to `rise` times the allowed bad ratio is not possible at this target."""

    target: float
    per_hour: float
    rise: float
    false_pages_per_month: float
    within: timedelta | None
    reason: str = ""

    @property
    def sentence(self) -> str:
        allowed, risen = 1 - self.target, (1 - self.target) * self.rise
        change = f"a rise from {_percent(allowed)} to {_percent(risen)} bad"
        if self.within is None:
            return f"At {_count(self.per_hour)} an hour, {change} cannot be promised: {self.reason}"
        return (
            f"At {_count(self.per_hour)} an hour, {change} pages within "
            f"{span_words(self.within)} in at least {CERTAINTY:.0%} of cases; a month exactly at "
            f"the objective is paged in at most {_percent(self.false_pages_per_month)}."
        )


@dataclass(frozen=True, slots=True)
class Need:
    """How many evaluations an hour notice the rise in time; None when no number does."""

    per_hour: float | None
    sentence: str


def promise(
    *,
    target: float,
    per_hour: float,
    rise: float = DEFAULT_RISE,
    sampling: Sampling | None = None,
) -> Promise:
    """The time within which a rise to `rise` times the allowed bad ratio is paged in 95 of 100
    cases, at evenly arriving evaluations, while a month at the objective keeps its calm."""
    guard = sampling or Sampling()
    said = Promise(target, per_hour, rise, guard.false_pages_per_month, None)
    if reason := _impossible(target, per_hour, rise, guard):
        return replace(said, reason=reason)
    if not _noticed(_LONGEST, target, per_hour, rise, guard):
        return replace(said, reason="even a year of evaluations does not tell it from chance.")
    return replace(said, within=_shortest_window(target, per_hour, rise, guard))


def promise_of(
    rules: Iterable[BurnRule],
    *,
    target: float,
    window: timedelta,
    per_hour: float,
    rise: float = DEFAULT_RISE,
    sampling: Sampling | None = None,
) -> Promise:
    """What an objective with exactly these rules can promise: the shortest window of a paging
    rule that notices the rise. The planner's rule keeps the promise of `promise`."""
    guard = sampling or Sampling()
    said = Promise(target, per_hour, rise, guard.false_pages_per_month, None)
    if reason := _impossible(target, per_hour, rise, guard):
        return replace(said, reason=reason)
    kept = [
        rule.long_window
        for rule in rules
        if rule.pages and _rule_notices(rule, target, window, per_hour, rise, guard)
    ]
    if not kept:
        return replace(said, reason="none of its paging rules tells it from chance.")
    return replace(said, within=min(kept))


def need(
    *,
    target: float,
    within: timedelta,
    rise: float = DEFAULT_RISE,
    sampling: Sampling | None = None,
) -> Need:
    """The smallest rate that keeps `promise` within `within`, rounded up to two digits."""
    guard = sampling or Sampling()
    wanted = (
        f"To notice a rise from {_percent(1 - target)} to {_percent((1 - target) * rise)} bad "
        f"within {span_words(within)}"
    )
    if reason := _impossible(target, 1.0, rise, guard):
        return Need(None, f"{wanted} is not possible: {reason}")
    if not _noticed(within, target, _MOST_PER_HOUR, rise, guard):
        return Need(None, f"{wanted} is not possible with a million evaluations an hour.")
    low, high = -12.0, math.log(_MOST_PER_HOUR)
    while high - low > 0.001:
        middle = (low + high) / 2
        if _noticed(within, target, math.exp(middle), rise, guard):
            high = middle
        else:
            low = middle
    rate = _round_up(math.exp(high))
    # Counts are whole, so a little more is at times a little worse: go on until it is kept.
    while not _kept(within, target, rate, rise, guard):
        rate = _round_up(rate * 1.001)
    return Need(rate, f"{wanted}, about {_count(rate)} an hour are needed.")


def planned_rule(
    *, target: float, window: timedelta, per_hour: float, sampling: Sampling | None = None
) -> BurnRule | None:
    """The rule that keeps the promise; None when its window would not fit into the SLO's."""
    within = promise(target=target, per_hour=per_hour, sampling=sampling).within
    if within is None or within > window:
        return None
    return BurnRule(
        name="sustained",
        budget_fraction=float(f"{DEFAULT_RISE * _SHARE_OF_RISE * (within / window):.4g}"),
        long_window=within,
        short_window=timedelta(minutes=max(5, round(within.total_seconds() / 60 / 12))),
        severity="sev3",
        pages=True,
    )


def suggested_rules(
    *,
    target: float,
    window: timedelta,
    per_hour: float | None = None,
    sampling: Sampling | None = None,
) -> tuple[BurnRule, ...]:
    """What a new SLO starts with: the standard rows and, where the SLI is sampled at
    `per_hour`, the rule that keeps the planner's promise."""
    rules = standard_rules(window)
    if per_hour is None:
        return rules
    planned = planned_rule(target=target, window=window, per_hour=per_hour, sampling=sampling)
    return rules if planned is None else (*rules, planned)


def _impossible(target: float, per_hour: float, rise: float, sampling: Sampling) -> str:
    if not 0 < target < 1:
        return "a target lies between 0% and 100%."
    if per_hour <= 0 or not math.isfinite(per_hour):
        return "nothing is evaluated."
    if rise <= 1:
        return "that is no rise."
    if rise * (1 - target) > 1:
        return f"at {_percent(target)} it would be more than everything bad."
    judge = sampling.evaluator
    if judge is not None and not judge.usable:
        return "the judge hardly tells bad from good."
    if _risen_ratio(target, rise, sampling) <= allowed_ratio(target, sampling):
        return "the judge's own errors hide it; calibrate it on more items."
    return ""


def _risen_ratio(target: float, rise: float, sampling: Sampling) -> float:
    """What is reported of the risen ratio."""
    risen = min(1.0, rise * (1 - target))
    return risen if sampling.evaluator is None else sampling.evaluator.reports(risen)


def _rule_notices(
    rule: BurnRule,
    target: float,
    window: timedelta,
    per_hour: float,
    rise: float,
    sampling: Sampling,
) -> bool:
    burn = derive(rule, target=target, window=window).burn_rate
    expected = per_hour * rule.long_window.total_seconds() / 3600
    if burn >= rise or expected < rule.minimum_events:
        return False
    return _noticed(rule.long_window, target, per_hour, rise, sampling, from_burn=burn)


def _noticed(
    window: timedelta,
    target: float,
    per_hour: float,
    rise: float,
    sampling: Sampling,
    *,
    from_burn: float | None = None,
) -> bool:
    """Whether one look at a window full of the risen ratio pages in 95 of 100 cases, by a rule
    that fires `from_burn` on (None: half the rise, as the planned one).

    Half of the remaining 5 % is left to windows in which fewer evaluations arrived than usual.
    """
    expected = per_hour * window.total_seconds() / 3600
    spare = (1 - CERTAINTY) / 2
    trials = math.floor(expected - 1.96 * math.sqrt(expected))
    if trials < 1:
        return False
    risen = _risen_ratio(target, rise, sampling)
    count = needed_bad(trials, target=target, long_window=window, sampling=sampling)
    burn = rise * _SHARE_OF_RISE if from_burn is None else from_burn
    floor = _risen_ratio(target, burn, sampling) * trials
    return at_least(max(count, math.ceil(floor)), trials, risen) >= 1 - spare


def _kept(
    within: timedelta, target: float, per_hour: float, rise: float, sampling: Sampling
) -> bool:
    said = promise(target=target, per_hour=per_hour, rise=rise, sampling=sampling).within
    return said is not None and said <= max(within, _SHORTEST)


def _shortest_window(target: float, per_hour: float, rise: float, sampling: Sampling) -> timedelta:
    """The first of the windows people can say from which on the rise is noticed."""
    windows = _sayable_windows()
    low, high = 0, len(windows) - 1
    while low < high:
        middle = (low + high) // 2
        if _noticed(windows[middle], target, per_hour, rise, sampling):
            high = middle
        else:
            low = middle + 1
    return windows[low]


def _sayable_windows() -> list[timedelta]:
    found = [_SHORTEST]
    for until, step in _STEPS:
        while found[-1] + step <= until:
            found.append(found[-1] + step)
    return found


def span_words(span: timedelta) -> str:
    """ "45 min", "18 h", "11.5 days"."""
    hours = span.total_seconds() / 3600
    if hours < 1:
        return f"{round(hours * 60)} min"
    if hours <= 48:
        return f"{hours:.3g} h"
    return f"{hours / 24:.3g} days"


def _percent(ratio: float) -> str:
    return f"{ratio * 100:.3g}%"


def _count(per_hour: float) -> str:
    number = f"{per_hour:,.0f}" if per_hour >= 10 else f"{per_hour:.2g}"
    return f"{number} evaluation" if number == "1" else f"{number} evaluations"


def _round_up(rate: float) -> float:
    size = 10.0 ** (math.floor(math.log10(rate)) - 1)
    return float(math.ceil(round(rate / size, 6)) * size)
