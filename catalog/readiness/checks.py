"""The checks of a readiness review, as data. Pure; no database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from core.yaml import load_documents

DATA = Path(__file__).resolve().parent / "checks.yaml"
ML_TEST_SCORE, AIRE = "ml-test-score", "aire"
MODELS_ONLY = frozenset({"classical", "llm", "rag", "agent"})
"""Kinds of system that the ML Test Score is about: those that have a model of their own."""

SECTIONS: Mapping[str, str] = {
    "data": "Data",
    "model": "Model",
    "infrastructure": "Infrastructure",
    "monitoring": "Monitoring",
    "production-first": "Production first",
    "automate": "Automation",
    "data-first": "Data first",
    "feedback-loops": "Feedback loops",
    "responsible": "Responsible by design",
    "shared-ownership": "Shared ownership",
    "business-and-operations": "Business and operations together",
    "ship-small": "Ship small",
    "language-models": "Language models",
    "agents": "Agents",
}


@dataclass(frozen=True, slots=True)
class Check:
    """`rubric` is `ml-test-score` or `aire`. An empty `kinds` is every kind of system."""

    slug: str
    rubric: str
    section: str
    text: str
    kinds: frozenset[str] = frozenset()
    blocking: bool = False

    def is_for(self, kind: str) -> bool:
        """Whether a system of this kind is asked it."""
        return not self.kinds or kind in self.kinds


@cache
def all_checks() -> Mapping[str, Check]:
    """By slug, in the order in which they are asked."""
    (document,) = load_documents(DATA.read_bytes())
    return {
        row["slug"]: _check(rubric, section, row)
        for rubric, sections in document.value.items()
        for section, rows in sections.items()
        for row in rows
    }


def checks_for(kind: str) -> list[Check]:
    return [check for check in all_checks().values() if check.is_for(kind)]


def _check(rubric: str, section: str, row: Mapping[str, Any]) -> Check:
    kinds = MODELS_ONLY if rubric == ML_TEST_SCORE else frozenset(row.get("kinds", ()))
    return Check(row["slug"], rubric, section, row["text"], kinds, bool(row.get("blocking")))
