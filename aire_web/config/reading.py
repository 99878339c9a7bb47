"""From the bytes of a file to checked resources, each with its place. Touches no database."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, get_args, get_origin

from pydantic import BaseModel, Field, ValidationError

from aire_web.config.files import File
from aire_web.config.refusals import Refusal, places, sentence_of
from core.errors import Invalid
from core.manifest import (
    API_VERSION,
    NAME,
    ForeignReader,
    Kind,
    Line,
    Resource,
    Spec,
    foreign_versions,
    kinds,
)
from core.yaml import Document, Path, YamlError, load_documents

_ENV = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
_ENVELOPE = ("apiVersion", "kind", "metadata", "spec")
Label = Annotated[Line, Field(max_length=1_000)]
LabelName = Annotated[Line, Field(min_length=1, max_length=200)]


class Metadata(Spec):
    name: str
    display_name: Annotated[Line, Field(min_length=1, max_length=120)] | None = None
    labels: Annotated[dict[LabelName, Label], Field(max_length=64)] = {}
    annotations: Annotated[dict[LabelName, Label], Field(max_length=64)] = {}


@dataclass(frozen=True, slots=True)
class Wanted:
    """A document as it was read: what it says, and where each part of it stands."""

    kind: Kind[Any]
    resource: Resource[Any]
    file: str
    document: Document
    warnings: tuple[Refusal, ...] = ()

    @property
    def identity(self) -> str:
        return self.kind.identity(self.resource)

    @property
    def line(self) -> int:
        return self.document.line_of()

    def refuse(self, sentence: str, path: Path = ()) -> Refusal:
        return Refusal(self.file, self.document.line_of(path), sentence)

    def place_of(self, text: str, path: Path) -> Path:
        """Where `text` stands: at `path`, or at its place in the list there."""
        value = self.document.value
        try:
            for part in path:
                value = value[part]
        except (LookupError, TypeError):
            return path
        if isinstance(value, list):
            for number, item in enumerate(value):
                if isinstance(item, str) and item.strip().lower() == text.lower():
                    return (*path, number)
        return path


def read_file(file: File, env: Mapping[str, str]) -> tuple[list[Wanted], list[Refusal]]:
    """Every document of one file. One that is refused does not hide the others' mistakes."""
    try:
        documents = load_documents(file.data)
    except YamlError as error:
        return [], [Refusal(file.name, error.line, error.message)]
    found: list[Wanted] = []
    refusals: list[Refusal] = []
    for document in _one_by_one(documents):
        reader = _Reader(file.name, document, env)
        wanted = reader.read()
        refusals += reader.refusals
        if wanted and not reader.refusals:
            found.append(wanted)
    return found, refusals


def _one_by_one(documents: Sequence[Document]) -> Iterator[Document]:
    """Documents of another specification may stand in a list."""
    for document in documents:
        if not _is_foreign_list(document.value):
            yield document
            continue
        for number, part in enumerate(document.value):
            lines = {
                path[1:]: line for path, line in document.lines.items() if path[:1] == (number,)
            }
            yield Document(part, lines)


def _is_foreign_list(value: Any) -> bool:
    return isinstance(value, list) and any(
        isinstance(part, dict) and _foreign(part) is not None for part in value
    )


def _foreign(value: Mapping[str, Any]) -> ForeignReader | None:
    version = value.get("apiVersion")
    return foreign_versions.get(version) if isinstance(version, str) else None


