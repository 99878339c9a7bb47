"""Help, made from the registry: the overview, and one command with usage and example."""

from __future__ import annotations

from collections.abc import Mapping

from chatops.calling import Call
from chatops.grammar import Command, CommandError, Dialect, nearest, short
from chatops.saying import shown
from chatops.surface import Block, Button, Code, Context, Heading, Link, Reply, Row, Text, Words

DOCS = "/incidents/commands/"


def explain(call: Call) -> Reply:
    word = call.words.get("command", "").lower().removeprefix("/")
    if not word:
        return overview(call.known, call.dialect)
    command = call.known.get(word)
    if command is None:
        meant = nearest(word, call.known)
        hint = f" Did you mean {meant}?" if meant else ""
        raise CommandError(f"There is no command {short(word)}.{hint}")
    return one(command, call.dialect)


def overview(known: Mapping[str, Command], dialect: Dialect) -> Reply:
    """A line a command. In an incident's own place no id is needed."""
    lines: Words = ()
    for number, command in enumerate(known.values()):
        lines = (*lines, "\n" if number else "", Code(command.name), f" {command.does}")
    blocks: list[Block] = [Heading("What you can write"), Text(lines)]
    if dialect.ids:
        blocks.append(
            Context(
                (
                    "Name an incident by its id (",
                    Code("/aire ack 42"),
                    "), leave it out in the incident's channel, or choose from a list. ",
                    Code("/aire help sev"),
                    " shows how one command is written. ",
                    Link("All of it", DOCS),
                )
            )
        )
    return shown(f"Commands: {', '.join(known)}.", *blocks)


def one(command: Command, dialect: Dialect) -> Reply:
    usage, example = dialect.usage(command), dialect.example(command)
    words: Words = (Code(usage), f"\n{command.does}.", "\nFor example ", Code(example))
    blocks: list[Block] = []
    if command.form:
        label = "Open the form"
        blocks.append(Row(words, Button(f"form:{command.form}", label)))
    else:
        blocks.append(Text(words))
    return shown(f"{usage}: {command.does}. For example {example}", *blocks)
