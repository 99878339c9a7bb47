"""The grammar of commands: `/resolve note`, `/page @ben reason`. Pure; no database, no vendor.

One table says every command's name, what it needs and what it does. The box on the incident page,
chat and the help pages read the same table.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from core.errors import Invalid

SIGN = "/"
MAX_SHOWN = 40
SEVERITY = re.compile(r"(?:sev-?)?([1-4])", re.IGNORECASE | re.ASCII)
ROLES: Mapping[str, str] = {
    "lead": "lead",
    "communications": "communications",
    "comms": "communications",
    "scribe": "scribe",
    "model-owner": "model-owner",
    "model": "model-owner",
}
"""What people write for a role → the role."""


@dataclass(frozen=True, slots=True)
class Part:
    """A word after the command, or with `kind` "text" all that follows. Kinds: `severity`,
    `person` (@name, e-mail address or me), `role`, `text`."""

    name: str
    kind: str
    required: bool = True

    @property
    def usage(self) -> str:
        shown = _SHOWN.get(self.kind, self.name)
        return shown if self.required else f"[{shown}]"


@dataclass(frozen=True, slots=True)
class Command:
    """`to` is the status that it moves the incident to, where it does that."""

    name: str
    does: str
    parts: tuple[Part, ...] = ()
    to: str = ""

    @property
    def usage(self) -> str:
        return " ".join([SIGN + self.name, *(part.usage for part in self.parts)])


@dataclass(frozen=True, slots=True)
class Order:
    """A command with its words; each part has a value, "" where it was left out."""

    command: Command
    values: Mapping[str, str] = field(default_factory=dict)


_SHOWN = {"severity": "1-4", "person": "@person", "role": "role"}
_NOTE = Part("note", "text", required=False)
_NEEDED_NOTE = Part("note", "text")

COMMANDS: tuple[Command, ...] = (
    Command("ack", "Acknowledge: you are on it, nobody else is paged", (_NOTE,), "acknowledged"),
    Command("mitigate", "People no longer feel it", (_NOTE,), "mitigated"),
    Command("resolve", "It is over", (_NOTE,), "resolved"),
    Command("close", "Nothing is left to do", (_NOTE,), "closed"),
    Command("reopen", "It is back; say why", (_NEEDED_NOTE,), "acknowledged"),
    Command("cancel", "It was a false alarm; say why", (_NEEDED_NOTE,), "cancelled"),
    Command(
        "sev",
        "Set the severity",
        (Part("severity", "severity"), Part("reason", "text", required=False)),
    ),
    Command("lead", "Who leads; me takes it", (Part("person", "person"),)),
    Command(
        "role",
        "Give a role: lead, communications, scribe, model-owner",
        (Part("role", "role"), Part("person", "person")),
    ),
    Command("task", "Note something to do", (Part("text", "text"),)),
    Command(
        "page",
        "Page somebody now",
        (Part("person", "person"), Part("reason", "text", required=False)),
    ),
    Command("note", "Write a note", (Part("text", "text"),)),
)
BY_NAME: Mapping[str, Command] = {command.name: command for command in COMMANDS}
NOTE = BY_NAME["note"]


class CommandError(Invalid):
    """It is no command, or its words are not what it needs. `command` is None for no command."""

    def __init__(self, message: str, command: Command | None = None) -> None:
        super().__init__(message)
        self.command = command


def parse(text: str) -> Order:
    """What somebody typed, as an order. Text without a leading slash is a note; `//` begins a
    note with one slash. Raises `CommandError` with what to write instead."""
    text = text.strip()
    if not text.startswith(SIGN) or text.startswith(SIGN * 2):
        return Order(NOTE, {"text": text.removeprefix(SIGN)})
    text = text.removeprefix(SIGN)
    word, rest = ("", text) if text[:1].isspace() else _word(text)
    command = BY_NAME.get(word.lower())
    if command is None:
        raise CommandError(
            f"There is no command {SIGN}{_short(word)}. "
            f"Commands: {', '.join(SIGN + known for known in BY_NAME)}. "
            "Begin with // to write a note that begins with a slash."
        )
    return Order(command, _read(command, rest))


def _read(command: Command, rest: str) -> dict[str, str]:
    values: dict[str, str] = {}
    for part in command.parts:
        word, rest = (rest, "") if part.kind == "text" else _word(rest)
        if not word and part.required:
            raise CommandError(f"{SIGN}{command.name} needs more. Write: {command.usage}", command)
        values[part.name] = _value(command, part, word)
    if rest:
        raise CommandError(
            f"“{_short(rest)}” is more than {SIGN}{command.name} takes. Write: {command.usage}",
            command,
        )
    return values


def _value(command: Command, part: Part, word: str) -> str:
    if part.kind == "severity":
        found = SEVERITY.fullmatch(word)
        if not found:
            raise CommandError(
                f"“{_short(word)}” is not a severity: 1, 2, 3 or 4. Write: {command.usage}", command
            )
        return f"sev{found.group(1)}"
    if part.kind == "role":
        if word.lower() not in ROLES:
            known = ", ".join(dict.fromkeys(ROLES.values()))
            raise CommandError(
                f"“{_short(word)}” is not a role: {known}. Write: {command.usage}", command
            )
        return ROLES[word.lower()]
    return word


def _word(text: str) -> tuple[str, str]:
    """The first word and what follows it, whose own lines stay as they are."""
    parts = text.split(maxsplit=1)
    return (parts[0] if parts else "", parts[1] if len(parts) > 1 else "")


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= MAX_SHOWN else f"{line[:MAX_SHOWN]}…"
