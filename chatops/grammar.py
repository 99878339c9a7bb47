"""The grammar of commands: `/resolve note`, `/page @ben reason`. Pure; no database, no vendor.

A command is declared once, in its file under `chatops/commands/`. The box on the incident page,
chat, completion and the help read the same declarations.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from core.errors import Invalid

MAX_SHOWN = 40
SEVERITY = re.compile(r"(?:sev-?)?([1-4])", re.IGNORECASE | re.ASCII)
REF = re.compile(r"INC-([1-9][0-9]{0,8})", re.IGNORECASE | re.ASCII)
NUMBER = re.compile(r"#?([1-9][0-9]{0,8})", re.ASCII)
ROLES: Mapping[str, str] = {
    "lead": "lead",
    "communications": "communications",
    "comms": "communications",
    "scribe": "scribe",
    "model-owner": "model-owner",
    "model": "model-owner",
}
"""What people write for a role → the role."""

ELSEWHERE: Mapping[str, str] = {
    "new": "declare",
    "create": "declare",
    "trigger": "declare",
    "incident": "declare",
    "escalate": "page",
    "who": "oncall",
    "whoami": "link",
    "on-call": "oncall",
    "timeline": "note",
    "todo": "task",
    "action": "task",
    "assign": "role",
    "mute": "silence",
    "snooze": "silence",
    "fixed": "resolve",
    "info": "status",
    "commands": "help",
}
"""What people write in other tools → the command."""


@dataclass(frozen=True, slots=True)
class Part:
    """A word after the command, or with `kind` "text" all that follows. Kinds: `severity`,
    `person` (@name, e-mail address or me), `role`, `word`, `text`."""

    name: str
    kind: str
    required: bool = True

    @property
    def usage(self) -> str:
        shown = _SHOWN.get(self.kind, self.name)
        return shown if self.required else f"[{shown}]"


@dataclass(frozen=True, slots=True)
class Command:
    """`to` is the status that it moves the incident to, where it does that. `form` is the dialog
    that asks for what was left out; `asks_always`: it opens whatever was said. `anyone`: a viewer
    may use it. `page` names the page of the web that does the same, by its address there."""

    name: str
    does: str
    example: str
    parts: tuple[Part, ...] = ()
    about_incident: bool = True
    to: str = ""
    form: str = ""
    asks_always: bool = False
    anyone: bool = False
    page: str = ""

    @property
    def required(self) -> tuple[Part, ...]:
        return tuple(part for part in self.parts if part.required)


@dataclass(frozen=True, slots=True)
class Dialect:
    """Where commands are typed: what stands before them, whether an incident is named by its id,
    and whether the place is an incident's own."""

    sign: str
    ids: bool
    own_incident: bool = True

    def usage(self, command: Command) -> str:
        """ "/aire sev [INC-42] 1-4 [reason]"."""
        ref = ["[INC-42]"] if self.ids and command.about_incident else []
        return " ".join([f"{self.sign}{command.name}", *ref, *(p.usage for p in command.parts)])

    def example(self, command: Command) -> str:
        ref = ["INC-42"] if self.ids and command.about_incident else []
        said = [command.example] if command.example else []
        return " ".join([f"{self.sign}{command.name}", *ref, *said])


BOX = Dialect("/", ids=False)
"""The box on an incident's page."""


def chat(*, own_incident: bool) -> Dialect:
    return Dialect("/aire ", ids=True, own_incident=own_incident)


@dataclass(frozen=True, slots=True)
class Order:
    """A command with its words; each part has a value, "" where it was left out. `ref` is the
    incident that was named, "" for none."""

    command: Command
    values: Mapping[str, str] = field(default_factory=dict)
    ref: str = ""


_SHOWN = {"severity": "1-4", "person": "@person", "role": "role"}


class CommandError(Invalid):
    """It is no command, or its words are not what it needs. `command` is None for no command."""

    def __init__(self, message: str, command: Command | None = None) -> None:
        super().__init__(message)
        self.command = command


