"""An Evidently report as evidence on an incident: its numbers and how its tests ended."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from incidents.evidence.groups import Group, group_block, whole
from incidents.evidence.reading import Block, line, number
from integrations.evidently.report import numbers, objects, tests


class EvidentlyReport:
    name = "evidently"
    title = "Evidently report"

    def fits(self, document: Any) -> bool:
        return isinstance(document, dict) and any(
            isinstance(document.get(name), list) for name in ("metrics", "tests")
        )

    def read(self, document: Any) -> list[Block]:
        measured = [
            (" ".join((one.signal.removeprefix("evidently."), *one.attributes.values())), one.value,
             "" if one.ok is None else "passed" if one.ok else "failed")
            for one in numbers(document)
        ]  # fmt: skip
        checked = [
            (
                one.name,
                "passed" if one.ok else "did not run" if one.ok is None else "failed",
                one.text,
            )
            for one in tests(document)
        ]
        return [
            Block("Numbers", ("What", "Value", "Verdict"), measured),
            Block("Tests", ("Test", "How it ended", "Why"), checked),
            *_grouped(document),
        ]


OF_ALL_ROWS = {"Accuracy"}
"""Metrics that are a share of all rows of a group; what others are a share of is not written."""


def _grouped(document: Mapping[str, Any]) -> list[Block]:
    """What `GroupBy(metric, column)` measured, by metric and column, with `RowCount` as sample."""
    values: dict[tuple[str, str], dict[str, float | None]] = {}
    overall: dict[str, float | None] = {}
    for item in objects(document.get("metrics")):
        config = item.get("config")
        if not isinstance(config, Mapping):
            continue
        inner = config.get("metric")
        if isinstance(inner, Mapping) and "label" in config:
            key = (_name(inner), line(config.get("column_name")))
            values.setdefault(key, {})[line(config["label"])] = number(item.get("value"))
        else:
            overall.setdefault(_name(config), number(item.get("value")))
    return [
        _by_group(metric, column, found, values.get(("RowCount", column), {}), overall.get(metric))
        for (metric, column), found in values.items()
        if metric != "RowCount"
    ]


def _by_group(
    metric: str,
    column: str,
    found: Mapping[str, float | None],
    rows: Mapping[str, float | None],
    overall: float | None,
) -> Block:
    groups = []
    for label, value in found.items():
        size = whole(rows.get(label))
        groups.append(Group(label, value, size, size if metric in OF_ALL_ROWS else None))
    same = len(found) > 1 and len(set(found.values())) == 1
    note = (
        "Every group has the very same value: some releases of Evidently measure classification "
        "over all rows whatever the group. Believe it only after a look at the data."
    )
    return group_block(f"{metric} by {column}", groups, overall, note if same else "")


def _name(config: Mapping[str, Any]) -> str:
    """`evidently:metric_v2:Accuracy` as `Accuracy`."""
    return line(config.get("type")).rpartition(":")[2]


READER = EvidentlyReport()
