"""From one YAML document to a resource, by OpenSLO's rules. No database."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from core.manifest import ForeignResource, Told
from core.yaml import Document
from slos.manifest.spec import resource_of
from slos.openslo.checking import check_document
from slos.openslo.documents import Finding, OpenSlo, mapping

SECRET_NAMES = ("token", "bearerToken", "password", "secret", "apiKey")
"""Connection details that are secrets: taken from the environment only, stored encrypted."""
_ENV = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
_LONGEST_NAME = 63


def read_openslo(document: Document, file: str, env: Mapping[str, str]) -> ForeignResource:
    found = OpenSlo(document.value, file, document)
    findings: list[Finding] = []
    check_document(found, findings)
    told = [_told(finding, document) for finding in findings]
    if len(found.name) > _LONGEST_NAME:
        told.append(Told(("metadata", "name"), f"A name has at most {_LONGEST_NAME} characters."))
    secrets, problems = _secrets(found, env)
    told += problems
    if any(one.fatal for one in told):
        return ForeignResource(found.kind, None, tuple(told))
    return ForeignResource(found.kind, resource_of(found, secrets), tuple(told))


def _told(finding: Finding, document: Document) -> Told:
    """Findings know their line; the path is the longest one that stands there."""
    at = [path for path, line in document.lines.items() if line == finding.line]
    path = min(at, key=len) if at else ()
    return Told(path, f"{finding.item}: {finding.message}", finding.fatal)


def _secrets(found: OpenSlo, env: Mapping[str, str]) -> tuple[dict[str, str], list[Told]]:
    if found.kind != "DataSource":
        return {}, []
    details: Mapping[str, Any] = mapping(found.spec.get("connectionDetails"))
    told: list[Told] = []
    for name in SECRET_NAMES:
        value = details.get(name)
        if value is None:
            continue
        path = ("spec", "connectionDetails", name)
        match = _ENV.fullmatch(value) if isinstance(value, str) else None
        if match is None:
            told.append(Told(path, f"{name} is taken from the environment only: ${{NAME}}."))
        elif not env.get(match[1]):
            told.append(Told(path, f"The environment variable {match[1]} is not set."))
        else:
            return {"secret": env[match[1]]}, told
    return {}, told
