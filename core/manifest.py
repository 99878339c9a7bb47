"""Config as code, without any of its kinds: what a kind of document is, and the registry of them.

Rooms describe their kinds in `manifest.py`; wiring registers them in the order in which they can
be applied. Reading files, planning and applying live in `aire_web.config`.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from typing import Annotated, Any, ClassVar, Generic, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
)
from pydantic.alias_generators import to_camel

from core.actor import Actor
from core.clock import WEEKDAYS
from core.registry import Registry
from core.yaml import Document, Path

API_VERSION = "aire/v1"
MAX_SECONDS = 366 * 86_400
NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_UNITS = {"w": 604_800, "d": 86_400, "h": 3_600, "m": 60, "s": 1}
_DURATION = re.compile(r"(?:([0-9]{1,9})w)?(?:([0-9]{1,9})d)?(?:([0-9]{1,9})h)?"
                       r"(?:([0-9]{1,9})m)?(?:([0-9]{1,9})s)?")  # fmt: skip


class Spec(BaseModel):
    """Base of every document's body: camelCase names, nothing unknown, nothing converted."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        frozen=True,
        alias_generator=to_camel,
        validate_by_alias=True,
        validate_by_name=False,
        allow_inf_nan=False,
    )

    def plain(self) -> dict[str, Any]:
        """As it stands in a file, without what equals the default."""
        return self.model_dump(mode="json", by_alias=True, exclude_defaults=True)


S = TypeVar("S", bound=Spec)


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource(Generic[S]):
    """One document, or what one would have to say to describe what exists.

    `secrets` are values read from the environment by field name; what exists has none.
    """

    name: str
    display_name: str
    spec: S
    labels: Mapping[str, str] = field(default_factory=dict)
    annotations: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Reference:
    """A document names another one, at `path` within its spec (or in the list at `path`)."""

    kind: str
    identity: str
    path: Path


class Kind(ABC, Generic[S]):
    """One kind of document. `present` and `save` agree: what was saved is present as it was said.

    `service_fields` says where in the file the fields named in `Invalid.errors` stand, where that
    is not the obvious place. Fields in `kept_when_absent` stay as they are when a file does not
    name them; all others then have their default. What a kind does not keep of the metadata,
    `apply` keeps for it.
    """

    name: ClassVar[str]
    api_version: ClassVar[str] = API_VERSION
    also_named_by: ClassVar[str] = ""
    """Another kind whose documents name one of this kind as well."""
    secrets: ClassVar[frozenset[str]] = frozenset()
    keeps_labels: ClassVar[bool] = False
    keeps_display_name: ClassVar[bool] = True
    kept_when_absent: ClassVar[frozenset[str]] = frozenset()
    service_fields: ClassVar[Mapping[str, Path]] = {}

    @property
    @abstractmethod
    def spec(self) -> type[S]:
        """The model of the body."""

    @abstractmethod
    def present(self) -> dict[str, Resource[S]]:
        """Everything of this kind that exists, by identity, in a readable order."""

    @abstractmethod
    def save(self, resource: Resource[S], *, actor: Actor) -> str | None:
        """Create or update through the room's service; answers a key that was generated."""

    @abstractmethod
    def remove(self, identity: str, *, actor: Actor) -> str:
        """Take away what the files no longer name; answers what was done, such as `delete`.
        Raises an `AireError` when it is needed."""

    def settle(self, resource: Resource[S]) -> Resource[S]:
        """The document in its one normal form. Raises `Invalid` for parts that clash."""
        return resource

    def identity(self, resource: Resource[S]) -> str:
        """What other documents call it."""
        return resource.name

    def written(self, resource: Resource[S]) -> Mapping[str, Any] | None:
        """The whole document, of a kind that keeps it word for word; else None."""
        return None

    def references(self, resource: Resource[S]) -> Iterator[Reference]:
        """The documents that this one needs."""
        yield from ()

    def link(self, resource: Resource[S], *, actor: Actor) -> None:
        """What can only be saved once the documents of all other kinds are there."""

    def remarks(self, resource: Resource[S]) -> Iterator[tuple[Path, str]]:
        """What whoever applied it should know although it is allowed, by place within the spec.
        Asked when everything is saved and linked."""
        yield from ()

    def unlink(self, identity: str, *, actor: Actor) -> None:
        """The opposite of `link`, before anything is removed."""

    def has_secret(self, identity: str, field_name: str, raw: str) -> bool:
        """Whether what exists already has this secret."""
        raise NotImplementedError(f"{self.name} has no secrets")


