"""Systems that an importer names and that are here already: only their parts are altered."""

from __future__ import annotations

from typing import Any

from catalog.manifest import SystemKind
from core.manifest import API_VERSION, kinds


def merged_systems(documents: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Everything else of a system that is here stays as it is, and so do its other parts."""
    if not any(document["kind"] == SystemKind.name for document in documents):
        return documents
    kind = kinds.get(SystemKind.name)
    there = kind.present() if kind else {}
    return [
        _merged(document, there[document["metadata"]["name"]])
        if document["kind"] == SystemKind.name and document["metadata"]["name"] in there
        else document
        for document in documents
    ]


def _merged(document: dict[str, Any], present: Any) -> dict[str, Any]:
    spec = present.spec.plain()
    parts = {(part["kind"], part["name"]): part for part in spec.get("parts", [])}
    for part in document["spec"].get("parts", []):
        key = (part["kind"], part["name"])
        parts[key] = {**parts.get(key, {}), **part}
    return {
        "apiVersion": API_VERSION,
        "kind": SystemKind.name,
        "metadata": {
            "name": present.name,
            "displayName": present.display_name,
            "labels": dict(present.labels),
        },
        "spec": {**spec, "parts": list(parts.values())},
    }
