"""OpenSLO documents for what was made in AIRE. What was imported is exported as it was given."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from slos.burn import BurnRule, derive
from slos.definition import Definition
from slos.openslo.annotations import FAILURE_CLASS, annotate_definition, annotate_rule
from slos.openslo.documents import API_VERSION, OpenSlo
from slos.openslo.durations import write_calendar, write_shorthand
from slos.openslo.meaning import METHODS, SliMeaning, SloMeaning, slug_of
from slos.windows import Window

# A fixed Monday at the beginning of a month, quarter and year: only its zone matters to AIRE.
_CALENDAR_START = "2024-01-01 00:00:00"
_METHOD_NAMES = {ours: theirs for theirs, ours in METHODS.items()}
_TARGET = {
    "kind": "AlertNotificationTarget",
    "metadata": {"name": "aire-routes"},
    "spec": {"target": "aire", "description": "AIRE's alert routes decide who is told."},
}


def sli_document(sli: SliMeaning) -> OpenSlo:
    roles = {"good", "bad", "total", "raw"}
    if sli.is_threshold:
        spec: dict[str, Any] = {"thresholdMetric": {"metricSource": sli.query["metric"]}}
    else:
        ratio = {
            name: {"metricSource": value} if name in roles else value
            for name, value in sli.query.items()
        }
        spec = {"ratioMetric": ratio or _pushed_ratio(sli)}
    described = {"description": sli.description[:1050]} if sli.description else {}
    annotations = {f"aire/{name}": text for name, text in sli.extras.items()}
    return _document("SLI", sli.slug, sli.name, described | spec, sli.labels, annotations)


def _pushed_ratio(sli: SliMeaning) -> dict[str, Any]:
    """An indicator whose counts are sent to AIRE has no query: its signal stands for it."""
    signal = sli.extras.get("signal") or sli.slug
    roles = ("good", "total")
    return {
        role: {"metricSource": {"type": "aire", "spec": {"signal": signal, "count": role}}}
        for role in roles
    }


def slo_document(slo: SloMeaning) -> OpenSlo:
    """The SLO with its indicator by name and its rules as inline policies, one for each."""
    given = slo.definition
    spec: dict[str, Any] = {"description": slo.description[:1050]} if slo.description else {}
    spec |= {
        "service": slo.service,
        "indicatorRef": slo.sli if isinstance(slo.sli, str) else slo.sli.slug,
        "timeWindow": [_window(given.window)],
        "budgetingMethod": _METHOD_NAMES[given.method.name],
        "objectives": [_objective(slo)],
    }
    if given.rules:
        spec["alertPolicies"] = [_policy(slo, rule) for rule in given.rules]
    annotations = annotate_definition(given)
    if slo.failure_class:
        annotations[FAILURE_CLASS] = slo.failure_class
    return _document("SLO", slo.slug, slo.name, spec, slo.labels, annotations)


def compose(slis: Iterable[SliMeaning], slos: Iterable[SloMeaning]) -> list[OpenSlo]:
    return [*(sli_document(sli) for sli in slis), *(slo_document(slo) for slo in slos)]


def _document(
    kind: str,
    name: str,
    display_name: str,
    spec: Mapping[str, Any],
    labels: Mapping[str, Any],
    annotations: Mapping[str, str],
) -> OpenSlo:
    metadata: dict[str, Any] = {"name": name, "displayName": display_name}
    if labels:
        metadata["labels"] = dict(labels)
    if annotations:
        metadata["annotations"] = dict(annotations)
    body = {"apiVersion": API_VERSION, "kind": kind, "metadata": metadata, "spec": dict(spec)}
    return OpenSlo(body)


def _window(window: Window) -> dict[str, Any]:
    if window.kind == "rolling":
        return {"duration": write_shorthand(window.length), "isRolling": True}
    calendar = {"startTime": _CALENDAR_START, "timeZone": window.zone}
    return {"duration": write_calendar(window.unit), "calendar": calendar, "isRolling": False}


def _objective(slo: SloMeaning) -> dict[str, Any]:
    given = slo.definition
    found: dict[str, Any] = {"displayName": slo.name}
    if slo.op and slo.value is not None:
        found |= {"op": slo.op, "value": slo.value}
    found["target"] = given.target
    if given.method.sliced:
        if given.method.slice_target:
            found["timeSliceTarget"] = given.method.slice_target
        found["timeSliceWindow"] = _slice(given)
    return found


def _slice(given: Definition) -> str | float:
    """Shorthand, or minutes where the slice is not made of whole ones."""
    seconds = given.method.slice_seconds
    return seconds / 60 if seconds % 60 else write_shorthand(timedelta(seconds=seconds))


def _policy(slo: SloMeaning, rule: BurnRule) -> dict[str, Any]:
    given = slo.definition
    name = slug_of(f"{slo.slug}-{rule.name}")
    burn = derive(rule, target=given.target, window=given.window.length).burn_rate
    condition = {
        "kind": "AlertCondition",
        "metadata": {"name": name, "annotations": annotate_rule(rule)},
        "spec": {
            "severity": rule.severity,
            "condition": {
                "kind": "burnrate",
                "op": "gte",
                "threshold": float(f"{burn:.9g}"),
                "lookbackWindow": write_shorthand(rule.long_window),
                "alertAfter": "0m",
            },
        },
    }
    return {
        "kind": "AlertPolicy",
        "metadata": {"name": name},
        "spec": {
            "alertWhenBreaching": True,
            "alertWhenResolved": True,
            "alertWhenNoData": bool(given.no_data.severity),
            "conditions": [condition],
            "notificationTargets": [_TARGET],
        },
    }
