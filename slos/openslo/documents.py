"""OpenSLO documents as they were written: reading them, with the place of every value, and writing
them back unchanged. What they mean is in `slos.openslo.meaning`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from core.yaml import Document, Path, YamlError, dump_documents, load_documents

API_VERSION = "openslo/v1"
KINDS = (
    "Service",
    "DataSource",
    "SLI",
    "AlertNotificationTarget",
    "AlertCondition",
    "AlertPolicy",
    "SLO",
)
"""In the order in which they need each other."""


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """Something wrong (`fatal`) or sloppy at a place. `item` names the document or field."""

    file: str
    line: int
    item: str
    message: str
    fatal: bool = True

    def __str__(self) -> str:
        about = f"{self.item}: " if self.item else ""
        return f"{self.file}:{self.line}: {about}{self.message}"


@dataclass(frozen=True, slots=True)
class OpenSlo:
    """One document. `body` is all of it as it was read; `start` is its path within `source`."""

    body: Mapping[str, Any]
    file: str = ""
    source: Document | None = field(default=None, compare=False)
    start: Path = field(default=(), compare=False)

    @property
    def kind(self) -> str:
        return str(self.body.get("kind", ""))

    @property
    def metadata(self) -> Mapping[str, Any]:
        return mapping(self.body.get("metadata"))

    @property
    def spec(self) -> Mapping[str, Any]:
        return mapping(self.body.get("spec"))

    @property
    def name(self) -> str:
        return str(self.metadata.get("name", ""))

    @property
    def display_name(self) -> str:
        return str(self.metadata.get("displayName") or self.name)

    @property
    def annotations(self) -> Mapping[str, str]:
        found = mapping(self.metadata.get("annotations"))
        return {name: str(value) for name, value in found.items()}

    @property
    def item(self) -> str:
        """What findings call it."""
        return " ".join(part for part in (self.kind, self.name) if part)[:120] or "document"

    def line_of(self, path: Path = ()) -> int:
        return self.source.line_of((*self.start, *path)) if self.source else 1

    def inner(self, path: Path, kind: str) -> OpenSlo:
        """The inline document at `path`; its kind is what the place asks for."""
        found: Any = self.body
        for part in path:
            found = found[part]
        return OpenSlo({"kind": kind, **mapping(found)}, self.file, self.source, self.start + path)


@dataclass(frozen=True, slots=True)
class Reading:
    """The documents of one file that are at least mappings, and why the others are not."""

    documents: Sequence[OpenSlo]
    findings: Sequence[Finding]


def read(data: bytes, *, file: str) -> Reading:
    """Documents of one file, separated by `---` or in lists. Text that is no YAML is a finding."""
    try:
        sources = load_documents(data)
    except YamlError as error:
        return Reading([], [Finding(file, error.line, "", error.message)])
    documents: list[OpenSlo] = []
    findings: list[Finding] = []
    for source in sources:
        for found, start in _parts(source):
            if isinstance(found, dict):
                documents.append(OpenSlo(found, file, source, start))
            else:
                line = source.line_of(start)
                findings.append(Finding(file, line, "", "A document must be a mapping."))
    return Reading(documents, findings)


def _parts(source: Document) -> Iterator[tuple[Any, Path]]:
    if isinstance(source.value, list):
        yield from ((part, (number,)) for number, part in enumerate(source.value))
    else:
        yield source.value, ()


def write(documents: Iterable[OpenSlo]) -> str:
    """YAML that `read` reads back as the same documents. Comments are not kept."""
    return dump_documents(document.body for document in documents)


def mapping(value: object) -> Mapping[str, Any]:
    """`value` where it is a mapping, else an empty one: what is wrong with it is said elsewhere."""
    return value if isinstance(value, dict) else {}


def sequence(value: object) -> Sequence[Any]:
    return value if isinstance(value, list) else []
