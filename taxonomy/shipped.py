"""Reads `data/taxonomy.yaml`: the shipped classes, causes and facets. No database."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

DATA = Path(__file__).resolve().parent / "data" / "taxonomy.yaml"

SCHEMES: dict[str, str] = {
    "atlas": "MITRE ATLAS",
    "owasp_llm": "OWASP Top 10 for LLM applications",
    "owasp_ml": "OWASP Machine Learning Security Top 10",
    "owasp_agentic": "OWASP Top 10 for agentic applications",
    "avid": "AVID",
    "nist_ai_600_1": "NIST AI 600-1",
    "mit_airisk": "MIT AI Risk Repository",
    "aiid_gmf": "AI Incident Database (GMF)",
}
"""What the keys of a cause's `external` codes are called."""


@dataclass(frozen=True, slots=True)
class FacetValue:
    slug: str
    definition: str = ""


@dataclass(frozen=True, slots=True)
class Shipped:
    """`classes` as in the file; `facets` by name, for example `cause_role`."""

    classes: tuple[dict[str, Any], ...]
    facets: dict[str, tuple[FacetValue, ...]]

    def causes(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """(class slug, cause) in the file's order."""
        for cause_class in self.classes:
            for cause in cause_class["causes"]:
                yield cause_class["slug"], cause


@cache
def shipped() -> Shipped:
    """The file, read once a process: it changes only with a release."""
    with DATA.open(encoding="utf-8") as file:
        document = yaml.load(file, Loader=yaml.CSafeLoader)  # the safe loader, in C
    facets = {
        name: tuple(_facet_value(value) for value in values)
        for name, values in document["facets"].items()
    }
    return Shipped(classes=tuple(document["classes"]), facets=facets)


def _facet_value(value: str | dict[str, str]) -> FacetValue:
    return FacetValue(value) if isinstance(value, str) else FacetValue(**value)
