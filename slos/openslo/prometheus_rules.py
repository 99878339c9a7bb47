"""Prometheus recording and alerting rules for objectives whose indicators ask a Prometheus.

For those who want their Prometheus to page as well. It cannot do all that AIRE does: no calendar
windows, no late data, no guards for samples. What is left out is said, never dropped silently.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from core.yaml import dump_documents
from slos.burn import BurnRule, derive
from slos.openslo.durations import write_shorthand
from slos.openslo.meaning import SliMeaning, SloMeaning

_OPERATORS = {"lte": "<=", "lt": "<", "gte": ">=", "gt": ">"}
Expression = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class PrometheusRules:
    """A rules file, and a sentence for each objective or part that is not in it."""

    text: str
    left_out: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Source:
    """What is recorded for an indicator, and its bad ratio over a window such as `1h`."""

    records: tuple[tuple[str, str], ...]
    bad_ratio: Expression


def prometheus_rules(slos: Iterable[SloMeaning], slis: Mapping[str, SliMeaning]) -> PrometheusRules:
    """One rule group for each objective; `slis` by slug, for objectives that name theirs."""
    groups: list[dict[str, Any]] = []
    left_out: list[str] = []
    for slo in slos:
        sli = slis.get(slo.sli) if isinstance(slo.sli, str) else slo.sli
        try:
            groups.append(_group(slo, sli, left_out))
        except _NotInPrometheusError as reason:
            left_out.append(f"{slo.slug}: {reason}")
    head = "# Made by AIRE. Changes here are lost with the next export.\n"
    left = "".join(f"# Left out: {_one_line(sentence)}\n" for sentence in left_out)
    return PrometheusRules(head + left + dump_documents([{"groups": groups}]), tuple(left_out))


class _NotInPrometheusError(Exception):
    """Why an objective has no rules; the message is a sentence."""


def _group(slo: SloMeaning, sli: SliMeaning | None, left_out: list[str]) -> dict[str, Any]:
    if sli is None:
        raise _NotInPrometheusError("its indicator is not known.")
    source = _source(slo, sli)
    labels = {"slo": slo.slug, "service": _plain(slo.service)}
    rules: list[dict[str, Any]] = [
        {"record": record, "expr": expr, "labels": labels} for record, expr in source.records
    ]
    given = slo.definition
    if given.window.kind == "calendar":
        left_out.append(f"{slo.slug}: the calendar window; Prometheus only knows rolling ones.")
    windows = {rule.long_window for rule in given.rules} | {r.short_window for r in given.rules}
    names = {window: write_shorthand(window) for window in sorted(windows)}
    rules += [
        {"record": f"aire:sli_error:ratio_{name}", "expr": source.bad_ratio(name), "labels": labels}
        for name in names.values()
    ]
    rules += _budget(slo, source, labels)
    rules += [_alert(slo, rule, names) for rule in given.rules]
    return {"name": f"aire-slo-{slo.slug}", "rules": rules}


def _budget(slo: SloMeaning, source: _Source, labels: dict[str, str]) -> list[dict[str, Any]]:
    given = slo.definition
    allowed = _number(1 - given.target)
    rows = [("aire:slo_objective:ratio", f"vector({_number(given.target)})")]
    if given.window.kind == "rolling":
        ratio = source.bad_ratio(write_shorthand(given.window.length))
        rows.append(("aire:slo_error_budget_remaining:ratio", f"1 - ({ratio}) / {allowed}"))
    return [{"record": record, "expr": expr, "labels": labels} for record, expr in rows]


def _alert(slo: SloMeaning, rule: BurnRule, names: Mapping[timedelta, str]) -> dict[str, Any]:
    given = slo.definition
    limit = derive(rule, target=given.target, window=given.window.length)
    chosen = dict.fromkeys((names[rule.long_window], names[rule.short_window]))
    parts = [
        f'aire:sli_error:ratio_{name}{{slo="{slo.slug}"}} >= {_number(limit.bad_ratio)}'
        for name in chosen
    ]
    return {
        "alert": "AIREErrorBudgetBurn",
        "expr": "\nand\n".join(parts),
        "labels": {
            "slo": slo.slug,
            "service": _plain(slo.service),
            "rule": _plain(rule.name),
            "severity": rule.severity,
            "pages": str(rule.pages).lower(),
        },
        "annotations": {
            "summary": _plain(
                f"{slo.name}: {rule.name} burn, {limit.burn_rate:.3g} times the allowed rate"
            )
        },
    }


def _source(slo: SloMeaning, sli: SliMeaning) -> _Source:
    """Counts are recorded and then added up, so that a quiet night does not weigh like a peak."""
    if slo.definition.method.sliced and not sli.is_threshold:
        raise _NotInPrometheusError("time slices of a ratio cannot be counted by rules.")
    at = f'{{slo="{slo.slug}"}}'
    if sli.is_threshold:
        return _of_threshold(slo, sli, at)
    if "raw" in sli.query:
        query = _query(sli, "raw")
        bad = query if sli.query.get("rawType") == "failure" else f"1 - ({query})"
        record = "aire:sli_raw_error:ratio"
        return _Source(((record, bad),), lambda window: f"avg_over_time({record}{at}[{window}])")
    role = "bad" if "bad" in sli.query else "good"
    records = (
        (f"aire:sli_{role}:count", _query(sli, role)),
        ("aire:sli_total:count", _query(sli, "total")),
    )
    function = "increase" if sli.query.get("counter") is True else "sum_over_time"

    def bad_ratio(window: str) -> str:
        part = f"{function}(aire:sli_{role}:count{at}[{window}])"
        share = f"{part} / ({function}(aire:sli_total:count{at}[{window}]) > 0)"
        return share if role == "bad" else f"1 - {share}"

    return _Source(records, bad_ratio)


def _of_threshold(slo: SloMeaning, sli: SliMeaning, at: str) -> _Source:
    operator = _OPERATORS.get(slo.op)
    if operator is None or slo.value is None:
        raise _NotInPrometheusError("its threshold has no operator or value.")
    record = "aire:sli_good:bool"
    expr = f"({_query(sli, 'metric')}) {operator} bool {_number(slo.value)}"
    return _Source(((record, expr),), lambda window: f"1 - avg_over_time({record}{at}[{window}])")


def _query(sli: SliMeaning, role: str) -> str:
    source = sli.query.get(role)
    spec = source.get("spec") if isinstance(source, Mapping) else None
    query = spec.get("query") if isinstance(spec, Mapping) else None
    kind = source.get("type") if isinstance(source, Mapping) else None
    if kind and str(kind).lower() != "prometheus":
        raise _NotInPrometheusError(f"its indicator asks {str(kind)[:60]}, not Prometheus.")
    if not isinstance(query, str) or not query.strip():
        raise _NotInPrometheusError(f"its indicator has no query for {role}.")
    return query.strip()


def _number(value: float) -> str:
    """Twelve digits: 1 - 0.98 is 0.02."""
    return f"{value:.12g}"


def _plain(text: str) -> str:
    """Prometheus reads labels and annotations of alerts as templates; a name must stay a name."""
    return text.replace("{{", "{ {")


def _one_line(text: str) -> str:
    return " ".join(text.split())[:300]
