"""The dialects of the GenAI conventions brought to one, as `dialects.yaml` says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

FILE = Path(__file__).with_name("dialects.yaml")
OPERATION = "gen_ai.operation.name"


@dataclass(frozen=True, slots=True)
class Dialects:
    attributes: Mapping[str, tuple[str, ...]]
    operations: Mapping[str, Mapping[str, str]]
    metrics: Mapping[str, str]
    succeeds_without_error: frozenset[str]
    evaluations: frozenset[str]
    about: tuple[str, ...]
    cohort: tuple[str, ...]
    served: tuple[str, ...]
    content: frozenset[str]
    not_content: frozenset[str]

    def metric(self, name: str) -> str:
        """The present name of a metric."""
        return self.metrics.get(name, name)

    def normal(self, attributes: Mapping[str, str]) -> dict[str, str]:
        """The attributes under their present names beside those they came with, without what
        people wrote. Texts that are JSON of one text (as MLflow sends them) are unwrapped, and so
        are lists of one."""
        kept = {
            name: _unwrapped(value)
            for name, value in attributes.items()
            if not self.is_content(name)
        }
        for name, others in self.attributes.items():
            if name not in kept and (found := _first(kept, others)):
                kept[name] = found
        if OPERATION not in kept:
            for name, words in self.operations.items():
                if operation := words.get(kept.get(name, "")):
                    kept[OPERATION] = operation
                    break
        return kept

    def is_content(self, name: str) -> bool:
        """Whether it, or something that it is nested under, holds people's words."""
        if name in self.not_content:
            return False
        while name not in self.content:
            name, dot, _ = name.rpartition(".")
            if not dot:
                return False
        return True

    def systems(self, *attributes: Mapping[str, str]) -> tuple[str, ...]:
        """The sender's words for the system, the best one first."""
        found = (source[name] for name in self.about for source in attributes if name in source)
        return tuple(dict.fromkeys(found))

    def version(self, *attributes: Mapping[str, str]) -> str:
        """The version or cohort that this is of, "" when that is not said."""
        return next(
            (source[name] for name in self.cohort for source in attributes if name in source), ""
        )[:200]


def _first(attributes: Mapping[str, str], names: Iterable[str]) -> str:
    return next((attributes[name] for name in names if name in attributes), "")


def _unwrapped(value: str) -> str:
    if value.startswith('["') and value.endswith('"]') and "," not in value:
        value = value[1:-1]  # a list of one text, as finish reasons are
    plain = len(value) > 2 and value[0] == value[-1] == '"' and '"' not in value[1:-1]
    return value[1:-1] if plain and "\\" not in value else value


@lru_cache(maxsize=1)
def dialects() -> Dialects:
    """What the file says."""
    raw = yaml.safe_load(FILE.read_text())
    return Dialects(
        attributes={name: tuple(others) for name, others in raw["attributes"].items()},
        operations=raw["operations"],
        metrics={old: new for new, olds in raw["metrics"].items() for old in olds},
        succeeds_without_error=frozenset(raw["succeeds_without_error"]),
        evaluations=frozenset(raw["evaluations"]),
        about=tuple(raw["about"]),
        cohort=tuple(raw["cohort"]),
        served=tuple(raw["served"]),
        content=frozenset(raw["content"]),
        not_content=frozenset(raw["not_content"]),
    )
