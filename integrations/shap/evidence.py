"""Reads a SHAP Explanation: mean |value| of each feature over many rows, values of a single one.

`shap.Explanation` has no file of its own; its attributes are written as JSON, see README.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from incidents.evidence.reading import Block, line, number

MAX_OUTPUTS = 10
MAX_VALUES = 2_000_000


class Shap:
    name = "shap"
    title = "SHAP values"

    def fits(self, document: Any) -> bool:
        return (
            isinstance(document, dict)
            and "values" in document
            and ("base_values" in document or "feature_names" in document)
        )

    def read(self, document: Any) -> list[Block]:
        values = document["values"]
        depth = _depth(values)
        if depth == 1:
            return [_single(values, document)]
        if depth == 2:
            return [_many(values, document, "")]
        if depth != 3:
            raise ValueError("values has to be a list of numbers, of rows, or of rows of outputs.")
        outputs = document.get("output_names") or []
        count = min(MAX_OUTPUTS, min(len(feature) for row in values for feature in row))
        return [
            _many(
                [[feature[at] for feature in row] for row in values],
                document,
                line(outputs[at]) if at < len(outputs) else f"output {at + 1}",
            )
            for at in range(count)
        ]


def _single(values: Sequence[Any], document: dict[str, Any]) -> Block:
    names, data = _names(document, len(values)), document.get("data") or []
    found = [(at, known) for at, value in enumerate(values) if (known := number(value)) is not None]
    found.sort(key=lambda pair: -abs(pair[1]))
    rows = [(names[at], value, line(data[at]) if at < len(data) else "") for at, value in found]
    base = number(document.get("base_values"))
    note = f"Base value {base:.4g}." if base is not None else ""
    return Block("What moved this answer", ("Feature", "SHAP value", "Its value"), rows, note)


def _many(values: Sequence[Sequence[Any]], document: dict[str, Any], output: str) -> Block:
    width = min(len(row) for row in values)
    if len(values) * width > MAX_VALUES:
        raise ValueError("it has too many values; take a sample of the rows.")
    names = _names(document, width)
    means: list[tuple[float, float, str]] = []
    for at in range(width):
        column = [value for row in values if (value := number(row[at])) is not None]
        if column:
            mean = sum(column) / len(column)
            means.append((sum(map(abs, column)) / len(column), mean, names[at]))
    means.sort(key=lambda row: -row[0])
    title = "What moves its answers" + (f" towards {output}" if output else "")
    return Block(
        title,
        ("Feature", "Mean |SHAP value|", "Mean SHAP value"),
        [(name, size, mean) for size, mean, name in means],
        f"Over {len(values):,} rows.",
    )


def _names(document: dict[str, Any], width: int) -> list[str]:
    given = document.get("feature_names") or []
    return [line(given[at]) if at < len(given) else f"feature {at + 1}" for at in range(width)]


def _depth(values: Any) -> int:
    depth = 0
    while isinstance(values, list) and values:
        depth, values = depth + 1, values[0]
    return depth


READER = Shap()
