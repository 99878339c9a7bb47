"""Which playbooks fit an incident, and why. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from playbooks.definition import PlaybookSpec


@dataclass(frozen=True, slots=True)
class Facts:
    """Of an incident: causes that are named or hinted at (slug → how it is said), its systems and
    their kinds, and which kinds of mitigation its causes ask for (kind → the sentence)."""

    causes: Mapping[str, str] = field(default_factory=dict)
    systems: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    helps: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Fit:
    """How well, and the sentences why; the higher the better."""

    weight: int
    because: tuple[str, ...]


def fit(spec: PlaybookSpec, facts: Facts) -> Fit | None:
    """None for a playbook that is for other systems, or that nothing speaks for."""
    if spec.systems and facts.systems.isdisjoint(spec.systems):
        return None
    if spec.system_kinds and facts.kinds.isdisjoint(spec.system_kinds):
        return None
    weight, because = 0, []
    for slug, said in facts.causes.items():
        if _covers(spec.causes, slug):
            weight += 4
            because.append(f"for {slug}, {said}")
    for kind, sentence in facts.helps.items():
        if kind in spec.helps:
            weight += 2
            because.append(f"does “{sentence}”")
            break
    if spec.systems:
        weight += 1
        because.append("made for this system")
    return Fit(weight, tuple(because)) if because else None


def _covers(causes: Collection[str], slug: str) -> bool:
    """A playbook may name a cause or its whole class."""
    return slug in causes or slug.partition(".")[0] in causes
