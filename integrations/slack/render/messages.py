"""Whole messages: an answer, a digest, an incident's card. Pure.

A message always has a `text`: it is what a push and a screen reader say, and what is sent alone
when Slack refuses the blocks.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chatops.surface import (
    Block,
    Button,
    Buttons,
    Card,
    Context,
    Digest,
    Fields,
    Heading,
    Link,
    Reply,
    Text,
)
from integrations.slack.render import limits
from integrations.slack.render.blocks import blocks
from integrations.slack.render.elements import OPEN
from integrations.slack.render.words import Look, escaped

CARD_BUTTONS = 5
SIGNS: Mapping[str, str] = {
    "open": "🔴",
    "acknowledged": "🟠",
    "mitigated": "🟡",
    "resolved": "🟢",
    "closed": "⚪",
    "cancelled": "⚪",
}
"""The state at a glance, also where colours are not shown."""


def message(given: Reply | Digest | Card, look: Look) -> dict[str, Any]:
    """What `chat.postMessage` and `chat.update` take beside the place; links never unfurl."""
    if isinstance(given, Card):
        return _message(card_text(given), card_blocks(given), look)
    return _message(given.text, given.blocks, look)


def text_only(body: Mapping[str, Any]) -> dict[str, Any]:
    """The same message when Slack finds its blocks too much. `blocks` is sent empty, so that an
    edit takes the old ones away."""
    return {**body, "blocks": []}


def card_text(card: Card) -> str:
    drill = "[drill] " if card.drill else ""
    text = card.text or f"{card.headline}: {card.title}"
    return drill + text if not text.startswith("[drill]") else text


def card_blocks(card: Card) -> tuple[Block, ...]:
    """Header, title as the link, facts, the last word, what can be done."""
    sign = SIGNS.get(card.status, "⚪")
    drill = "[drill] " if card.drill and "[drill]" not in card.headline else ""
    opening = Button(OPEN, "Open in AIRE", url=card.url)
    buttons = [*card.buttons]
    if not any(one.url for one in buttons):
        buttons = [*buttons[: CARD_BUTTONS - 1], opening]
    parts: list[Block] = [
        Heading(f"{sign} {drill}{card.headline}"),
        Text((Link(card.title, card.url),) if card.url else (card.title,)),
    ]
    if card.fields:
        parts.append(Fields(card.fields))
    if card.context:
        parts.append(Context(card.context))
    if card.drill:
        parts.append(Context(("This is a drill. Nothing is broken.",)))
    parts.append(Buttons(tuple(buttons), card.more))
    return tuple(parts)


def _message(text: str, given: tuple[Block, ...], look: Look) -> dict[str, Any]:
    return {
        "text": escaped(" ".join(text.split()), limits.TEXT) or "AIRE",
        "blocks": blocks(given, look),
        "unfurl_links": False,
        "unfurl_media": False,
    }
