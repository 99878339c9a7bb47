"""From the counts of one objective to its budget, state, burn rates and firing rules. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from slos.budget import Budget, budget_of, next_state, pace_window, seconds_until_gone
from slos.burn import BurnRule, WindowCount, judge, judge_no_data
from slos.counting import Counts
from slos.definition import no_data_rule, silence_after
from slos.plans import Plan
from slos.windows import rolling_start

NO_DATA = "no-data"


@dataclass(frozen=True, slots=True)
class Before:
    """What was known of an objective before: its state and the rules that fire."""

    state: str = ""
    firing: frozenset[str] = frozenset()
    last_end: datetime | None = None
    last_span: timedelta | None = None
    excluded: tuple[tuple[datetime, float, float], ...] = ()
    """By window start: the (good, total) that corrections take out of that window."""

    def without(self, excluded: Iterable[tuple[datetime, float, float]]) -> Before:
        return replace(self, excluded=tuple(excluded))


@dataclass(frozen=True, slots=True)
class Turn:
    """A rule that starts or ends to fire."""

    rule: str
    severity: str
    fires: bool
    reason: str
    pages: bool = False


@dataclass(slots=True)
class Judged:
    good: float
    total: float
    excluded: float
    budget: Budget
    state: str
    window_start: datetime
    seconds_left: float | None
    burns: dict[str, float] = field(default_factory=dict)
    turns: list[Turn] = field(default_factory=list)


def judge_objective(plan: Plan, counts: Counts, before: Before) -> Judged:
    """The whole verdict on one objective at `counts.at`."""
    at = counts.at
    windows = _Windows(plan, counts, before)
    definition = plan.definition
    start, end = definition.window.span(at)
    good, total, excluded = windows.raw(start)
    budget = _budget(plan, good, total, end - start)
    calendar = definition.window.kind == "calendar"
    pace = windows.burn(pace_window(definition.window.length))
    silent = _is_silent(plan, before, at)
    state = next_state(
        previous=before.state,
        fraction_left=budget.fraction_left if total > 0 else None,
        has_data=not silent,
        at_risk_below=definition.at_risk_below,
    )
    return Judged(
        good=good,
        total=total,
        excluded=excluded,
        budget=budget,
        state=state,
        window_start=start,
        seconds_left=seconds_until_gone(
            fraction_left=budget.fraction_left,
            burn=pace,
            window=end - start,
            until_end=(end - at).total_seconds() if calendar else None,
        ),
        burns={
            str(int(length.total_seconds())): round(windows.burn(length), 6)
            for length in plan.lengths
        },
        turns=[*_rule_turns(plan, windows, before), *_silence_turns(plan, before, silent, at)],
    )


def _budget(plan: Plan, good: float, total: float, length: timedelta) -> Budget:
    method = plan.definition.method
    bad = max(0.0, total - good)
    if method.sliced:
        slices = length.total_seconds() / method.slice_seconds
        return budget_of(bad=bad, total=slices if total else 0.0, target=plan.definition.target)
    if plan.evaluator is not None and total:
        bad = plan.evaluator.corrected(bad / total) * total
    return budget_of(bad=bad, total=total, target=plan.definition.target)


class _Windows:
    """The windows of one objective, corrections taken out; each is counted once."""

    def __init__(self, plan: Plan, counts: Counts, before: Before) -> None:
        self._plan = plan
        self._counts = counts
        self._excluded = {start: (good, total) for start, good, total in before.excluded}
        self._known: dict[timedelta, WindowCount] = {}

    def raw(self, start: datetime) -> tuple[float, float, float]:
        """(good, total, left out) since `start`."""
        good, total = self._counts.of(self._plan.series_id, start)
        less_good, less_total = self._excluded.get(start, (0.0, 0.0))
        total = max(0.0, total - less_total)
        return min(total, max(0.0, good - less_good)), total, less_total

    def count(self, length: timedelta) -> WindowCount:
        """As rules see it: slices that were not measured count as not bad, as in the budget."""
        if (known := self._known.get(length)) is not None:
            return known
        good, total, _ = self.raw(rolling_start(self._counts.at, length))
        method = self._plan.definition.method
        if method.sliced and total:
            slices = max(total, length.total_seconds() / method.slice_seconds)
            good, total = good + slices - total, slices
        found = self._known[length] = WindowCount(good=good, total=total, span=length)
        return found

    def burn(self, length: timedelta) -> float:
        found = self.count(length)
        ratio = found.bad_ratio
        if self._plan.evaluator is not None and found.total:
            ratio = self._plan.evaluator.corrected(ratio)
        return ratio / (1 - self._plan.definition.target)


def _rule_turns(plan: Plan, windows: _Windows, before: Before) -> list[Turn]:
    turns = []
    names = {rule.name for rule in plan.definition.rules}
    for rule in plan.definition.rules:
        was_firing = rule.name in before.firing
        verdict = judge(
            rule,
            target=plan.definition.target,
            window=plan.definition.window.length,
            long=windows.count(rule.long_window),
            short=windows.count(rule.short_window),
            sampled=plan.sampling,
            was_firing=was_firing,
        )
        if verdict.firing != was_firing:
            turns.append(_turn(rule, verdict.firing, verdict.reason))
    for gone in sorted(before.firing - names - {NO_DATA}):
        turns.append(Turn(gone, "sev4", False, "The rule was taken away."))
    return turns


def _turn(rule: BurnRule, fires: bool, reason: str) -> Turn:
    return Turn(rule.name, rule.severity, fires, reason, rule.pages)


def _is_silent(plan: Plan, before: Before, at: datetime) -> bool:
    if before.last_end is None:
        return True
    return at - before.last_end > silence_after(plan.definition.no_data, before.last_span)


def _silence_turns(plan: Plan, before: Before, silent: bool, at: datetime) -> list[Turn]:
    """The no-data rule: what never had data has as long as any other before it alarms."""
    no_data = plan.definition.no_data
    fires = False
    if no_data.severity and silent:
        rule = no_data_rule(no_data, silence_after(no_data, before.last_span))
        fires = judge_no_data(rule, last_end=before.last_end, since=plan.created_at, now=at)
    if fires == (NO_DATA in before.firing):
        return []
    reason = (
        f"Nothing was measured since {before.last_end:%Y-%m-%d %H:%M} UTC."
        if fires and before.last_end
        else "Nothing was ever measured."
        if fires
        else "Measurements come in again."
    )
    return [Turn(NO_DATA, no_data.severity or "sev3", fires, reason, no_data.pages)]