@dataclass(frozen=True, slots=True, kw_only=True)
class SpecField:
    """A field that a higher room adds to a lower room's kind.

    `read` answers the values that are set, by identity; `write` sets one, None takes it away.
    """

    name: str
    description: str
    reference_kind: str
    read: Callable[[], Mapping[str, str]]
    write: Callable[[str, str | None, Actor], None]

    @property
    def alias(self) -> str:
        """Its name in files."""
        return to_camel(self.name)


kinds: Registry[Kind[Any]] = Registry("config kind")


@dataclass(frozen=True, slots=True)
class Told:
    """A finding at a place of a document; only a fatal one refuses it."""

    path: Path
    sentence: str
    fatal: bool = True


@dataclass(frozen=True, slots=True)
class ForeignResource:
    """A document of another specification as one of our kinds takes it, and what was found."""

    kind: str
    resource: Resource[Any] | None
    told: tuple[Told, ...] = ()


ForeignReader = Callable[[Document, str, Mapping[str, str]], ForeignResource]
"""Reads one document: its value and lines, the file's name, the environment."""

foreign_versions: Registry[ForeignReader] = Registry("foreign apiVersion")
"""By `apiVersion`: documents whose specification is not ours."""


# -- types that several kinds use ------------------------------------------------------------


def _line(text: str) -> str:
    return " ".join(text.split())


def _email(text: str) -> str:
    return text.strip().lower()


def _sorted_once(items: Iterable[str]) -> list[str]:
    return sorted(set(items))


def parse_seconds(value: object) -> object:
    """`90s`, `5m`, `1h30m`, `2d`, `1w`; a bare whole number is seconds."""
    if isinstance(value, str):
        match = _DURATION.fullmatch(value.strip())
        if not value.strip() or match is None:
            raise ValueError("write a duration as 90s, 5m, 1h30m or 2d")
        return sum(
            int(count or 0) * size
            for count, size in zip(match.groups(), _UNITS.values(), strict=True)
        )
    return value


def write_seconds(seconds: int) -> str:
    """The shortest text that `parse_seconds` reads back."""
    parts = []
    for unit, size in list(_UNITS.items())[1:]:
        count, seconds = divmod(seconds, size)
        if count:
            parts.append(f"{count}{unit}")
    return "".join(parts) or "0s"


def _parse_moment(value: object) -> object:
    if isinstance(value, str):
        try:
            moment = datetime.fromisoformat(value.strip())
            if moment.tzinfo is not None:
                return moment.astimezone(UTC)
        except (ValueError, OverflowError):
            pass
    raise ValueError("write a time with its zone, as 2025-01-06T09:00:00Z")


def write_moment(moment: datetime) -> str:
    """ISO 8601 in UTC, as `_parse_moment` reads it back."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _wall_time(text: str) -> str:
    try:
        return f"{time.fromisoformat(text):%H:%M}"
    except ValueError:
        raise ValueError("write a time of day as 09:30") from None


Line = Annotated[str, AfterValidator(_line)]
Text = Annotated[str, AfterValidator(str.strip)]
Email = Annotated[str, AfterValidator(_email)]
Name = Annotated[str, Field(min_length=1, max_length=63)]
Names = Annotated[list[Name], AfterValidator(_sorted_once)]
Emails = Annotated[list[Email], AfterValidator(_sorted_once)]
Labels = dict[str, str]
Seconds = Annotated[
    int, BeforeValidator(parse_seconds), Field(ge=0, le=MAX_SECONDS), PlainSerializer(write_seconds)
]
WallTime = Annotated[Line, AfterValidator(_wall_time)]
Moment = Annotated[datetime, BeforeValidator(_parse_moment), PlainSerializer(write_moment)]


def one_of(choices: Collection[str]) -> AfterValidator:
    """A text that is one of these, told in a sentence that lists them."""
    known = tuple(choices)

    def check(text: str) -> str:
        if text not in known:
            raise ValueError(f"must be one of: {', '.join(known)}")
        return text

    return AfterValidator(check)


Weekday = Annotated[str, one_of(WEEKDAYS)]
