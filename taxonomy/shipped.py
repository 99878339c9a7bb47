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


FACETS: dict[str, tuple[str, str]] = {
    "cause_role": ("Role of a cause", "What part it played in one incident."),
    "cause_confidence": ("Confidence", "How sure people are; what is ruled out stays."),
    "origin": ("Origin", "Where it came from."),
    "detection_source": ("Detection source", "Who or what noticed."),
    "harm_type": ("Harm", "What became of people, things and rights."),
    "lifecycle_stage": (
        "Lifecycle stage",
        "When it got in (AVID, L01 planning to L06 deployment).",
    ),
    "system_kind": ("Kind of system", "What a cause can happen to."),
    "action_type": ("Type of follow-up", "What an action is for."),
    "regulatory_check": ("Duty to check", "Which rule may apply. Not legal advice."),
}
"""What the facets are called and what they tell."""


@dataclass(frozen=True, slots=True)
class FacetValue:
    slug: str
    definition: str = ""


@dataclass(frozen=True, slots=True)
class Shipped:
    """`classes` as in the file; `facets` by name, for example `cause_role`; `sources` are the
    schemes that the external codes come from, with their editions."""

    version: str
    sources: dict[str, str]
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
    about = document["taxonomy"]
    return Shipped(
        version=str(about["version"]),
        sources={str(name): str(text) for name, text in about["sources"].items()},
        classes=tuple(document["classes"]),
        facets=facets,
    )


def _facet_value(value: str | dict[str, str]) -> FacetValue:
    return FacetValue(value) if isinstance(value, str) else FacetValue(**value)


@cache
def mitigation_kinds() -> dict[str, str]:
    """Sentence → kind, read once a process."""
    with DATA.with_name("mitigation_kinds.yaml").open(encoding="utf-8") as file:
        document = yaml.load(file, Loader=yaml.CSafeLoader)
    return {sentence: kind for kind, sentences in document.items() for sentence in sentences}


def kind_of_mitigation(sentence: str) -> str:
    """The kind of playbook that carries a standard mitigation out, or "". A sentence that was
    written here names it in brackets at its end: "serve yesterday's index [restore-index]"."""
    text = sentence.strip()
    if text.endswith("]") and "[" in text:
        return text.rpartition("[")[2][:-1].strip()
    return mitigation_kinds().get(text, "")
