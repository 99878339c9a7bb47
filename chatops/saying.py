"""How replies are put together: sentences, lines about incidents, refusals. Reads only."""

from __future__ import annotations

from collections.abc import Iterable
from zoneinfo import ZoneInfo

from accounts.models import User
from alerts import severity as severities
from chatops.grammar import Command, Dialect
from chatops.surface import (
    Block,
    Bold,
    Button,
    Code,
    Context,
    Link,
    Person,
    Reply,
    Row,
    Text,
    When,
    Words,
)
from core import clock
from core.errors import AireError, Conflict, Invalid, NotFound
from incidents.cards import path
from incidents.lifecycle import INCIDENT
from incidents.models import Incident


def said(sentence: str, *blocks: Block, about: Incident | None = None) -> Reply:
    """A sentence to the asker, with more below it."""
    return Reply(
        blocks=(Text((sentence,)), *blocks),
        text=sentence,
        incident_ref=about.ref if about else "",
    )


def shown(text: str, *blocks: Block, about: Incident | None = None) -> Reply:
    """Blocks that speak for themselves; `text` is what a screen reader says."""
    return Reply(blocks=blocks, text=text, incident_ref=about.ref if about else "")


def refused(error: AireError, command: Command | None, dialect: Dialect) -> Reply:
    """Why not, and what to write instead."""
    sentence = sentence_of(error)
    blocks: list[Block] = [Text((sentence,))]
    right_words = isinstance(error, Invalid | NotFound)
    if command is not None and right_words and dialect.usage(command) not in sentence:
        example = dialect.example(command)
        usage: Words = ("Write ", Code(dialect.usage(command)), ", for example ", Code(example))
        blocks.append(Context(usage))
    if command is not None and isinstance(error, Conflict) and error.allowed:
        now = ", ".join(INCIDENT.label(name).lower() for name in _statuses(error.allowed))
        if now:
            blocks.append(Context((f"Possible now: {now}.",)))
    return Reply(blocks=tuple(blocks), text=sentence)


def sentence_of(error: AireError) -> str:
    """The message, with what each field is wrong about where that says more."""
    lines = error.errors.values() if isinstance(error, Invalid) else ()
    more = [line for found in lines for line in found if line not in error.message]
    return " ".join([error.message, *more])


def _statuses(names: Iterable[str]) -> list[str]:
    known = {state.name for state in INCIDENT.states}
    return [name for name in names if name in known]


def line_of(incident: Incident) -> Words:
    """ "SEV2 INC-42: title · Acknowledged · opened 12 min ago"."""
    marks = ("Drill · " if incident.drill else "") + ("Private · " if incident.private else "")
    return (
        Bold(incident.severity.upper()),
        " ",
        Link(incident.ref, path(incident)),
        f" {incident.title} · {marks}{INCIDENT.label(incident.status)} · opened ",
        When(incident.opened_at, "ago"),
    )


def rows_of(incidents: Iterable[Incident], *, label: str, command: str) -> tuple[Row, ...]:
    """A line an incident with one button: `command` with {ref} in it is what a press runs."""
    return tuple(
        Row(
            line_of(incident),
            Button("run", label, value=command.replace("{ref}", incident.ref)),
        )
        for incident in incidents
    )


def person(user: User) -> Person:
    return Person(user.pk, str(user))


def local_time(user: User) -> str:
    """What the clock says for somebody: "03:12 for Ben (Europe/Berlin)"."""
    now = clock.now().astimezone(ZoneInfo(user.time_zone))
    return f"{now:%H:%M} for {user} ({user.time_zone})"


def severity_words(severity: str) -> str:
    pages = "pages" if severities.pages(severity) else "pages nobody"
    return f"{severity.upper()}, {pages}"
