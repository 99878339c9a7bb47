"""What the page of one objective tells beside its budget: the pictures, the judge, the promise of
its sampling, what its policy asks for. A fixed number of queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from accounts.models import User
from core import clock
from slos.bands import TimeBand, bands
from slos.budget import pace_window
from slos.comparison import Measured, measure_all
from slos.definition import Definition, definition_from_json
from slos.evaluator import correct
from slos.models import SloDefinition
from slos.pictures import Bar, Chart, burn_bar, burn_down, failing, pace_bar
from slos.planner import Promise, planned_rule, promise_of, span_words
from slos.plans import Plan, load_plans
from slos.rule_text import write_rule
from slos.selectors.page import RuleLine, SloPage
from slos.selectors.past import budget_days, parts
from slos.selectors.promotion import Promotion, promotion
from slos.words import (
    method_words,
    no_data_words,
    percent,
    policy_words,
    ratio_words,
    version_words,
    window_words,
)

FAILING_DAYS = timedelta(days=7)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class VersionLine:
    row: SloDefinition
    said: Sequence[str]


@dataclass(frozen=True, slots=True)
class SloStory:
    headline: str
    behind_judge: str
    left: Chart | None
    rates: Sequence[Bar]
    fails: Sequence[Bar]
    fails_over: str
    lasting: Sequence[TimeBand]
    promise: Promise | None
    missing_rule: str
    policy: Sequence[str]
    promotion: Promotion
    versions: Sequence[VersionLine]


def slo_story(user: User, page: SloPage) -> SloStory:
    plan = next(iter(load_plans([page.slo.pk])), None)
    lasting = _lasting(user, page)
    promised = sampling_promise(page, plan)
    over = min(FAILING_DAYS, page.definition.window.length)
    return SloStory(
        headline=headline(page),
        behind_judge=_behind_judge(page, plan),
        left=_left(page, lasting),
        rates=_rates(page),
        fails=failing(_measured(page, over), allowed=1 - page.definition.target),
        fails_over=span_words(over),
        lasting=lasting,
        promise=promised,
        missing_rule=missing_rule(page, plan, promised),
        policy=[policy_words(rule) for rule in page.definition.policy],
        promotion=promotion(user, page.slo.system),
        versions=_versions(page.definitions),
    )


def headline(page: SloPage) -> str:
    """What was counted, and what is promised."""
    given = page.definition
    asked = f"The target is {percent(given.target)} over {window_words(given.window)}."
    budget = page.budget
    if budget is None or budget.total <= 0:
        return asked
    noun = "time slices" if given.method.sliced else f"counted ({page.slo.sli.unit_event})"
    good = ratio_words(budget.good / budget.total)
    return f"{good} of {budget.total:,.0f} {noun} were good. {asked}"


def definition_words(page: SloPage) -> dict[str, str]:
    """The definition, part by part."""
    given = page.definition
    return {
        "target": percent(given.target),
        "target_number": f"{given.target * 100:.10g}",
        "window": window_words(given.window),
        "method": method_words(given.method),
        "no_data": no_data_words(given.no_data),
        "sampled": percent(page.slo.sli.sample_rate),
    }


def sampling_promise(page: SloPage, plan: Plan | None) -> Promise | None:
    """What the present rate of evaluations can promise; None where every event is counted."""
    budget = page.budget
    if plan is None or plan.sampling is None or budget is None or page.definition.method.sliced:
        return None
    begun = max(budget.window_start, page.slo.created_at - page.definition.window.length)
    hours = (budget.as_of - begun) / timedelta(hours=1)
    return promise_of(
        page.definition.rules,
        target=page.definition.target,
        window=page.definition.window.length,
        per_hour=budget.total / hours if hours > 0 else 0.0,
        sampling=plan.sampling,
    )


def missing_rule(page: SloPage, plan: Plan | None, said: Promise | None) -> str:
    """The line that would let the objective notice a rise, where no rule of it does."""
    if plan is None or plan.sampling is None or said is None or said.within is not None:
        return ""
    # With it one rule more shares the chance of a false page.
    guard = replace(plan.sampling, paging_rules=plan.sampling.paging_rules + 1)
    rule = planned_rule(
        target=said.target,
        window=page.definition.window.length,
        per_hour=said.per_hour,
        sampling=guard,
    )
    return write_rule(rule) if rule else ""


def _behind_judge(page: SloPage, plan: Plan | None) -> str:
    budget = page.budget
    if plan is None or plan.evaluator is None or budget is None or budget.total <= 0:
        return ""
    found = correct(plan.evaluator, bad=budget.total - budget.good, total=budget.total)
    reported = ratio_words(1 - budget.good / budget.total)
    spread = f"{ratio_words(found.low)} to {ratio_words(found.high)}"
    return (
        f"The judge reports {reported} bad; corrected for its own errors it is "
        f"{ratio_words(found.bad_ratio)} (95% interval {spread}). {found.warning}"
    ).strip()


def _left(page: SloPage, lasting: Sequence[TimeBand]) -> Chart | None:
    budget = page.budget
    if budget is None:
        return None
    start, end = page.span
    if page.definition.window.kind == "rolling":
        end = budget.as_of + (end - start) * 0.12
    return burn_down(
        budget_days(page.slo, since=start.date()),
        left=None if budget.state == "no_data" else budget.fraction_left,
        as_of=budget.as_of,
        span=(start, end),
        seconds_left=budget.seconds_left,
        at_risk_below=page.definition.at_risk_below,
        lasting=lasting,
    )


def _lasting(user: User, page: SloPage) -> list[TimeBand]:
    start = page.span[0]
    found = [band for ask in bands for band in ask(user, page.slo.system, start, clock.now())]
    return sorted(found, key=lambda band: band.start, reverse=True)


def _rates(page: SloPage) -> list[Bar]:
    """The pace from which the time left is told, then each rule."""
    measured = _has_data(page)
    length = pace_window(page.definition.window.length)
    burns = page.budget.burns if page.budget is not None and measured else {}
    pace = pace_bar(span_words(length), burns.get(str(int(length.total_seconds()))))
    return [pace, *(_rate(line, measured=measured) for line in page.rules)]


def _rate(line: RuleLine, *, measured: bool) -> Bar:
    label = f"{line.rule.name}: {span_words(line.rule.long_window)}"
    return burn_bar(
        label,
        line.burn_long if measured else None,
        line.derived.burn_rate,
        pages=line.rule.pages,
        warning=line.derived.warning,
    )


def _has_data(page: SloPage) -> bool:
    return page.budget is not None and page.budget.state != "no_data"


def _measured(page: SloPage, over: timedelta) -> list[Measured]:
    now = clock.now()
    return measure_all(parts(page.slo, start=now - over, end=now))


def _versions(rows: Sequence[SloDefinition]) -> list[VersionLine]:
    """The newest first, as they come; the oldest shown has nothing to be compared with."""
    definitions = [_definition(row) for row in rows]
    found = []
    for number, row in enumerate(rows):
        before = definitions[number + 1] if number + 1 < len(rows) else None
        if before is None and row.version > 1:
            continue
        found.append(VersionLine(row, version_words(before, definitions[number])))
    return found


def _definition(row: SloDefinition) -> Definition:
    return definition_from_json({k: v for k, v in row.definition.items() if k != "sli"})
