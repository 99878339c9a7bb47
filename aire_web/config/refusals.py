"""A refused place in a file, and the sentences for what pydantic finds. No values are repeated."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic.alias_generators import to_camel

from core.errors import Invalid
from core.manifest import Kind
from core.yaml import Path

_EVERY_KIND: Mapping[str, Path] = {
    "slug": ("metadata", "name"),
    "name": ("metadata", "displayName"),
    "labels": ("metadata", "labels"),
}

_SENTENCES = {
    "string_type": "must be text; put quotes around it",
    "int_type": "must be a whole number",
    "int_from_float": "must be a whole number",
    "float_type": "must be a number",
    "bool_type": "must be true or false",
    "list_type": "must be a list",
    "dict_type": "must be a mapping",
    "model_type": "must be a mapping",
    "model_attributes_type": "must be a mapping",
    "string_too_short": "must not be empty",
}


@dataclass(frozen=True, slots=True, order=True)
class Refusal:
    """`file:line: sentence`, as compilers write it."""

    file: str
    line: int
    sentence: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.sentence}"


def sentence_of(error: Mapping[str, Any], known: Mapping[tuple[Any, ...], Sequence[str]]) -> str:
    """One of pydantic's errors in words. `known` are the field names by the path around them."""
    path = tuple(error["loc"])
    kind = error["type"]
    name = dotted(path)
    if kind == "extra_forbidden":
        around = known.get(_plain(path[:-1]), ())
        return f"Unknown field {name}.{_suggestion(str(path[-1]), around)}"
    if kind == "missing":
        return f"{name} is required."
    if kind == "value_error":
        return f"{name}: {error['ctx']['error']}."
    said = _SENTENCES.get(kind)
    if said is None:
        said = str(error["msg"]).replace("Input should", "must", 1)
    return f"{name} {said}." if said.startswith("must") else f"{name}: {said}."


def places(kind: Kind[Any], error: Invalid) -> Iterator[tuple[Path, str]]:
    """Where in the file each of a service's findings stands, and its sentence."""
    if not error.errors:
        yield (), error.message
    for name, sentences in error.errors.items():
        path = _path_in_file(kind, name)
        for sentence in sentences:
            yield path, f"{dotted(path)}: {sentence}"


def _path_in_file(kind: Kind[Any], name: str) -> Path:
    """Where a service's field name stands in the file: `steps.0.targets` is spec.steps[0]…"""
    first, *rest = name.replace("[", ".").replace("]", "").split(".")
    around = {**_EVERY_KIND, **kind.service_fields}.get(first, ("spec", to_camel(first)))
    return (*around, *(int(part) if part.isdigit() else to_camel(part) for part in rest))


def dotted(path: Iterable[str | int]) -> str:
    """`spec.steps[0].after`."""
    text = ""
    for part in path:
        if part == "[key]":  # pydantic's way to say that the key itself is meant
            continue
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return text[:200]


def _plain(path: Iterable[str | int]) -> tuple[Any, ...]:
    return tuple(part for part in path if isinstance(part, str))


def _suggestion(wrong: str, names: Sequence[str]) -> str:
    close = difflib.get_close_matches(wrong, names, n=1)
    return f" Did you mean {close[0]}?" if close else ""