class NeedsMore(CommandError):
    """Words are missing. `ref` and `values` hold those that are there."""

    def __init__(
        self, message: str, command: Command, ref: str = "", values: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(message, command)
        self.ref = ref
        self.values = dict(values or {})


def read(text: str, commands: Mapping[str, Command], dialect: Dialect) -> Order:
    """What somebody typed, without its sign, as an order. Raises nothing but `CommandError`, with
    what to write instead."""
    word, rest = ("", text) if text[:1].isspace() else first_word(text)
    command = commands.get(word.lower())
    if command is None:
        raise CommandError(_unknown(word, commands, dialect))
    ref, rest = _ref(command, rest, dialect)
    return Order(command, _read(command, rest, dialect, ref), ref)


def first_word(text: str) -> tuple[str, str]:
    """The first word and what follows it, whose own lines stay as they are."""
    parts = text.split(maxsplit=1)
    return (parts[0] if parts else "", parts[1] if len(parts) > 1 else "")


def nearest(word: str, known: Collection[str]) -> str:
    """The command that was probably meant, "" for none."""
    word = word.lower()[:MAX_SHOWN]
    if (other := ELSEWHERE.get(word, "")) in known:
        return other
    longer = [name for name in known if len(name) > 2 and word.startswith(name)]
    if longer:
        return max(longer, key=len)
    found = difflib.get_close_matches(word, known, n=1, cutoff=0.6)
    return found[0] if found else ""


def short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= MAX_SHOWN else f"{line[:MAX_SHOWN]}…"


def _unknown(word: str, commands: Mapping[str, Command], dialect: Dialect) -> str:
    said = f"There is no command {dialect.sign}{short(word)}. "
    if meant := nearest(word, commands):
        usage = dialect.usage(commands[meant])
        said += f"Did you mean {dialect.sign}{meant}? Write: {usage}. "
    names = ", ".join(commands)
    said += f"Commands: {names}."
    if not dialect.ids:
        said += " Begin with // to write a note that begins with a slash."
    return said


def _ref(command: Command, rest: str, dialect: Dialect) -> tuple[str, str]:
    """The incident that is named first, and what follows. A bare number is one where it cannot be
    a word of the command: as the only word, before words of another kind, and before text in a
    place that is no incident's own."""
    if not (dialect.ids and command.about_incident):
        return "", rest
    word, after = first_word(rest)
    if found := REF.fullmatch(word):
        return f"INC-{found[1]}", after
    found = NUMBER.fullmatch(word)
    if not found:
        return "", rest
    kind = command.parts[0].kind if command.parts else ""
    if kind == "severity" and (SEVERITY.fullmatch(word) or (len(word) == 1 and not after)):
        return "", rest  # 9 alone is a wrong severity rather than an incident
    if kind == "text" and dialect.own_incident and after and not word.startswith("#"):
        return "", rest
    return f"INC-{found[1]}", after


def _read(command: Command, rest: str, dialect: Dialect, ref: str) -> dict[str, str]:
    usage = dialect.usage(command)
    values: dict[str, str] = {}
    for part in command.parts:
        word, rest = (rest, "") if part.kind == "text" else first_word(rest)
        if not word and part.required:
            said = f"{dialect.sign}{command.name} needs more. Write: {usage}"
            raise NeedsMore(said, command, ref, values)
        values[part.name] = _value(command, part, word, usage)
    if rest:
        said = f"“{short(rest)}” is more than {dialect.sign}{command.name} takes. Write: {usage}"
        raise CommandError(said, command)
    return values


def _value(command: Command, part: Part, word: str, usage: str) -> str:
    if not word:
        return ""
    if part.kind == "severity":
        found = SEVERITY.fullmatch(word)
        if not found:
            said = f"“{short(word)}” is not a severity: 1, 2, 3 or 4. Write: {usage}"
            raise CommandError(said, command)
        return f"sev{found.group(1)}"
    if part.kind == "role":
        if word.lower() not in ROLES:
            known = ", ".join(dict.fromkeys(ROLES.values()))
            said = f"“{short(word)}” is not a role: {known}. Write: {usage}"
            raise CommandError(said, command)
        return ROLES[word.lower()]
    return word
