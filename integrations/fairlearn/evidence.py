"""Reads a Fairlearn MetricFrame: each metric by group beside overall, difference and ratio.

`by_group` as pandas writes it by column (`{"accuracy": {"women": 0.81}}`); a frame of one metric
is one column. See README.md.
"""

from __future__ import annotations

from typing import Any

from incidents.evidence.reading import Block, line, number


class Fairlearn:
    name = "fairlearn"
    title = "Fairlearn MetricFrame"

    def fits(self, document: Any) -> bool:
        return isinstance(document, dict) and isinstance(document.get("by_group"), dict)

    def read(self, document: Any) -> list[Block]:
        by_group = document["by_group"]
        if any(number(value) is not None for value in by_group.values()):
            by_group = {"Metric": by_group}
        return [_block(line(metric), groups, document)
                for metric, groups in by_group.items() if isinstance(groups, dict)]  # fmt: skip


def _block(metric: str, groups: dict[str, Any], document: dict[str, Any]) -> Block:
    overall = _of(document.get("overall"), metric)
    rows = []
    for group, value in groups.items():
        found = number(value)
        apart = found - overall if found is not None and overall is not None else None
        rows.append((line(group), found, apart))
    known = [row[1] for row in rows if row[1] is not None]
    difference = _of(document.get("difference"), metric)
    ratio = _of(document.get("ratio"), metric)
    if difference is None and known:
        difference = max(known) - min(known)
    if ratio is None and known and max(known) > 0:
        ratio = min(known) / max(known)
    said = [("Overall", overall), ("largest difference", difference), ("smallest ratio", ratio)]
    note = ", ".join(f"{name} {value:.4g}" for name, value in said if value is not None)
    return Block(metric, ("Group", metric, "Against overall"), rows, f"{note}." if note else "")


def _of(values: Any, metric: str) -> float | None:
    return number(values.get(metric)) if isinstance(values, dict) else number(values)


READER = Fairlearn()
