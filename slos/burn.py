"""Burn rules: budget percent as data, the burn rate derived from it, and the verdict. Pure.

A rule says "page when 2 % of the window's budget goes within an hour" (SRE workbook, chapter 5);
the factor follows from target and window. What the factor cannot reach is capped and said: the
largest possible burn rate is 1 / (1 - target).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from slos.guards import Sampling, evidence, has_recovered

# A rule must fire before everything fails: at the latest when 80 % of the events are bad.
REACHABLE_BAD_RATIO = 0.8
_SLACK = 1e-9
_MONTH = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class BurnRule:
    """`budget_fraction` of the window's budget spent within `long_window` fires, as long as
    `short_window` shows that it still burns. `direct_bad_ratio` replaces the burn rate."""

    name: str
    budget_fraction: float
    long_window: timedelta
    short_window: timedelta
    severity: str
    pages: bool
    direct_bad_ratio: float | None = None
    minimum_events: int = 0


@dataclass(frozen=True, slots=True)
class Derived:
    """What a rule means for one objective; `warning` is a sentence, or nothing."""

    burn_rate: float
    bad_ratio: float
    reachable: bool
    warning: str


@dataclass(frozen=True, slots=True)
class WindowCount:
    """Raw counts of a window (not scaled by a sampling rate), and how long it is."""

    good: float
    total: float
    span: timedelta

    @property
    def bad(self) -> float:
        return max(0.0, self.total - self.good)

    @property
    def bad_ratio(self) -> float:
        return self.bad / self.total if self.total else 0.0


@dataclass(frozen=True, slots=True)
class Verdict:
    """`held_back_by` is "", "sample", "confidence" or "no data". A rule that neither fires nor
    has resolved stays as it was."""

    firing: bool
    resolved: bool
    burn_long: float
    burn_short: float
    reason: str
    held_back_by: str = ""


def derive(rule: BurnRule, *, target: float, window: timedelta) -> Derived:
    """The burn rate and bad ratio from which `rule` fires.

    Raises `ValueError` for a target outside 0..1 (both ends excluded): a perfect objective has
    no budget to burn.
    """
    allowed = _allowed(target)
    if rule.direct_bad_ratio is not None:
        ratio = rule.direct_bad_ratio
        return Derived(ratio / allowed, ratio, ratio <= 1, _direct_warning(rule, allowed))
    burn = rule.budget_fraction * (window / rule.long_window)
    ratio = burn * allowed
    if ratio <= REACHABLE_BAD_RATIO + _SLACK:
        return Derived(burn, ratio, True, _calm_warning(rule, burn))
    capped = REACHABLE_BAD_RATIO / allowed
    return Derived(capped, REACHABLE_BAD_RATIO, ratio <= 1, _cap_warning(rule, burn, allowed))


def _allowed(target: float) -> float:
    if not 0 < target < 1:
        raise ValueError("a target lies between 0 and 1")
    return 1 - target


def _direct_warning(rule: BurnRule, allowed: float) -> str:
    ratio = rule.direct_bad_ratio or 0.0
    if ratio > 1:
        return f"{rule.name}: a bad ratio above 100 % cannot happen."
    if ratio <= allowed:
        return f"{rule.name}: fires although the objective is met, which allows {allowed:.3g} bad."
    return ""


def _calm_warning(rule: BurnRule, burn: float) -> str:
    if burn < 0.9:
        return (
            f"{rule.name}: fires at {burn:.3g} times the allowed rate, so also while the budget "
            "lasts for the whole window."
        )
    return ""


def _cap_warning(rule: BurnRule, burn: float, allowed: float) -> str:
    most = 1 / allowed
    never = "can never be reached" if burn > most + _SLACK else "needs nearly every event bad"
    return (
        f"{rule.name}: a burn rate of {burn:.3g} {never} (the most is {most:.3g} at this target); "
        f"it fires from {REACHABLE_BAD_RATIO / allowed:.3g} on, which is "
        f"{REACHABLE_BAD_RATIO:.0%} bad."
    )


# -- rules to start from ---------------------------------------------------------------------

_HOUR = timedelta(hours=1)
_STANDARD = (
    BurnRule("fast", 0.02, _HOUR, _HOUR / 12, "sev2", True),
    BurnRule("slow", 0.05, 6 * _HOUR, _HOUR / 2, "sev2", True),
    BurnRule("day", 0.10, 24 * _HOUR, 2 * _HOUR, "sev4", False),
    BurnRule("creeping", 0.10, 72 * _HOUR, 6 * _HOUR, "sev4", False),
)


def standard_rules(window: timedelta) -> tuple[BurnRule, ...]:
    """The workbook's four rows. For windows of about a month the percents stand as they are and
    the factors move (28 days: 13.4, 5.6, 2.8, 0.93); for others the percents are rescaled so
    that the factors of 30 days stay, since 10 % of a week's budget in three days is healthy."""
    if timedelta(days=28) <= window <= timedelta(days=31):
        return _STANDARD
    return tuple(rescale(rule, from_window=_MONTH, to_window=window) for rule in _STANDARD)


