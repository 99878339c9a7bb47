"""What an Evidently report holds, whatever its version: numbers and tests. No alerts in here.

Version 0.7 writes `metrics` with `config` and `value` and `tests` with `metric_config`; before it
a Report had `metrics` with `result` and a TestSuite `tests` with `parameters`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from alerts.reading import one_line

MAX_ITEMS = 2000
_METHODS = {
    "psi": ("psi", "population stability"),
    "ks": ("k-s", "ks p_value", "kolmogorov"),
    "jensenshannon": ("jensen",),
    "wasserstein": ("wasserstein",),
    "kl_div": ("kullback", "kl_div"),
    "hellinger": ("hellinger",),
    "chisquare": ("chi-square", "chisquare", "chi2"),
    "z": ("z-test", "ztest"),
    "text": ("domain classifier", "text content", "roc auc"),
}
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_GOOD, _BAD = {"SUCCESS", "PASS"}, {"FAIL", "WARNING"}


@dataclass(frozen=True, slots=True)
class Number:
    """A measured number. `ok` is Evidently's own verdict by the method's threshold, if any."""

    signal: str
    value: float
    attributes: Mapping[str, str] = field(default_factory=dict)
    ok: bool | None = None


@dataclass(frozen=True, slots=True)
class Test:
    """A check and how it ended: True, False, or None where it could not run or was skipped."""

    name: str
    text: str
    status: str
    ok: bool | None
    critical: bool
    attributes: Mapping[str, str] = field(default_factory=dict)


def numbers(report: Mapping[str, object]) -> Iterator[Number]:
    """Every number, under the signal names that docs/slo-sources.md lists."""
    for item in objects(report.get("metrics")):
        config, value = item.get("config"), item.get("value")
        if isinstance(config, dict):
            yield from _of_metric(config, value)
        elif isinstance(result := item.get("result"), dict):
            yield from _of_legacy(result)


def tests(report: Mapping[str, object]) -> Iterator[Test]:
    for item in objects(report.get("tests")):
        status = one_line(item.get("status"), 20).upper()
        ok = True if status in _GOOD else False if status in _BAD else None
        outer = item.get("metric_config")
        params = outer.get("params") if isinstance(outer, dict) else None
        legacy = item.get("parameters")
        about = params if isinstance(params, dict) else legacy if isinstance(legacy, dict) else {}
        attributes = _attributes(about)
        if kind := one_line(item.get("id") or item.get("group"), 60):
            attributes["test"] = kind
        yield Test(
            name=one_line(item.get("name"), 200) or "Test",
            text=one_line(item.get("description"), 500),
            status=status,
            ok=ok,
            critical=_is_critical(item) and status != "WARNING",
            attributes=attributes,
        )


def objects(value: object) -> list[Mapping[str, object]]:
    items = value[:MAX_ITEMS] if isinstance(value, list) else []
    return [item for item in items if isinstance(item, dict)]


def _of_metric(config: Mapping[str, object], value: object) -> Iterator[Number]:
    name = metric_name(config)
    attributes = _attributes(config)
    if name == "value_drift" and (number := _finite(value)) is not None:
        threshold = _finite(config.get("threshold"))
        yield from _drift(number, attributes, threshold)
    elif name == "drifted_columns_count" and isinstance(value, dict):
        yield from _number("evidently.drift.share", value.get("share"), attributes)
    elif "missing_value" in name and isinstance(value, dict):
        yield from _number("evidently.missing_values", value.get("share"), attributes)
    elif isinstance(value, dict):
        for key, part in list(value.items())[:50]:
            labelled = {**attributes, "label": one_line(key, 60)}
            yield from _number(f"evidently.{name}", part, labelled)
    else:
        yield from _number(f"evidently.{name}", value, attributes)


def _of_legacy(result: Mapping[str, object]) -> Iterator[Number]:
    yield from _number("evidently.drift.share", result.get("share_of_drifted_columns"), {})
    columns = result.get("drift_by_columns")
    for column in objects(list(columns.values())) if isinstance(columns, dict) else ():
        attributes = {
            "column": one_line(column.get("column_name"), 200),
            "method": one_line(column.get("stattest_name"), 80),
        }
        if (number := _finite(column.get("drift_score"))) is not None:
            detected = column.get("drift_detected")
            ok = not detected if isinstance(detected, bool) else None
            yield from _drift(number, attributes, _finite(column.get("stattest_threshold")), ok)


def _drift(
    value: float, attributes: Mapping[str, str], threshold: float | None, ok: bool | None = None
) -> Iterator[Number]:
    """By which side of its threshold a value drifts depends on the method: p-values fall."""
    words = attributes.get("method", "").lower()
    if ok is None and threshold is not None:
        ok = value >= threshold if "p_value" in words else value < threshold
    yield Number(f"evidently.drift.{method_slug(words)}", value, attributes, ok)
    if attributes.get("column") == "prediction":
        yield Number("evidently.drift.prediction", value, attributes, ok)


def method_slug(words: str) -> str:
    """The short name of a drift method, as signals have it."""
    for slug, parts in _METHODS.items():
        if any(part in words for part in parts):
            return slug
    return re.sub(r"[^a-z0-9]+", "_", words).strip("_")[:40] or "unknown"


def metric_name(config: Mapping[str, object]) -> str:
    """`evidently:metric_v2:ValueDrift` as `value_drift`."""
    kind = one_line(config.get("type"), 120).rpartition(":")[2]
    snake = _CAMEL.sub("_", kind).lower()
    return re.sub(r"[^a-z0-9_]+", "_", snake)[:80] or "unknown"


def _attributes(config: Mapping[str, object]) -> dict[str, str]:
    column = config.get("column") or config.get("column_name")
    method = config.get("method") or config.get("stattest")
    given = {
        "metric": metric_name(config) if "type" in config else "",
        "column": one_line(column, 200) if isinstance(column, str) else "",
        "method": one_line(method, 80) if isinstance(method, str) else "",
    }
    return {name: text for name, text in given.items() if text}


def _number(signal: str, value: object, attributes: Mapping[str, str]) -> Iterator[Number]:
    if (number := _finite(value)) is not None:
        yield Number(signal, number, attributes)


def _finite(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if math.isfinite(value) else None


def _is_critical(item: Mapping[str, object]) -> bool:
    """Where it is said differs by the kind of test; said nowhere, it is."""
    bound = item.get("bound_test")
    inner = bound.get("test") if isinstance(bound, dict) else None
    for holder in (item.get("test_config"), inner):
        if isinstance(holder, dict) and holder.get("is_critical") is False:
            return False
    return True
