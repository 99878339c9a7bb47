"""What checked OpenSLO documents mean to AIRE: indicators and objectives, without a database.

An SLO with several objectives means several of ours, which share the indicator. Composite
objectives (each with an indicator of its own) are kept as documents and not evaluated.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from slos.definition import Definition, Method
from slos.openslo.annotations import FAILURE_CLASS, AnnotationError, annotated_definition
from slos.openslo.documents import Finding, OpenSlo, mapping, sequence
from slos.openslo.durations import parse_shorthand, parse_slice
from slos.openslo.rules import Policies, rules_of
from slos.windows import Window

METHODS = {
    "Occurrences": "occurrences",
    "Timeslices": "timeslices",
    "RatioTimeslices": "ratio_timeslices",
}
_NO_SLUG = re.compile(r"[^a-z0-9]+")
_SLI_TEXTS = ("unit-event", "unit", "signal", "evaluator", "judge-rates", "library", "kind")


@dataclass(frozen=True, slots=True)
class SliMeaning:
    """An indicator. `query` has the metric sources by role (good, bad, total, raw, metric), with
    `counter` and `rawType` where they were given; `extras` are AIRE's own words by name: those
    of `_SLI_TEXTS` and `sample-rate`."""

    slug: str
    name: str
    description: str
    query: Mapping[str, Any]
    data_source: str
    labels: Mapping[str, Any] = field(default_factory=dict)
    extras: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_threshold(self) -> bool:
        return "metric" in self.query


@dataclass(frozen=True, slots=True)
class SloMeaning:
    """An objective. `sli` is its inline indicator, or the name of one; `op` and `value` are the
    threshold of the objective, which AIRE keeps with the indicator."""

    slug: str
    name: str
    description: str
    service: str
    sli: SliMeaning | str
    op: str
    value: float | None
    definition: Definition
    labels: Mapping[str, Any]
    document: str
    failure_class: str = ""


@dataclass(frozen=True, slots=True)
class Meaning:
    slis: Sequence[SliMeaning]
    slos: Sequence[SloMeaning]
    findings: Sequence[Finding]


def understand(
    documents: Sequence[OpenSlo], *, others: Mapping[tuple[str, str], OpenSlo] | None = None
) -> Meaning:
    """The meaning of documents without fatal findings. `others` are documents that exist already,
    by (kind, name): policies and conditions may be found there."""
    findings: list[Finding] = []
    there = dict(others or {}) | {(found.kind, found.name): found for found in documents}
    policies = Policies(there, findings)
    slis = [_sli(found) for found in documents if found.kind == "SLI"]
    slos = [
        meaning
        for found in documents
        if found.kind == "SLO"
        for meaning in _slos(found, policies, findings)
    ]
    return Meaning(slis, slos, findings)


def slug_of(name: str) -> str:
    """The name as AIRE's addresses have it: `OnCallMail` becomes `oncallmail`."""
    return _NO_SLUG.sub("-", name.lower()).strip("-")[:63].strip("-") or "unnamed"


def _sli(document: OpenSlo) -> SliMeaning:
    query, source = _query(document.spec)
    extras = {
        name: document.annotations[f"aire/{name}"]
        for name in (*_SLI_TEXTS, "sample-rate")
        if f"aire/{name}" in document.annotations
    }
    return SliMeaning(
        slug=slug_of(document.name),
        name=document.display_name[:120],
        description=str(document.spec.get("description") or ""),
        query=query,
        data_source=source,
        labels=mapping(document.metadata.get("labels")),
        extras=extras,
    )


def _query(spec: Mapping[str, Any]) -> tuple[dict[str, Any], str]:
    """Metric sources by role, and the first data source that they name."""
    if "thresholdMetric" in spec and spec["thresholdMetric"] is not None:
        parts = {"metric": mapping(spec["thresholdMetric"])}
        query: dict[str, Any] = {}
    else:
        ratio = mapping(spec.get("ratioMetric"))
        roles = ("good", "bad", "total", "raw")
        parts = {role: mapping(ratio[role]) for role in roles if ratio.get(role) is not None}
        query = {name: ratio[name] for name in ("counter", "rawType") if name in ratio}
    sources = {role: mapping(part.get("metricSource")) for role, part in parts.items()}
    named = [str(source.get("metricSourceRef") or "") for source in sources.values()]
    query |= {role: dict(source) for role, source in sources.items()}
    return query, next((name for name in named if name), "")