def rescale(rule: BurnRule, *, from_window: timedelta, to_window: timedelta) -> BurnRule:
    """The rule with the same burn rate for an SLO window of another length."""
    return replace(rule, budget_fraction=rule.budget_fraction * (from_window / to_window))


def warnings(rules: Iterable[BurnRule], *, target: float, window: timedelta) -> list[str]:
    """What to tell somebody who saves these rules."""
    found = [derive(rule, target=target, window=window).warning for rule in rules]
    return [warning for warning in found if warning]


# -- the verdict -----------------------------------------------------------------------------


def judge(
    rule: BurnRule,
    *,
    target: float,
    window: timedelta,
    long: WindowCount,
    short: WindowCount,
    sampled: Sampling | None = None,
    was_firing: bool = False,
) -> Verdict:
    """Whether the rule fires on these counts.

    It starts when both windows burn at its rate and the sample is large enough; it resolves when
    the long window no longer does, so that a short pause does not end it. Without data it keeps
    its state: silence is not recovery.
    """
    limit = derive(rule, target=target, window=window)
    burn_long, burn_short = (_burn(count, target, sampled) for count in (long, short))
    if long.total <= 0:
        return Verdict(was_firing, False, 0.0, 0.0, "No data in the long window.", "no data")
    if burn_long < limit.burn_rate - _SLACK:
        reason = f"{_seen(long, burn_long)}: below {limit.burn_rate:.3g}."
        return Verdict(False, was_firing, burn_long, burn_short, reason)
    if was_firing:
        reason = f"{_seen(long, burn_long)}: still at or above {limit.burn_rate:.3g}."
        return Verdict(True, False, burn_long, burn_short, reason)
    reason, held_back_by = _obstacle(rule, limit, target, long, short, sampled)
    firing = not reason
    text = reason or f"{_seen(long, burn_long)}: at or above {limit.burn_rate:.3g}."
    return Verdict(firing, False, burn_long, burn_short, text, held_back_by)


def _obstacle(
    rule: BurnRule,
    limit: Derived,
    target: float,
    long: WindowCount,
    short: WindowCount,
    sampled: Sampling | None,
) -> tuple[str, str]:
    """Why a rule whose long window burns does not fire: the reason, and what held it back."""
    if long.total < rule.minimum_events:
        return (
            f"Only {long.total:g} events: the rule asks for {rule.minimum_events} or more.",
            "sample",
        )
    if sampled is None:
        over = short.bad_ratio < limit.bad_ratio - _SLACK or short.total <= 0
        return ("The short window no longer burns." if over else "", "")
    found = evidence(
        bad=long.bad,
        total=long.total,
        target=target,
        long_window=rule.long_window,
        sampling=sampled,
    )
    if not found.enough:
        possible = found.needed <= long.total
        return (
            f"{long.bad:g} bad of {long.total:g} can be chance: {found.needed} would not be.",
            "confidence" if possible else "sample",
        )
    reported = _reported(limit.bad_ratio, sampled)
    if has_recovered(bad=short.bad, total=short.total, ratio=reported):
        return "The short window no longer burns.", ""
    return "", ""


def _reported(ratio: float, sampled: Sampling) -> float:
    if sampled.evaluator is None or not sampled.evaluator.usable:
        return ratio
    return sampled.evaluator.reports(min(1.0, ratio))


def _burn(count: WindowCount, target: float, sampled: Sampling | None) -> float:
    ratio = count.bad_ratio
    if count.total and sampled is not None and sampled.evaluator is not None:
        ratio = sampled.evaluator.corrected(ratio)
    return ratio / _allowed(target)


def _seen(count: WindowCount, burn: float) -> str:
    return f"{count.bad:g} bad of {count.total:g} burn at {burn:.3g} times the allowed rate"


# -- no data ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class NoDataRule:
    """Fires when no measurement has ended within `after`: an evaluator that stopped is not good
    news."""

    after: timedelta
    severity: str = "sev3"
    pages: bool = False
    name: str = "no data"


def judge_no_data(
    rule: NoDataRule, *, last_end: datetime | None, since: datetime, now: datetime
) -> bool:
    """Whether it fires; `since` is when the SLO was made, for one that never had data."""
    newest = since if last_end is None else max(last_end, since)
    return now - newest > rule.after
