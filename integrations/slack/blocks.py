"""A delivery's message (a page, a notice) as Slack's message, by the same renderer as cards. Pure.

What it holds is plain text from outside: nothing in it becomes a mention or a link.
"""

from __future__ import annotations

from typing import Any

from chatops.surface import Block, Bold, Button, Buttons, Context, Fields, Heading, Reply, Text
from integrations.slack.render import Look, message
from integrations.slack.render.elements import OPEN
from notifications.message import Message, subject

BODY = 2_800
ACTIONS = 4


def payload(given: Message, *, may_repeat: bool = False) -> dict[str, Any]:
    """What `chat.postMessage` takes beside the place; links are never unfurled."""
    text = subject(given, may_repeat=may_repeat)
    return message(Reply(_blocks(given, may_repeat), text=text), Look())


def _blocks(given: Message, may_repeat: bool) -> tuple[Block, ...]:
    """Header, title, facts, text, why, buttons."""
    marks = ("[drill] " if given.drill else "") + ("[possible repeat] " if may_repeat else "")
    parts: list[Block] = [
        Heading(marks + (given.headline or "AIRE")),
        Text((Bold(given.title),)),
    ]
    if given.facts:
        parts.append(Fields(tuple((label, (value,)) for label, value in given.facts)))
    if given.body:
        parts.append(Text((given.body[:BODY],)))
    parts += [Context((note,)) for note in _notes(given, may_repeat)]
    if buttons := _buttons(given):
        parts.append(Buttons(buttons))
    return tuple(parts)


def _notes(given: Message, may_repeat: bool) -> list[str]:
    notes = [f"Why you got this: {given.why}"] if given.why else []
    if may_repeat:
        notes.append("An earlier try may have reached you: this can be the same page again.")
    if given.drill:
        notes.append("This is a drill. Nothing is broken.")
    return notes


def _buttons(given: Message) -> tuple[Button, ...]:
    pressed = [
        Button(
            action.name[:200], action.label, value=action.ref, style="primary" if not number else ""
        )
        for number, action in enumerate(given.actions[:ACTIONS])
    ]
    opening = [Button(OPEN, "Open in AIRE", url=given.url)] if given.url else []
    return (*pressed, *opening)