def _slos(document: OpenSlo, policies: Policies, findings: list[Finding]) -> list[SloMeaning]:
    spec = document.spec
    if not (spec.get("indicator") or spec.get("indicatorRef")):
        line = document.line_of(("spec", "objectives"))
        message = "Composite objectives are kept, but not evaluated."
        findings.append(Finding(document.file, line, document.item, message, fatal=False))
        return []
    objectives = sequence(spec.get("objectives"))
    return [
        _slo(document, number, mapping(objective), len(objectives), policies, findings)
        for number, objective in enumerate(objectives)
    ]


def _slo(
    document: OpenSlo,
    number: int,
    objective: Mapping[str, Any],
    count: int,
    policies: Policies,
    findings: list[Finding],
) -> SloMeaning:
    slug, name = slug_of(document.name), document.display_name
    if count > 1:
        slug = f"{slug[:60]}-{number + 1}"
        name = f"{name}: {objective.get('displayName') or number + 1}"
    return SloMeaning(
        slug=slug,
        name=name[:120],
        description=str(document.spec.get("description") or ""),
        service=str(document.spec.get("service")),
        sli=_indicator(document),
        op=str(objective.get("op") or ""),
        value=objective.get("value"),
        definition=_definition(document, objective, policies, findings),
        labels=mapping(document.metadata.get("labels")),
        document=document.name,
        failure_class=str(document.annotations.get(FAILURE_CLASS, "")),
    )


def _indicator(document: OpenSlo) -> SliMeaning | str:
    reference = document.spec.get("indicatorRef")
    if reference:
        return str(reference)
    return _sli(document.inner(("spec", "indicator"), "SLI"))


def _definition(
    document: OpenSlo, objective: Mapping[str, Any], policies: Policies, findings: list[Finding]
) -> Definition:
    window = window_of(document.spec)
    rules, no_data = rules_of(document, policies, window.length)
    definition = Definition(
        target=_target(objective),
        window=window,
        method=_method(document.spec, objective),
        rules=tuple(rules),
        no_data=no_data,
    )
    try:
        return annotated_definition(definition, document.annotations)
    except AnnotationError as error:
        line = document.line_of(("metadata", "annotations", error.key))
        message = f"{error.key} {error}."
        findings.append(Finding(document.file, line, document.item, message))
        return definition


def _target(objective: Mapping[str, Any]) -> float:
    if objective.get("target") is not None:
        return float(objective["target"])
    # 99.95 / 100 is not 0.9995 in binary; twelve digits say what was meant.
    return round(float(objective["targetPercent"]) / 100, 12)


def _method(spec: Mapping[str, Any], objective: Mapping[str, Any]) -> Method:
    name = METHODS[str(spec.get("budgetingMethod") or "Occurrences")]
    if name == "occurrences":
        return Method()
    seconds = round(parse_slice(objective["timeSliceWindow"]).total_seconds())
    return Method(name, seconds, float(objective.get("timeSliceTarget") or 0))


def window_of(spec: Mapping[str, Any]) -> Window:
    """28 rolling days where none is given, as the warning says."""
    windows = sequence(spec.get("timeWindow"))
    if not windows:
        return Window()
    window = mapping(windows[0])
    duration = parse_shorthand(window["duration"])
    calendar = mapping(window.get("calendar"))
    if not calendar:
        return Window(seconds=round(duration.length.total_seconds()))
    unit = duration.calendar_unit
    seconds = round(_NOMINAL[unit] * 86_400)
    return Window("calendar", seconds, unit, str(calendar["timeZone"]).strip())


_NOMINAL = {"day": 1, "week": 7, "month": 30, "quarter": 91, "year": 365}
