"""Writes what exists as documents that `apply` takes back unchanged. Secrets are left out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from aire_web.config.plan import State
from core.manifest import API_VERSION, Kind, Resource, kinds
from core.yaml import dump_documents


def export_yaml(*, only: str | None = None) -> str:
    """All documents, or those of one kind, in the order in which they can be applied."""
    state = State()
    return dump_documents(
        document
        for kind in kinds
        if only in (None, kind.name)
        for document in _documents(kind, state)
    )


def _documents(kind: Kind[Any], state: State) -> Iterator[dict[str, Any]]:
    taken: set[str] = set()
    for resource in state.present[kind.name].values():
        if (written := kind.written(resource)) is not None:
            if written:
                yield dict(written)
            continue
        yield {
            "apiVersion": API_VERSION,
            "kind": kind.name,
            "metadata": _metadata(resource, _free(resource.name, taken)),
            "spec": resource.spec.plain(),
        }


def _metadata(resource: Resource[Any], name: str) -> dict[str, Any]:
    own = resource.display_name == resource.name
    parts = {
        "name": name,
        "displayName": None if own else resource.display_name,
        "labels": dict(resource.labels),
        "annotations": dict(resource.annotations),
    }
    return {key: value for key, value in parts.items() if value}


def _free(name: str, taken: set[str]) -> str:
    """Handles of people may clash; the second one gets a number."""
    candidate, number = name, 1
    while candidate in taken:
        number += 1
        candidate = f"{name[:58]}-{number}"
    taken.add(candidate)
    return candidate
