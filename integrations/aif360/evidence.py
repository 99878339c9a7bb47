"""Reads what AI Fairness 360's MetricJSONExplainer writes: one metric an object, its number at the
end of `message`. Also a plain object of metric names and numbers. No database."""

from __future__ import annotations

import json
import re
from typing import Any

from incidents.evidence.groups import Group, group_block, whole
from incidents.evidence.reading import Block, Cell, line, number

_AT_END = re.compile(r":\s*(-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)\s*$", re.IGNORECASE)
_NAMED = {
    "disparate_impact": "1", "statistical_parity_difference": "0", "theil_index": "0",
    "equal_opportunity_difference": "0", "average_odds_difference": "0", "consistency": "1",
    "mean_difference": "0", "average_abs_odds_difference": "0", "generalized_entropy_index": "0",
}  # fmt: skip
"""Metrics by the names of their methods, with the ideal value that AI Fairness 360 gives."""

_RATES = (
    ("Favourable outcomes", "numPositivePredictions", "num"),
    ("True positive rate", "numTruePositives", "numPositives"),
    ("False negative rate", "numFalseNegatives", "numPositives"),
    ("False positive rate", "numFalsePositives", "numNegatives"),
    ("True negative rate", "numTrueNegatives", "numNegatives"),
)
"""Rates of a group: how they are called, and the explainer's counts that they are a share of."""


class Aif360:
    name = "aif360"
    title = "AI Fairness 360 metrics"

    def fits(self, document: Any) -> bool:
        first = _unpacked(document)[:1]
        return bool(first) and ("metric" in first[0] or bool(_NAMED.keys() & first[0].keys()))

    def read(self, document: Any) -> list[Block]:
        items = _unpacked(document)
        rows = [row for item in items for row in _rows(item)]
        return [
            Block("Fairness metrics", ("Metric", "Value", "Ideal", "What it is"), rows),
            *_groups(items),
        ]


def _groups(items: list[dict[str, Any]]) -> list[Block]:
    """The rates of the two groups where the explainer wrote their counts; each rate once."""
    found: dict[str, Block] = {}
    for item in items:
        for name, part, of in _RATES:
            groups = [_group(item, side, part, of) for side in ("Unprivileged", "Privileged")]
            if name not in found and all(group.trials for group in groups):
                found[name] = group_block(name, groups, None, "")
    return list(found.values())


def _group(item: dict[str, Any], side: str, part: str, of: str) -> Group:
    # Some of its keys are misspelt in releases: numPositivePrivileged, numPositiveaPrivileged.
    spelt = (f"{of}{side}", f"{of[:-1]}{side}", f"{of[:-1]}a{side}")
    known = (whole(number(item.get(name))) for name in spelt)
    trials = next((one for one in known if one is not None), None)
    count = number(item.get(f"{part}{side}"))
    value = count / trials if trials and count is not None and 0 <= count <= trials else None
    return Group(side, value, None, trials if value is not None else None)


def _rows(item: dict[str, Any]) -> list[tuple[Cell, ...]]:
    if "metric" not in item:
        return [(name.replace("_", " ").capitalize(), number(item[name]), ideal, "")
                for name, ideal in _NAMED.items() if name in item]  # fmt: skip
    found = _AT_END.search(str(item.get("message", "")))
    value = float(found.group(1)) if found else number(item.get("value"))
    return [(line(item["metric"]), value, line(item.get("ideal", "")),
             line(item.get("description", "")))]  # fmt: skip


def _unpacked(document: Any) -> list[dict[str, Any]]:
    """Its objects; the explainer answers each as a text of JSON."""
    items = document if isinstance(document, list) else [document]
    found = []
    for item in items[:200]:
        if isinstance(item, str):
            try:
                item = json.loads(item)
            except (ValueError, RecursionError):
                continue
        if isinstance(item, dict):
            found.append(item)
    return found


READER = Aif360()
