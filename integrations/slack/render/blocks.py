"""The blocks of messages, modals and the home tab: one function a kind of block. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from chatops.surface import (
    Block,
    Buttons,
    Context,
    Divider,
    Fields,
    Heading,
    Picker,
    Quote,
    Row,
    Text,
    Words,
)
from integrations.slack.render import limits
from integrations.slack.render.elements import actions, button, picker, unique
from integrations.slack.render.quote import quoted
from integrations.slack.render.words import Look, escaped, mrkdwn, plain_of, text_of

Drawn = dict[str, Any]


def blocks(
    given: Iterable[Block],
    look: Look,
    *,
    most: int = limits.MESSAGE_BLOCKS,
    size: int = limits.MESSAGE,
) -> list[Drawn]:
    """Within the number of blocks and the sum of their text that Slack takes; what is left out is
    said so at the end."""
    out: list[Drawn] = []
    for one in given:
        for drawn in block(one, look):
            size -= len(json.dumps(drawn, ensure_ascii=False))
            if len(out) >= most - 1 or size < 0:
                return [*out, context((limits.MORE,), look)]
            out.append(drawn)
    return out


def block(one: Block, look: Look) -> list[Drawn]:
    match one:
        case Heading():
            return [{"type": "header", "text": plain_of(one.text, limits.HEADER)}]
        case Text():
            return [section(one.words, look)]
        case Quote():
            return [{"type": "section", "text": text_of(quoted(one.text))}] if one.text else []
        case Row():
            return [_row(one, look)]
        case Fields():
            return fields(one.rows, look)
        case Context():
            return [context(one.words, look)]
        case Divider():
            return [{"type": "divider"}]
        case Buttons():
            elements = actions(one.items, one.more, look)
            return [{"type": "actions", "elements": elements}] if elements else []
        case Picker():
            drawn = picker(one)
            return [{"type": "actions", "elements": [drawn]}] if drawn else []


def section(words: Words, look: Look) -> Drawn:
    return {"type": "section", "text": text_of(mrkdwn(words, look, limits.SECTION, limits.MORE))}


def context(words: Words, look: Look) -> Drawn:
    return {"type": "context", "elements": [text_of(mrkdwn(words, look, limits.CONTEXT))]}


def fields(rows: Sequence[tuple[str, Words]], look: Look) -> list[Drawn]:
    """Ten to a section."""
    drawn = [text_of(_field(label, words, look)) for label, words in rows]
    return [
        {"type": "section", "fields": drawn[start : start + limits.FIELDS]}
        for start in range(0, len(drawn), limits.FIELDS)
    ]


def _field(label: str, words: Words, look: Look) -> str:
    head = f"*{escaped(' '.join(label.split()).replace('*', ''), 60) or '–'}*\n"
    value = mrkdwn(words, look, limits.FIELD - len(head), limits.MORE)
    return head + (value or "–")


def _row(one: Row, look: Look) -> Drawn:
    drawn = section(one.words, look)
    if one.button is not None:
        beside = button(one.button, look)
    elif one.more:
        beside = next(iter(actions((), one.more, look)), None)
    else:
        beside = None
    if beside is not None:
        (drawn["accessory"],) = unique([beside])
    return drawn
