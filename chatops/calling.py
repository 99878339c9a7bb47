"""What a command and a dialog are given: who asks, where, about what. No HTTP, no vendor."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from accounts.models import User
from chatops.grammar import Command, Dialect
from chatops.surface import Field, Form, FormErrors, Place, Reply
from core.actor import Actor
from incidents.models import Incident


@dataclass(frozen=True, slots=True)
class Call:
    """An order that is to be carried out. The asker may see the incident and has the role.
    `known` are all commands, for those that speak of them."""

    asker: User
    actor: Actor
    place: Place
    dialect: Dialect
    words: Mapping[str, str] = field(default_factory=dict)
    about: Incident | None = None
    occurred_at: datetime | None = None
    known: Mapping[str, Command] = field(default_factory=dict)

    @property
    def incident(self) -> Incident:
        """Of commands that are about one."""
        assert self.about is not None
        return self.about


Answer = str | Reply | Form
"""A sentence, more than a sentence, or a question back."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """A command: its declaration, and what carries it out."""

    command: Command
    do: Callable[[Call], Answer]


@dataclass(frozen=True, slots=True)
class Values:
    """What came back for the fields of a form, checked for its shape already."""

    given: Mapping[str, object]

    def text(self, name: str) -> str:
        value = self.given.get(name)
        return value.strip() if isinstance(value, str) else ""

    def many(self, name: str) -> list[str]:
        value = self.given.get(name)
        return [str(item) for item in value] if isinstance(value, list | tuple) else []

    def flag(self, name: str) -> bool:
        return self.given.get(name) is True


@dataclass(frozen=True, slots=True)
class Filled:
    """A dialog that was sent."""

    asker: User
    actor: Actor
    place: Place
    values: Values
    state: Mapping[str, str]
    about: Incident | None = None

    @property
    def incident(self) -> Incident:
        assert self.about is not None
        return self.about


@dataclass(frozen=True, slots=True)
class Dialog:
    """A form: its fields as they are before anything is known, how it is opened (`opens` takes the
    call whose words are there, its incident may still be unknown) and what takes it. `errors` are
    the names that services have for its fields, where they differ."""

    name: str
    title: str
    submit: str
    fields: tuple[Field, ...]
    opens: Callable[[Call], Form | Reply]
    takes: Callable[[Filled], Reply | Form | FormErrors]
    about_incident: bool = True
    anyone: bool = False
    errors: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Press:
    """A button or a picker: what a press does with its value."""

    action: str
    does: Callable[[Call, str], Reply | Form | None]