class _Reader:
    """Reads one document and gathers all that is wrong with it."""

    def __init__(self, file: str, document: Document, env: Mapping[str, str]) -> None:
        self.refusals: list[Refusal] = []
        self._file = file
        self._document = document
        self._env = env

    def read(self) -> Wanted | None:
        value = self._document.value
        if not isinstance(value, dict):
            self._refuse("A document must be a mapping with apiVersion, kind, metadata and spec.")
            return None
        if (foreign := _foreign(value)) is not None:
            return self._read_foreign(foreign)
        kind = self._kind(value)
        self._envelope(value)
        if kind is None or self.refusals:
            return None
        metadata = self._validated(Metadata, value["metadata"], "metadata")
        body, secrets = self._secrets(kind, value["spec"])
        spec = self._validated(kind.spec, body, "spec")
        if metadata is None or spec is None:
            return None
        if not NAME.fullmatch(metadata.name):
            self._refuse(
                "metadata.name must be 1 to 63 lower-case letters, digits and hyphens, "
                "with no hyphen at either end.",
                ("metadata", "name"),
            )
        resource = Resource(
            name=metadata.name,
            display_name=metadata.display_name or metadata.name,
            labels=metadata.labels,
            annotations=metadata.annotations,
            spec=spec,
            secrets=secrets,
        )
        return self._settled(kind, resource)

    def _read_foreign(self, reader: ForeignReader) -> Wanted | None:
        """By the rules of its own specification; warnings are kept beside it."""
        found = reader(self._document, self._file, self._env)
        warnings = []
        for told in found.told:
            if told.fatal:
                self._refuse(told.sentence, told.path)
            else:
                line = self._document.line_of(told.path)
                warnings.append(Refusal(self._file, line, told.sentence))
        kind = kinds.get(found.kind)
        if kind is None or found.resource is None or self.refusals:
            return None
        return Wanted(kind, found.resource, self._file, self._document, tuple(warnings))

    def _settled(self, kind: Kind[Any], resource: Resource[Any]) -> Wanted | None:
        try:
            resource = kind.settle(resource)
        except Invalid as error:
            for path, sentence in places(kind, error):
                self._refuse(sentence, path)
            return None
        return Wanted(kind, resource, self._file, self._document)

    def _kind(self, value: Mapping[str, Any]) -> Kind[Any] | None:
        version, name = value.get("apiVersion"), value.get("kind")
        if "apiVersion" in value and version != API_VERSION:
            known = " or ".join((API_VERSION, *foreign_versions.names()))
            self._refuse(f"apiVersion must be {known}.", ("apiVersion",))
        if not isinstance(name, str):
            if "kind" in value:
                self._refuse("kind must be text.", ("kind",))
            return None
        kind = kinds.get(name)
        if kind is None:
            known = ", ".join(kinds.names())
            self._refuse(f"Unknown kind {name[:60]}. Known are {known}.", ("kind",))
        elif kind.api_version != API_VERSION and version == API_VERSION:
            self._refuse(f"The apiVersion of {name} is {kind.api_version}.", ("apiVersion",))
        return kind

    def _envelope(self, value: Mapping[str, Any]) -> None:
        for name in value:
            if name not in _ENVELOPE:
                self._refuse(f"Unknown field {name[:60]}.", (name,))
        for name in _ENVELOPE:
            if name not in value:
                self._refuse(f"{name} is required.")

    def _validated(self, model: type[BaseModel], value: Any, around: str) -> Any:
        try:
            return model.model_validate({} if value is None else value)
        except ValidationError as error:
            known = {(around, *path): names for path, names in _field_names(model).items()}
            for problem in error.errors(include_url=False, include_input=False):
                path = (around, *problem["loc"])
                self._refuse(sentence_of({**problem, "loc": path}, known), path)
        return None

    def _secrets(self, kind: Kind[Any], body: Any) -> tuple[Any, dict[str, str]]:
        """The body without its secrets, and their values from the environment."""
        self._refuse_variables(kind, body, ("spec",))
        if not isinstance(body, dict):
            return body, {}
        secrets: dict[str, str] = {}
        for name in sorted(kind.secrets & body.keys()):
            match = _ENV.fullmatch(body[name]) if isinstance(body[name], str) else None
            path = ("spec", name)
            if match is None:
                self._refuse(f"spec.{name} is taken from the environment only: ${{NAME}}.", path)
            elif not self._env.get(match[1]):
                self._refuse(f"The environment variable {match[1]} is not set.", path)
            else:
                secrets[name] = self._env[match[1]]
        return {name: value for name, value in body.items() if name not in kind.secrets}, secrets

    def _refuse_variables(self, kind: Kind[Any], value: Any, path: Path) -> None:
        """A variable where none is replaced would silently stay what it is."""
        if isinstance(value, dict):
            for name, inner in value.items():
                if not (path == ("spec",) and name in kind.secrets):
                    self._refuse_variables(kind, inner, (*path, name))
        elif isinstance(value, list):
            for number, inner in enumerate(value):
                self._refuse_variables(kind, inner, (*path, number))
        elif isinstance(value, str) and _ENV.fullmatch(value):
            allowed = ", ".join(sorted(kind.secrets)) or "no field"
            self._refuse(f"{value} is not replaced here, only in: {allowed}.", path)

    def _refuse(self, sentence: str, path: Path = ()) -> None:
        self.refusals.append(Refusal(self._file, self._document.line_of(path), sentence))


def _field_names(
    model: type[BaseModel], path: tuple[str, ...] = ()
) -> dict[tuple[str, ...], Sequence[str]]:
    """The names that files may use at each place, for suggestions."""
    names = {field.alias or name: field for name, field in model.model_fields.items()}
    found: dict[tuple[str, ...], Sequence[str]] = {path: list(names)}
    for name, field in names.items():
        for inner in _models_in(field.annotation):
            found |= _field_names(inner, (*path, name))
    return found


def _models_in(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and get_origin(annotation) is None:
        return [annotation] if issubclass(annotation, BaseModel) else []
    return [model for part in get_args(annotation) for model in _models_in(part)]
