"""Which documents name which others, and whether those exist."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from core.yaml import Path
from slos.openslo.documents import Finding, OpenSlo, mapping, sequence

_METRICS = ("good", "bad", "total", "raw")


def references(document: OpenSlo) -> Iterator[tuple[str, str, Path]]:
    """(kind, name, where it is named) of every document that this one needs."""
    spec = document.spec
    if document.kind == "SLO":
        yield from _of_slo(spec)
    elif document.kind == "SLI":
        yield from _of_sli(spec, ("spec",))
    elif document.kind == "AlertPolicy":
        yield from _of_policy(spec, ("spec",))


def check_references(
    documents: Sequence[OpenSlo], known: Collection[tuple[str, str]]
) -> list[Finding]:
    """A finding for each name that neither these documents nor `known` have."""
    there = set(known) | {(document.kind, document.name) for document in documents}
    findings = []
    for document in documents:
        for kind, name, path in references(document):
            if (kind, name) not in there:
                message = f"There is no {kind} {name[:80]}."
                line = document.line_of(path)
                findings.append(Finding(document.file, line, document.item, message))
    return findings


def _of_slo(spec: Any) -> Iterator[tuple[str, str, Path]]:
    yield from _named("Service", spec.get("service"), ("spec", "service"))
    yield from _of_indicator(spec, ("spec",))
    for number, item in enumerate(sequence(spec.get("objectives"))):
        yield from _of_indicator(mapping(item), ("spec", "objectives", number))
    for number, item in enumerate(sequence(spec.get("alertPolicies"))):
        path = ("spec", "alertPolicies", number)
        name = item if isinstance(item, str) else mapping(item).get("alertPolicyRef")
        yield from _named("AlertPolicy", name, path)
        yield from _of_policy(mapping(mapping(item).get("spec")), (*path, "spec"))


def _of_indicator(holder: Any, path: Path) -> Iterator[tuple[str, str, Path]]:
    yield from _named("SLI", holder.get("indicatorRef"), (*path, "indicatorRef"))
    inline = mapping(mapping(holder.get("indicator")).get("spec"))
    yield from _of_sli(inline, (*path, "indicator", "spec"))


def _of_sli(spec: Any, path: Path) -> Iterator[tuple[str, str, Path]]:
    ratio = mapping(spec.get("ratioMetric"))
    metrics: list[tuple[Path, Any]] = [(("thresholdMetric",), mapping(spec.get("thresholdMetric")))]
    metrics += [(("ratioMetric", name), mapping(ratio.get(name))) for name in _METRICS]
    for where, metric in metrics:
        source = mapping(metric.get("metricSource"))
        place = (*path, *where, "metricSource", "metricSourceRef")
        yield from _named("DataSource", source.get("metricSourceRef"), place)


def _of_policy(spec: Any, path: Path) -> Iterator[tuple[str, str, Path]]:
    for field, reference, kind in (
        ("conditions", "conditionRef", "AlertCondition"),
        ("notificationTargets", "targetRef", "AlertNotificationTarget"),
    ):
        for number, item in enumerate(sequence(spec.get(field))):
            name = item if isinstance(item, str) else mapping(item).get(reference)
            yield from _named(kind, name, (*path, field, number))


def _named(kind: str, name: object, path: Path) -> Iterator[tuple[str, str, Path]]:
    if isinstance(name, str) and name:
        yield kind, name, path
