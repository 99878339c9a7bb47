"""What evaluation needs of each objective, read in one query and parsed once a version."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from catalog.models import System
from slos.budget import pace_window
from slos.burn import BurnRule
from slos.definition import Definition, Method, NoData, PolicyRule, rule_from_json
from slos.evaluator import Evaluator
from slos.guards import Sampling
from slos.models import Sli, SliEvaluator, Slo
from slos.windows import Window, rolling_start


@dataclass(frozen=True, slots=True)
class Plan:
    """One objective, ready to be judged."""

    slo_id: int
    slug: str
    name: str
    system: str
    failure_class: str
    sli_id: int
    series_id: int
    version: int
    created_at: datetime
    definition: Definition
    evaluator: Evaluator | None
    sampling: Sampling | None
    lengths: tuple[timedelta, ...]
    """Every window that its rules and its pace look at, shortest first."""

    def starts(self, at: datetime) -> list[datetime]:
        """The starts of all windows that end at `at`, the objective's own last."""
        start, _ = self.definition.window.span(at)
        return [*(rolling_start(at, length) for length in self.lengths), start]


_MARKS = (
    "id", "slug", "name", "system__slug", "sli_id", "series_id", "version", "created_at",
    "sli__kind", "sli__sample_rate", "sli__evaluator", "system__stage", "failure_class",
)  # fmt: skip
"""What a plan is known again by: a definition does not change without its version."""

_REST = (
    "id", "target", "window_kind", "window_seconds", "calendar_unit", "time_zone", "rules",
    "no_data", "policy", "at_risk_below", "series__method", "series__slice_seconds",
    "series__slice_target",
)  # fmt: skip
_LOT = 1000

_known: dict[int, tuple[tuple[Any, ...], Plan]] = {}


def load_plans(slo_ids: Sequence[int] | None = None) -> list[Plan]:
    """Every enabled objective (or these). What did not change is neither read nor parsed again."""
    rows = Slo.objects.filter(enabled=True).order_by("pk")
    if slo_ids is not None:
        rows = rows.filter(pk__in=slo_ids)
    judges = _judges()
    marks = {row[0]: (*row, judges.get(row[4])) for row in rows.values_list(*_MARKS)}
    new = [pk for pk, mark in marks.items() if pk not in _known or _known[pk][0] != mark]
    for first in range(0, len(new), _LOT):
        for row in Slo.objects.filter(pk__in=new[first : first + _LOT]).values(*_REST):
            mark = marks[row["id"]]
            facts = {**dict(zip(_MARKS, mark, strict=False)), **row}
            _known[row["id"]] = (mark, _parse(facts, mark[-1]))
    if slo_ids is None and len(_known) > len(marks) + _LOT:
        for gone in _known.keys() - marks.keys():
            del _known[gone]
    return [_known[pk][1] for pk in marks if pk in _known]


def _judges() -> dict[int, Evaluator]:
    """The present evaluator of each indicator, where its rates are known."""
    rows = SliEvaluator.objects.filter(
        until=None, true_positive_rate__isnull=False, false_positive_rate__isnull=False
    ).order_by("since")
    return {
        row.sli_id: Evaluator(
            row.true_positive_rate or 0.0,
            row.false_positive_rate or 0.0,
            row.bad_items,
            row.good_items,
        )
        for row in rows
    }


def definition_of(slo: Slo) -> Definition:
    """The present definition of one row, whose `series` is loaded."""
    return _definition(
        {
            "target": slo.target, "window_kind": slo.window_kind,
            "window_seconds": slo.window_seconds, "calendar_unit": slo.calendar_unit,
            "time_zone": slo.time_zone, "rules": slo.rules, "no_data": slo.no_data,
            "policy": slo.policy, "at_risk_below": slo.at_risk_below,
            "series__method": slo.series.method,
            "series__slice_seconds": slo.series.slice_seconds,
            "series__slice_target": slo.series.slice_target,
        }
    )  # fmt: skip


def _definition(row: Mapping[str, Any]) -> Definition:
    return Definition(
        target=row["target"],
        window=Window(
            row["window_kind"], row["window_seconds"], row["calendar_unit"], row["time_zone"]
        ),
        method=Method(
            row["series__method"], row["series__slice_seconds"], row["series__slice_target"]
        ),
        rules=tuple(rule_from_json(rule) for rule in row["rules"]),
        no_data=NoData(**row["no_data"]),
        policy=tuple(
            PolicyRule(**{**rule, "changes": tuple(rule["changes"])}) for rule in row["policy"]
        ),
        at_risk_below=row["at_risk_below"],
    )


def _parse(row: Mapping[str, Any], judge: Evaluator | None) -> Plan:
    definition = _definition(row)
    if row["system__stage"] == System.Stage.RETIRED:
        # Out of use: its budget is still told, but nobody is alarmed any more.
        definition = replace(definition, rules=(), no_data=replace(definition.no_data, severity=""))
    return Plan(
        slo_id=row["id"],
        slug=row["slug"],
        name=row["name"],
        system=row["system__slug"],
        failure_class=row["failure_class"],
        sli_id=row["sli_id"],
        series_id=row["series_id"],
        version=row["version"],
        created_at=row["created_at"],
        definition=definition,
        evaluator=judge,
        sampling=sampling_of(
            definition.rules,
            row["sli__kind"],
            row["sli__sample_rate"],
            row["sli__evaluator"],
            judge,
        ),
        lengths=window_lengths(definition),
    )


def sampling_of(
    rules: Iterable[BurnRule],
    kind: str,
    sample_rate: float,
    evaluator: str,
    judge: Evaluator | None,
) -> Sampling | None:
    """How an indicator that sees only some events, or through a judge, is guarded."""
    if kind != Sli.Kind.EVALUATED and sample_rate >= 1 and not evaluator:
        return None
    paging = sum(rule.pages for rule in rules)
    return Sampling(paging_rules=max(1, paging), evaluator=judge)


def window_lengths(definition: Definition) -> tuple[timedelta, ...]:
    found = {pace_window(definition.window.length)}
    for rule in definition.rules:
        found |= {rule.long_window, rule.short_window}
    return tuple(sorted(found))
