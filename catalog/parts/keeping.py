"""How changes move the versions of parts, and whether what answers is what was asked. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Protocol, TypeVar

MOVES: Mapping[str, tuple[str, ...]] = {
    "model": ("model",),
    "prompt": ("prompt",),
    "dataset": ("dataset",),
    "index": ("index",),
    "guardrail": ("guardrail",),
    "provider": ("provider",),
    "config": ("parameters", "tools", "evaluator"),
    "code": ("features", "tools", "evaluator"),
}
"""Kind of change → kinds of part that it can move. The first one also without a name."""


class Served(StrEnum):
    """What answers, against what was asked for."""

    UNKNOWN = ""
    SAME = "same"
    ALIAS = "alias"
    """The asked name stands for the served one, as `gpt-4o` for `gpt-4o-2024-08-06`."""
    DIFFERS = "differs"


class Part(Protocol):
    kind: str
    name: str
    version: str


P = TypeVar("P", bound=Part)


def part_moved(kind: str, name: str, previous_version: str, parts: Sequence[P]) -> P | None:
    """The part that a change of this kind is about: the one that it names; else the only one of
    its kind, else the only one that had the previous version. None when that is nobody's guess."""
    kinds = MOVES.get(kind, ())
    if name:
        named = [part for part in parts if part.kind in kinds and part.name == name]
        return min(named, key=lambda part: kinds.index(part.kind), default=None)
    alike = [part for part in parts if part.kind in kinds[:1]]
    if len(alike) > 1:
        alike = [part for part in alike if previous_version and part.version == previous_version]
    return alike[0] if len(alike) == 1 else None


def part_begun(kind: str, name: str, parts: Sequence[Part]) -> str:
    """The kind of the part that a change tells of for the first time, "" when it tells of none:
    without a name there must be no part of that kind yet."""
    first = MOVES.get(kind, ("",))[0]
    if name or kind in ("config", "code"):
        return first if name else ""
    return first if all(part.kind != first for part in parts) else ""


def part_answering(requested: str, parts: Sequence[P]) -> P | None:
    """Of the models of a system the one that answers a call for `requested`: whose version or name
    that is. Where a call does not say what it asked for, the only one there is. A call for
    something else is none of the parts, such as a judge beside the model."""
    asked = requested.strip().casefold()
    if not asked:
        return parts[0] if len(parts) == 1 else None
    named = [part for part in parts if asked in (part.version.casefold(), part.name.casefold())]
    if not named and len(parts) == 1 and not parts[0].version:
        named = list(parts)
    return named[0] if len(named) == 1 else None


def served_state(requested: str, served: str) -> Served:
    """Differs also when the asked version is pinned and another one answers."""
    asked, got = requested.strip().casefold(), served.strip().casefold()
    if not asked or not got:
        return Served.UNKNOWN
    if asked == got:
        return Served.SAME
    is_alias = got.startswith((f"{asked}-", f"{asked}@", f"{asked}:"))
    return Served.ALIAS if is_alias else Served.DIFFERS
