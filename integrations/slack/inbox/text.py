"""What somebody typed, out of Slack's encoding of it. Pure.

https://docs.slack.dev/messaging/formatting-message-text#advanced
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping

MAX_TEXT = 4_000
_PIECE = re.compile(r"<([^<>|]*)(?:\|([^<>]*))?>")
_PERSON = re.compile(r"@([UW][A-Z0-9]{1,31})")
_NOBODY: Mapping[str, str] = {}


def mentioned(text: str) -> list[str]:
    """The Slack ids of the people that a text names."""
    found = (_PERSON.fullmatch(piece[1]) for piece in _PIECE.finditer(text[:MAX_TEXT]))
    return list(dict.fromkeys(person[1] for person in found if person))[:5]


def words_of(text: str, emails: Mapping[str, str] = _NOBODY) -> str:
    """Plain words: people as @address where it is known, channels as #name, links as they are
    written. What a link's label pretends is left out."""

    def word(piece: re.Match[str]) -> str:
        what, label = piece[1], piece[2] or ""
        person = _PERSON.fullmatch(what)
        if person:
            return f"@{emails.get(person[1]) or label or person[1]}"
        if what.startswith("#"):
            return f"#{label or what[1:]}"
        if what.startswith("!"):
            # A group or everybody: a word, never a call.
            return label or what[1:].partition("^")[0]
        return what.removeprefix("mailto:")

    return html.unescape(_PIECE.sub(word, text[:MAX_TEXT])).strip()


def without_mention(text: str, bot_user_id: str) -> str:
    """ "@AIRE status INC-4" without whom it is said to."""
    said_to = f"<@{bot_user_id}>"
    before, found, after = text.partition(said_to)
    return f"{before} {after}".strip() if found and bot_user_id else text
