"""The one body that all OpenSLO kinds have here: the document as it was written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.manifest import Resource, Spec
from slos.openslo.documents import OpenSlo


class OpenSloSpec(Spec):
    """`document` is all of it, envelope included."""

    document: dict[str, Any]


def resource_of(
    document: OpenSlo, secrets: Mapping[str, str] | None = None
) -> Resource[OpenSloSpec]:
    return Resource(
        name=document.name,
        display_name=document.name,
        spec=OpenSloSpec.model_construct(document=dict(document.body)),
        secrets=dict(secrets or {}),
    )


def document_of(resource: Resource[OpenSloSpec]) -> OpenSlo:
    return OpenSlo(resource.spec.document)
