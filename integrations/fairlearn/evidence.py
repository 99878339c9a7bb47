"""Reads a Fairlearn MetricFrame: each metric by group beside overall, difference and ratio.

`by_group` as pandas writes it by column (`{"accuracy": {"women": 0.81}}`) or by row; a frame of
one metric is one column. With `count` among its metrics, rates get intervals. See README.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from incidents.evidence.groups import Group, group_block, whole
from incidents.evidence.reading import Block, line, number

COUNTS = ("count", "n", "size", "sample_size", "support")
POSITIVES, NEGATIVES = ("positives", "n_positives"), ("negatives", "n_negatives")
_OF_ALL = {"accuracy", "accuracy_score", "zero_one_loss", "error_rate", "selection_rate"}
_OF_POSITIVES = {"recall", "recall_score", "tpr", "true_positive_rate", "fnr",
                 "false_negative_rate"}  # fmt: skip
_OF_NEGATIVES = {"fpr", "false_positive_rate", "tnr", "true_negative_rate", "specificity"}
_OF_SELECTED = {"precision", "precision_score"}
NEAR = 0.01
"""How near a worked out count must be to a whole one."""

Columns = Mapping[str, Mapping[str, Any]]


class Fairlearn:
    name = "fairlearn"
    title = "Fairlearn MetricFrame"

    def fits(self, document: Any) -> bool:
        return isinstance(document, dict) and isinstance(document.get("by_group"), dict)

    def read(self, document: Any) -> list[Block]:
        columns = _columns(document["by_group"], document.get("overall"))
        measured = [name for name in columns if name.lower() not in _ABOUT_SAMPLES]
        return [_block(name, columns, document) for name in measured or columns]


_ABOUT_SAMPLES = {*COUNTS, *POSITIVES, *NEGATIVES}


def _columns(by_group: dict[str, Any], overall: Any) -> Columns:
    """By metric; where pandas wrote it by row, the keys of `overall` are found inside."""
    if any(number(value) is not None for value in by_group.values()):
        return {"Metric": by_group}
    rows = {name: inner for name, inner in by_group.items() if isinstance(inner, dict)}
    metrics = set(overall) if isinstance(overall, dict) else set()
    inside = {name for inner in rows.values() for name in inner}
    if metrics and metrics <= inside and not metrics & rows.keys():
        return {
            metric: {group: inner.get(metric) for group, inner in rows.items()}
            for metric in overall
        }
    return rows


def _block(metric: str, columns: Columns, document: dict[str, Any]) -> Block:
    overall = _of(document.get("overall"), metric)
    groups = [
        Group(
            line(name),
            number(value),
            _counted(columns, COUNTS, name),
            _trials(metric, columns, name),
        )
        for name, value in columns[metric].items()
    ]
    known = [group.value for group in groups if group.value is not None]
    difference = _of(document.get("difference"), metric)
    ratio = _of(document.get("ratio"), metric)
    if difference is None and known:
        difference = max(known) - min(known)
    if ratio is None and known and max(known) > 0:
        ratio = min(known) / max(known)
    said = [("Overall", overall), ("largest difference", difference), ("smallest ratio", ratio)]
    note = ", ".join(f"{name} {value:.4g}" for name, value in said if value is not None)
    return group_block(line(metric), groups, overall, f"{note}." if note else "")


def _trials(metric: str, columns: Columns, group: str) -> int | None:
    """Of how many rows the metric is a share, None where that is not in the report."""
    name = metric.lower().replace(" ", "_")
    size = _counted(columns, COUNTS, group)
    if name in _OF_ALL:
        return size
    if name in _OF_SELECTED:
        selected = _value(columns, ("selection_rate",), group)
        return None if size is None or selected is None else round(size * selected)
    if name not in _OF_POSITIVES | _OF_NEGATIVES:
        return None
    positives = _counted(columns, POSITIVES, group)
    negatives = _counted(columns, NEGATIVES, group)
    if positives is None and size is not None:
        positives = size - negatives if negatives is not None else _worked_out(columns, group, size)
    if negatives is None and size is not None and positives is not None:
        negatives = size - positives
    found = positives if name in _OF_POSITIVES else negatives
    return found if found is not None and found >= 0 else None


def _worked_out(columns: Columns, group: str, size: int) -> int | None:
    """The positives from selection rate, recall and false positive rate: the selected are the
    true and the false positives. Only believed where all of these come out whole."""
    selected = _value(columns, ("selection_rate",), group)
    recall = _value(columns, ("recall", "recall_score", "tpr", "true_positive_rate"), group)
    false = _value(columns, ("fpr", "false_positive_rate"), group)
    if selected is None or recall is None or false is None or abs(recall - false) < 1e-9:
        return None
    positives = size * (selected - false) / (recall - false)
    counts = (positives, recall * positives, false * (size - positives), selected * size)
    if not 0 <= positives <= size or any(abs(one - round(one)) > NEAR for one in counts):
        return None
    return round(positives)


def _counted(columns: Columns, names: tuple[str, ...], group: str) -> int | None:
    return whole(_value(columns, names, group))


def _value(columns: Columns, names: tuple[str, ...], group: str) -> float | None:
    for metric, values in columns.items():
        if metric.lower().replace(" ", "_") in names:
            return number(values.get(group))
    return None


def _of(values: Any, metric: str) -> float | None:
    return number(values.get(metric)) if isinstance(values, dict) else number(values)


READER = Fairlearn()
