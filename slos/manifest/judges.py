"""The judge of an indicator in an OpenSLO document: its name and its measured rates."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from core.errors import Invalid
from slos.models import Sli, SliEvaluator

RATES = ("true_positive_rate", "false_positive_rate")
ITEMS = ("bad_items", "good_items")


def judges_of(extras: Mapping[str, str], *, slug: str) -> list[dict[str, Any]] | None:
    """What `save_sli` takes. A document that is silent about the rates leaves the known ones."""
    name = extras.get("evaluator", "")
    if not name:
        return None
    text = extras.get("judge-rates")
    if text is not None:
        return [{"name": name, **_read(text)}]
    known = SliEvaluator.objects.filter(sli__slug=slug, name=name[:200]).first()
    return [{"name": name, **(_fields(known) if known else {})}]


def written_rates(sli: Sli) -> str:
    """The rates of the present judge as the annotation has them; nothing where none are known."""
    present = next((judge for judge in sli.evaluators.all() if judge.until is None), None)
    if present is None or present.true_positive_rate is None:
        return ""
    return json.dumps(_fields(present), separators=(",", ":"))


def _fields(judge: SliEvaluator) -> dict[str, Any]:
    return {name: getattr(judge, name) for name in (*RATES, *ITEMS)}


def _read(text: str) -> dict[str, Any]:
    try:
        row = json.loads(text)
    except (ValueError, RecursionError):
        row = None
    if not isinstance(row, dict) or row.keys() - {*RATES, *ITEMS}:
        _refuse(f"aire/judge-rates is a JSON object of {', '.join((*RATES, *ITEMS))}.")
    for name, value in row.items():
        if isinstance(value, bool) or not isinstance(value, int | float):
            _refuse(f"aire/judge-rates: {name} must be a number.")
        if name in ITEMS and not (isinstance(value, int) and 0 <= value <= 10**9):
            _refuse(f"aire/judge-rates: {name} must be a whole number.")
    return dict(row)


def _refuse(sentence: str) -> None:
    raise Invalid(sentence, errors={"evaluators": [sentence]})
